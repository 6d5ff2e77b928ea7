/** Brings boxes into sight and into focus, also those that are not in the page because they are out of sight. */
import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { useBuilder, useView } from "../context.ts";
import { boundsOf } from "../model/bounds.ts";
import { findBox, linksOf } from "../model/document.ts";
import { placeOf, sizeOf } from "../model/geometry.ts";

/** Smaller than this nobody reads what stands in the boxes. */
export const FAR = 0.4;
const MARGIN = 24;
/** Below the view's switch and the toolbar of the selection; above the overview. */
const MARGIN_TOP = 64;
const MARGIN_BOTTOM = 136;
const FRAMES = 40;

export interface Show {
  /** Shows a box, and focuses it unless the focus is to stay where it is. */
  box: (id: string, keepFocus: boolean) => void;
  /** Where the canvas begins: the whole bot while it is small, else its start. */
  first: () => void;
  /** These boxes, or everything. */
  all: (ids?: readonly string[]) => void;
}

export function useShow(frame: React.RefObject<HTMLDivElement | null>): Show {
  const { editor, view, catalogue } = useBuilder();
  const flow = useReactFlow();
  const store = useStoreApi();
  const goal = useView((it) => it.goal);
  const handled = useRef(0);

  /** Moves as little as is needed, and not at all if the box is in sight. */
  const intoSight = useCallback(
    (id: string) => {
      const it = findBox(editor.document, id);
      const { transform, width, height } = store.getState();
      const [x, y, now] = transform;
      if (!it || !width) return;
      const at = placeOf(editor.document, id);
      const size = sizeOf(catalogue.look(it, linksOf(editor.document, id)));
      const zoom = now < FAR ? FAR + 0.2 : now;
      if (zoom !== now) {
        void flow.setCenter(at.x + size.width / 2, at.y + size.height / 2, { zoom, duration: 0 });
        return;
      }
      const shift = (start: number, length: number, low: number, high: number): number => {
        const end = start + Math.min(length, high - low);
        if (start < low) return low - start;
        return end > high ? high - end : 0;
      };
      const dx = shift(at.x * zoom + x, size.width * zoom, MARGIN, width - MARGIN);
      const dy = shift(at.y * zoom + y, size.height * zoom, MARGIN_TOP, height - MARGIN_BOTTOM);
      if (!dx && !dy) return;
      // What lies far away comes to the middle, so that its neighbours are seen as well.
      if (Math.abs(dx) > width / 2 || Math.abs(dy) > height / 2)
        void flow.setCenter(at.x + size.width / 2, at.y + size.height / 2, { zoom, duration: 0 });
      else void flow.setViewport({ x: x + dx, y: y + dy, zoom }, { duration: 0 });
    },
    [editor, catalogue, flow, store],
  );

  const box = useCallback(
    (id: string, keepFocus: boolean) => {
      if (!findBox(editor.document, id)) return;
      intoSight(id);
      if (!keepFocus) focusSoon(frame, id, FRAMES);
    },
    [editor, intoSight, frame],
  );

  const all = useCallback(
    (ids?: readonly string[]) => {
      const bounds = boundsOf(editor.document, catalogue, ids);
      if (bounds) void flow.fitBounds(bounds, { padding: ids ? 0.3 : 0.12, duration: 0 }).then(() => flow.getZoom() > 1 && flow.zoomTo(1));
    },
    [editor, catalogue, flow],
  );

  const first = useCallback(() => {
    const { document, active } = editor.store.getState();
    if (view.getState().goal) return;
    const start = active ?? document.start;
    if (document.boxes.length <= 8) all();
    else if (findBox(document, start)) {
      const at = placeOf(document, start);
      void flow.setViewport({ x: 80 - at.x, y: (frame.current?.clientHeight ?? 600) / 3 - at.y, zoom: 1 });
    }
  }, [editor, view, flow, frame, all]);

  useEffect(() => {
    if (!goal || handled.current === goal.number) return;
    handled.current = goal.number;
    box(goal.id, goal.keepFocus);
  }, [goal, box]);

  // A panel that opens beside the canvas must not cover what is worked on.
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    let width = element.clientWidth;
    const watch = new ResizeObserver(() => {
      const narrower = element.clientWidth < width;
      width = element.clientWidth;
      const { active, selection } = editor.store.getState();
      if (narrower && active !== null && selection.boxes.includes(active)) requestAnimationFrame(() => intoSight(active));
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, [frame, editor, intoSight]);

  return useMemo(() => ({ box, first, all }), [box, first, all]);
}

/** Focuses a box once it is in the page: one that was out of sight takes a moment to be drawn. */
function focusSoon(frame: React.RefObject<HTMLDivElement | null>, id: string, tries: number): void {
  requestAnimationFrame(() => {
    const element = frame.current?.querySelector<HTMLElement>(`[data-box="${CSS.escape(id)}"]`);
    if (element) element.focus({ preventScroll: true });
    else if (tries > 0) focusSoon(frame, id, tries - 1);
  });
}
