/** The parts of the Bot Builder around one bot: head, rail, canvas or outline, panel, test chat, dialogs. */
import { Alert, Drawer, SegmentedControl } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconAlertTriangle, IconInfoCircle, IconSearch, IconSquarePlus, IconVariable } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { useMay } from "../../api/me.ts";
import { Announcer } from "../../builder/Announcer.tsx";
import { getVersion } from "../../builder/api.ts";
import { Canvas } from "../../builder/canvas/Canvas.tsx";
import { ConflictScreen } from "../../builder/conflict/ConflictScreen.tsx";
import { type Builder, BuilderContext } from "../../builder/context.ts";
import { Dialogs } from "../../builder/Dialogs.tsx";
import type { Editor } from "../../builder/editor/editor.ts";
import type { Saver } from "../../builder/editor/saver.ts";
import { goToBox, newView, type Side } from "../../builder/editor/view.ts";
import { Find } from "../../builder/find/Find.tsx";
import { Header } from "../../builder/Header.tsx";
import { type Change, changeCount } from "../../builder/model/compare.ts";
import { readDocument, type SetAside } from "../../builder/model/read.ts";
import { Outline } from "../../builder/outline/Outline.tsx";
import { Palette } from "../../builder/palette/Palette.tsx";
import { BotPanel } from "../../builder/panel/BotPanel.tsx";
import { Panel } from "../../builder/panel/Panel.tsx";
import { countOf } from "../../builder/problems/findings.ts";
import { Problems } from "../../builder/problems/Problems.tsx";
import { useValidation } from "../../builder/problems/useValidation.ts";
import { useResources } from "../../builder/resources.ts";
import { Toolbar } from "../../builder/Toolbar.tsx";
import { useClipboard } from "../../builder/useClipboard.ts";
import { SetAsideNotice } from "./SetAsideNotice.tsx";
import classes from "./Workbench.module.css";

const TestChat = lazy(async () => ({ default: (await import("../../builder/test_chat/TestChat.tsx")).TestChat }));

export interface WorkbenchProps {
  bot: { editor: Editor; saver: Saver | null; setAside: SetAside[] };
  /** Why nothing can be changed; null when it can. */
  why: "archived" | "no_right" | "version" | null;
  /** Boxes that are marked as different. */
  changes?: ReadonlyMap<string, Change> | null;
  banner?: ReactNode;
}

const SIDES: { side: Side; icon: typeof IconSearch }[] = [
  { side: "add", icon: IconSquarePlus },
  { side: "find", icon: IconSearch },
  { side: "problems", icon: IconAlertTriangle },
  { side: "bot", icon: IconVariable },
];

const NARROW = "(max-width: 640px)";
const WIDE = "(min-width: 1500px)";

export function Workbench({ bot, why, changes = null, banner }: WorkbenchProps) {
  const { editor, saver, setAside } = bot;
  const { t } = useTranslation("builder");
  const resources = useResources();
  const mayEdit = useMay()("edit_bots");
  const narrow = useMediaQuery(NARROW, matchMedia(NARROW).matches, { getInitialValueInEffect: false });
  const wide = useMediaQuery(WIDE, matchMedia(WIDE).matches, { getInitialValueInEffect: false });
  const [view] = useState(() => newView(matchMedia(NARROW).matches ? "outline" : "canvas"));
  const frame = useRef<HTMLDivElement>(null);
  const builder = useMemo(
    (): Builder => ({
      editor,
      saver,
      view,
      catalogue: editor.catalogue,
      resources,
      goTo: (id, options) => {
        editor.activate(id);
        goToBox(view, id, options?.keepFocus ?? false);
      },
    }),
    [editor, saver, view, resources],
  );
  const shown = useStore(view);
  const findings = useStore(editor.store, (it) => it.findings);
  const { errors, warnings } = countOf(findings);
  const changed = useChangesToLive(editor, saver);
  useValidation(editor);
  useClipboard(builder, frame);
  useSavingWhenLeft(saver);

  const press = (event: React.KeyboardEvent): void => {
    if (!commandKey(event, builder)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  const side = shown.side && (editor.readOnly && shown.side === "add" ? null : shown.side);
  const sidePanel = side ? <SidePanel side={side} narrow={narrow} /> : null;
  const test =
    shown.test && mayEdit ? (
      <Suspense fallback={null}>
        <TestChat changes={changed} />
      </Suspense>
    ) : null;

  return (
    <BuilderContext value={builder}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys of the whole screen are heard here */}
      <div ref={frame} className={classes.workbench} onKeyDown={press} data-builder={editor.functionId}>
        <Header changes={changed} mayTest={mayEdit} mayPublish={mayEdit && saver !== null && !editor.readOnly} />
        {banner ? <div className={classes.banner}>{banner}</div> : null}
        {why && why !== "version" ? (
          <Alert className={classes.notice ?? ""} color="gray" icon={<IconInfoCircle size={18} aria-hidden />}>
            {t(`screen.why_${why}`)}
          </Alert>
        ) : null}
        {setAside.length ? <SetAsideNotice setAside={setAside} editor={editor} /> : null}
        <div className={classes.main}>
          <Toolbar label={t("rail.label")} vertical={!narrow} className={classes.rail}>
            {SIDES.filter((it) => !(editor.readOnly && it.side === "add")).map(({ side: name, icon: Icon }) => (
              <button
                key={name}
                type="button"
                className={classes.railButton}
                aria-pressed={shown.side === name}
                data-side={name}
                onClick={() => view.setState({ side: shown.side === name ? null : name })}
              >
                <Icon size={20} stroke={1.75} aria-hidden />
                <span>{t(`rail.${name}`)}</span>
                {name === "problems" && errors + warnings ? (
                  <span className={classes.count} data-errors={errors || undefined}>
                    {errors + warnings}
                  </span>
                ) : null}
              </button>
            ))}
          </Toolbar>
          {sidePanel && !narrow ? (
            <aside className={classes.side} aria-label={t(`rail.${side}`)} data-commands={side === "bot" || undefined}>
              {sidePanel}
            </aside>
          ) : null}
          <div className={classes.middle} data-mode={shown.mode}>
            <SegmentedControl
              className={classes.modes ?? ""}
              size="xs"
              aria-label={t("modes.label")}
              value={shown.mode}
              data={[
                { value: "outline", label: t("modes.outline") },
                { value: "canvas", label: t("modes.canvas") },
              ]}
              onChange={(mode) => view.setState({ mode: mode === "outline" ? "outline" : "canvas" })}
            />
            {shown.mode === "canvas" ? <Canvas changes={changes} /> : <Outline changes={changes} />}
          </div>
          {shown.panel && !narrow ? (
            <aside className={classes.panel} aria-label={t("panel.label")} data-commands>
              <Panel />
            </aside>
          ) : null}
          {test && !narrow ? (
            // It goes on while the panel is in its place.
            <aside className={classes.panel} aria-label={t("test.title")} hidden={shown.panel && !wide}>
              {test}
            </aside>
          ) : null}
        </div>
        {narrow ? <Sheets builder={builder} side={side} sidePanel={sidePanel} test={test} panel={shown.panel} /> : null}
        <Dialogs frame={frame} />
        <ConflictScreen />
        <Announcer />
      </div>
    </BuilderContext>
  );
}

function SidePanel({ side, narrow }: { side: Side; narrow: boolean }) {
  const { t } = useTranslation("builder");
  return (
    <>
      {narrow ? null : <h2 className={classes.sideTitle}>{t(`rail.${side}`)}</h2>}
      {side === "add" ? <Palette /> : null}
      {side === "find" ? <Find /> : null}
      {side === "problems" ? <Problems /> : null}
      {side === "bot" ? <BotPanel /> : null}
    </>
  );
}

/** On a phone everything beside the outline comes up over it. */
function Sheets({
  builder,
  side,
  sidePanel,
  test,
  panel,
}: {
  builder: Builder;
  side: Side | null;
  sidePanel: ReactNode;
  test: ReactNode;
  panel: boolean;
}) {
  const { t } = useTranslation("builder");
  const { view } = builder;
  const open = test ? "test" : panel ? "panel" : side ? "side" : null;
  const close = (): void => view.setState(open === "test" ? { test: false } : open === "panel" ? { panel: false } : { side: null });
  const name = open === "test" ? t("test.title") : open === "side" ? t(`rail.${side}`) : t("panel.label");
  return (
    // The theme says so of the whole `Drawer` only, not of its parts.
    <Drawer.Root opened={open !== null} onClose={close} position="bottom" size="88%" lockScroll={false}>
      <Drawer.Overlay data-scroll-lock />
      <Drawer.Content aria-label={name}>
        {open === "side" ? (
          <Drawer.Header>
            <h2 className={classes.sideTitle}>{name}</h2>
            <Drawer.CloseButton aria-label={t("panel.close")} />
          </Drawer.Header>
        ) : null}
        <Drawer.Body className={(open === "side" ? classes.sideSheet : classes.sheet) ?? ""}>
          {open === "test" ? test : open === "panel" ? <Panel /> : sidePanel}
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}

/** Keys that work wherever the focus is on this screen. */
function commandKey(event: React.KeyboardEvent, { editor, view, saver }: Builder): boolean {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return false;
  const target = event.target as HTMLElement;
  const isText = target.matches("input, textarea, [contenteditable]");
  // What is typed in the panel is commands; what is typed elsewhere has an undo of its own.
  const ownUndo = isText && (target.closest("[data-own-undo]") !== null || target.closest("[data-commands]") === null);
  switch (event.key.toLowerCase()) {
    case "z":
      if (ownUndo) return false;
      if (event.shiftKey) editor.redo();
      else editor.undo();
      return true;
    case "y":
      if (ownUndo) return false;
      editor.redo();
      return true;
    case "f":
      view.setState({ side: "find" });
      document.querySelector<HTMLElement>("[data-find]")?.focus();
      return true;
    case "e": {
      const open = view.getState().test;
      view.setState(open ? { test: false } : { test: true, panel: false });
      return true;
    }
    case "s":
      void saver?.flush();
      return true;
    default:
      return false;
  }
}

/** How much of the draft is not live yet. */
function useChangesToLive(editor: Editor, saver: Saver | null): number | null {
  const version = useStore(saver?.store ?? NOTHING, (it) => it.bot?.live_version ?? null);
  const document = useStore(editor.store, (it) => it.document);
  const live = useQuery({
    queryKey: ["live-version", editor.functionId, version],
    enabled: version !== null,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => readDocument((await getVersion(editor.functionId, version ?? 0)).document).document,
  });
  return useMemo(() => (live.data ? changeCount(live.data, document) : null), [live.data, document]);
}

const EMPTY = { bot: null };
const NOTHING = { getState: () => EMPTY, getInitialState: () => EMPTY, subscribe: () => () => {} } as unknown as Saver["store"];

/** What is not saved yet is saved at once when somebody looks away. */
function useSavingWhenLeft(saver: Saver | null): void {
  useEffect(() => {
    if (!saver) return undefined;
    const save = (): void => void saver.flush();
    const hidden = (): void => {
      if (document.visibilityState === "hidden") save();
    };
    window.addEventListener("blur", save);
    window.addEventListener("online", save);
    document.addEventListener("visibilitychange", hidden);
    return () => {
      window.removeEventListener("blur", save);
      window.removeEventListener("online", save);
      document.removeEventListener("visibilitychange", hidden);
    };
  }, [saver]);
}
