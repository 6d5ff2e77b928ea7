/** The bot as a drawing. What is done here goes through commands, and can be done by keyboard as well. */
import "@xyflow/react/dist/base.css";
import {
  Background,
  BackgroundVariant,
  type Connection,
  type FinalConnectionState,
  MiniMap,
  type NodeChange,
  NodeToolbar,
  Position,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useStore as useFlow,
  useReactFlow,
  useStoreApi,
} from "@xyflow/react";
import { useCallback, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSentence } from "../condition/useSentence.ts";
import { useBuilder, useEditor, useView } from "../context.ts";
import { openPanel } from "../editor/view.ts";
import type { Change } from "../model/compare.ts";
import { linksOf, type Point } from "../model/document.ts";
import { BOX_WIDTH, GRID, snap } from "../model/geometry.ts";
import { BOX_TYPE } from "../palette/drag.ts";
import { byBox, countOf } from "../problems/findings.ts";
import { BoxNode } from "./BoxNode.tsx";
import classes from "./Canvas.module.css";
import { CanvasTools } from "./CanvasTools.tsx";
import { EmptyCanvas } from "./EmptyCanvas.tsx";
import { LinkEdge } from "./LinkEdge.tsx";
import { NoteNode } from "./NoteNode.tsx";
import { boxNodeId, type CanvasNode, Drawing, type LinkEdge as LinkEdgeType, partOf } from "./nodes.ts";
import { SelectionTools } from "./SelectionTools.tsx";
import { useArrows, useBoxKeys } from "./useBoxKeys.ts";
import { useMoveKeys } from "./useMoveKeys.ts";
import { FAR, useShow } from "./useShow.ts";

const NODES = { box: BoxNode, note: NoteNode };
const EDGES = { link: LinkEdge };
/** From so many boxes on, those that are out of sight are left out of the page. */
const VIRTUAL_FROM = 200;
const STILL: ReadonlyMap<string, Point> = new Map();
const NO_STEPS: ReadonlyMap<string, number> = new Map();
const NO_LINKS: ReadonlySet<number> = new Set();

/** A link whose first end was clicked on. */
interface Linking {
  from: string;
  row: number;
}

export function Canvas({ changes = null }: { changes?: ReadonlyMap<string, Change> | null }) {
  return (
    <ReactFlowProvider>
      <Drawn changes={changes} />
    </ReactFlowProvider>
  );
}

function Drawn({ changes }: { changes: ReadonlyMap<string, Change> | null }) {
  const { t, i18n } = useTranslation("builder");
  const { editor, view, catalogue } = useBuilder();
  const { readOnly } = editor;
  const flow = useReactFlow();
  const flowStore = useStoreApi();
  const frame = useRef<HTMLDivElement>(null);
  const sentence = useSentence();
  const document = useEditor((it) => it.document);
  const active = useEditor((it) => it.active);
  const selection = useEditor((it) => it.selection);
  const findings = useEditor((it) => it.findings);
  const row = useView((it) => it.row);
  const path = useView((it) => it.path);
  const far = useFlow((it) => it.transform[2] < FAR);
  const [moving, setMoving] = useState(STILL);
  const [link, setLink] = useState<number | null>(null);
  const [linking, showLinking] = useState<Linking | null>(null);
  // Read by handlers of the same click, which still see the last drawing.
  const linkingNow = useRef<Linking | null>(null);
  const setLinking = useCallback((next: Linking | null) => {
    linkingNow.current = next;
    showLinking(next);
  }, []);
  const [drawing] = useState(() => new Drawing());

  const counts = useMemo(() => new Map([...byBox(findings)].map(([id, list]) => [id, countOf(list)])), [findings]);
  const steps = useMemo(() => (path ? new Map(path.boxes.map((id, place) => [id, place + 1])) : NO_STEPS), [path]);
  const walked = useMemo(() => (path ? new Set(path.links) : NO_LINKS), [path]);
  const scene = useMemo(
    () => ({
      document,
      catalogue,
      sentence,
      words: i18n.language,
      counts,
      active,
      row,
      selectedBoxes: new Set(selection.boxes),
      selectedNotes: new Set(selection.notes),
      moving,
      steps,
      walked,
      marked: path?.marked ?? null,
      changes,
      readOnly,
      openEnd: t("canvas.open_end"),
      onlyLink: t("canvas.then"),
    }),
    [document, catalogue, sentence, i18n.language, counts, active, row, selection, moving, steps, walked, path, changes, readOnly, t],
  );
  const nodes = useMemo(() => drawing.nodes(scene), [drawing, scene]);
  const edges = useMemo(() => drawing.links(scene, link), [drawing, scene, link]);

  const show = useShow(frame);
  const arrows = useArrows();
  const pressBox = useBoxKeys({ arrows });
  const pressMove = useMoveKeys(moving, setMoving);

  const onNodesChange = useCallback(
    (all: NodeChange<CanvasNode>[]) => {
      const chosen = all.filter((it) => it.type === "select");
      if (chosen.length) {
        const { selection } = editor.store.getState();
        const boxes = new Set(selection.boxes);
        const notes = new Set(selection.notes);
        for (const it of chosen) {
          const { kind, id } = partOf(it.id);
          const set = kind === "box" ? boxes : notes;
          if (it.selected) set.add(id);
          else set.delete(id);
        }
        editor.select([...boxes], [...notes]);
      }
      const moved = all.filter((it) => it.type === "position" && it.position);
      if (moved.length) {
        setMoving((before) => {
          const next = new Map(before);
          for (const it of moved) if (it.type === "position" && it.position) next.set(it.id, it.position);
          return next;
        });
      }
    },
    [editor],
  );

  const putDown = useCallback(
    (_: unknown, __: unknown, moved: CanvasNode[]) => {
      const places = (kind: "box" | "note") =>
        Object.fromEntries(moved.filter((it) => partOf(it.id).kind === kind).map((it) => [partOf(it.id).id, it.position]));
      editor.dispatch("move", { boxes: places("box"), notes: places("note") });
      setMoving(STILL);
    },
    [editor],
  );

  const join = useCallback(
    (from: string, sourceRow: number, to: string) => {
      const existing = linksOf(editor.document, from)[sourceRow];
      if (existing) editor.dispatch("set_link", { link: existing.index, to });
      else editor.dispatch("add_link", { from, to });
    },
    [editor],
  );

  const onConnect = useCallback(
    ({ source, sourceHandle, target }: Connection) => {
      setLinking(null);
      join(partOf(source).id, rowOf(sourceHandle), partOf(target).id);
    },
    [join, setLinking],
  );

  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      if (state.isValid || !state.fromNode) return;
      const at = "changedTouches" in event ? event.changedTouches[0] : event;
      if (!at) return;
      const from = partOf(state.fromNode.id).id;
      const under = window.document.elementFromPoint(at.clientX, at.clientY);
      const target = under?.closest<HTMLElement>("[data-box]")?.dataset.box;
      const sourceRow = rowOf(state.fromHandle?.id);
      if (target) {
        if (target !== from) join(from, sourceRow, target);
        return;
      }
      if (!under?.closest(".react-flow__pane")) return;
      const existing = linksOf(editor.document, from)[sourceRow];
      view.setState({
        dialog: {
          kind: "add",
          from,
          at: flow.screenToFlowPosition({ x: at.clientX, y: at.clientY }),
          ...(existing ? { link: existing.index } : {}),
        },
      });
    },
    [join, flow, view, editor],
  );

  const clickBox = (event: React.MouseEvent, node: CanvasNode): void => {
    const { kind, id } = partOf(node.id);
    if (kind !== "box") return;
    setLink(null);
    const begun = linkingNow.current;
    if (begun && begun.from !== id) {
      join(begun.from, begun.row, id);
      stopLinking();
      return;
    }
    if (event.shiftKey || event.ctrlKey || event.metaKey) return;
    const changed = editor.store.getState().active !== id;
    editor.activate(id);
    if (changed) view.setState({ row: 0 });
    frame.current?.querySelector<HTMLElement>(`[data-box="${CSS.escape(id)}"]`)?.focus({ preventScroll: true });
    if (!view.getState().test) openPanel(view);
  };

  const stopLinking = (): void => {
    setLinking(null);
    flowStore.setState({ connectionClickStartHandle: null });
  };

  const dragOver = (event: React.DragEvent): void => {
    if (!readOnly && event.dataTransfer.types.includes(BOX_TYPE)) event.preventDefault();
  };

  const drop = (event: React.DragEvent): void => {
    const type = event.dataTransfer.getData(BOX_TYPE);
    if (!type || readOnly) return;
    event.preventDefault();
    const at = flow.screenToFlowPosition({ x: event.clientX - BOX_WIDTH / 2, y: event.clientY - 20 });
    editor.dispatch("add_box", { type, at: snap(at) });
  };

  const press = (event: React.KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    if (target.closest("textarea, input, [role=toolbar]")) return;
    if (event.key === "Escape" && linking) stopLinking();
    else if (!pressMove(event) && !pressView(event) && !pressBox(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  const pressView = (event: React.KeyboardEvent): boolean => {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    switch (event.key) {
      case "1":
        show.all();
        return true;
      case "2":
        if (selection.boxes.length) show.all(selection.boxes);
        return true;
      case "0":
        void flow.zoomTo(1, { duration: 0 });
        return true;
      case "-":
        void flow.zoomOut({ duration: 0 });
        return true;
      case "=":
        void flow.zoomIn({ duration: 0 });
        return true;
      default:
        return false;
    }
  };

  // The box that the tab key comes to may lie out of sight, and then is not in the page at all.
  const activeIsDrawn = useFlow((it) => (active === null ? false : it.nodeLookup.has(boxNodeId(active)) && inSight(it, active)));
  const ordinal = active === null ? 0 : document.boxes.findIndex((it) => it.id === active) + 1;

  return (
    // The keys belong to whichever box has the focus; the region itself only passes them on.
    // biome-ignore lint/a11y/noStaticElementInteractions: see above
    <div
      ref={frame}
      className={classes.canvas}
      data-far={far || undefined}
      data-linking={linking ? true : undefined}
      onKeyDown={press}
      onDragOver={dragOver}
      onDrop={drop}
    >
      <p id="canvas-keys" className="visually-hidden">
        {t("canvas.keys")}
      </p>
      <ReactFlow<CanvasNode, LinkEdgeType>
        aria-label={t("canvas.label", { name: document.name, place: ordinal, of: document.boxes.length })}
        aria-describedby="canvas-keys"
        nodes={nodes}
        edges={edges}
        nodeTypes={NODES}
        edgeTypes={EDGES}
        onNodesChange={onNodesChange}
        onNodeDragStop={putDown}
        onSelectionDragStop={(event, moved) => putDown(event, null, moved)}
        onNodeClick={clickBox}
        onNodeDoubleClick={(_, node) => {
          if (partOf(node.id).kind === "box") openPanel(view, "");
        }}
        onEdgeClick={(_, edge) => {
          const index = edge.data?.index ?? null;
          const from = index === null ? undefined : document.links[index]?.from;
          if (from) editor.activate(from);
          setLink(index);
          if (index !== null && !view.getState().test) openPanel(view, `link:${index}`);
        }}
        onPaneClick={() => {
          setLink(null);
          if (linking) stopLinking();
        }}
        onConnect={onConnect}
        onConnectEnd={onConnectEnd}
        onClickConnectStart={(_, { nodeId, handleId }) => {
          if (!nodeId) return;
          setLinking({ from: partOf(nodeId).id, row: rowOf(handleId) });
          editor.tell({ key: "linking" });
        }}
        nodesDraggable={!readOnly}
        nodesConnectable={!readOnly}
        nodesFocusable={false}
        edgesFocusable={false}
        disableKeyboardA11y
        deleteKeyCode={null}
        selectionKeyCode="Shift"
        multiSelectionKeyCode={["Shift", "Control", "Meta"]}
        selectionMode={SelectionMode.Partial}
        snapToGrid
        snapGrid={[GRID, GRID]}
        connectionRadius={28}
        nodeDragThreshold={3}
        minZoom={0.1}
        maxZoom={2}
        panOnScroll
        zoomOnDoubleClick={false}
        onlyRenderVisibleElements={document.boxes.length >= VIRTUAL_FROM}
        elevateNodesOnSelect={false}
        elevateEdgesOnSelect={false}
        attributionPosition="bottom-center"
        colorMode="light"
        onInit={() => show.first()}
      >
        <Background variant={BackgroundVariant.Dots} gap={24} size={1.2} className={classes.dots ?? ""} />
        <NodeToolbar
          nodeId={selection.boxes.map(boxNodeId)}
          isVisible={selection.boxes.length > 0 && !far && moving === STILL}
          position={Position.Top}
          offset={10}
        >
          <SelectionTools />
        </NodeToolbar>
        <MiniMap pannable zoomable ariaLabel={t("canvas.minimap")} nodeClassName={minimapClass} className={classes.minimap ?? ""} />
      </ReactFlow>
      <CanvasTools show={show} />
      {document.boxes.length ? null : <EmptyCanvas />}
      {active !== null && !activeIsDrawn ? (
        // It stands for the box, and hands the focus on to it.
        <button type="button" className="visually-hidden" onFocus={() => show.box(active, false)}>
          {t("canvas.out_of_sight")}
        </button>
      ) : null}
    </div>
  );
}

function rowOf(handle: string | null | undefined): number {
  return Number(handle?.slice(1) ?? 0) || 0;
}

interface FlowLike {
  transform: [number, number, number];
  width: number;
  height: number;
  nodeLookup: Map<string, { internals: { positionAbsolute: Point }; width?: number | undefined; height?: number | undefined }>;
}

function inSight({ transform: [x, y, zoom], width, height, nodeLookup }: FlowLike, id: string): boolean {
  const node = nodeLookup.get(boxNodeId(id));
  if (!node) return false;
  const { positionAbsolute: at } = node.internals;
  return (
    at.x * zoom + x < width &&
    (at.x + (node.width ?? 0)) * zoom + x > 0 &&
    at.y * zoom + y < height &&
    (at.y + (node.height ?? 0)) * zoom + y > 0
  );
}

function minimapClass(node: CanvasNode): string {
  return node.type === "note" ? (classes.mapNote ?? "") : `${classes.mapBox} ${node.data.errors ? classes.mapError : ""}`;
}
