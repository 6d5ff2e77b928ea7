/** The canvas' own buttons: closer, farther, everything, the start, tidy up, a note. */
import { Tooltip } from "@mantine/core";
import { IconHome, IconMaximize, IconMinus, IconNote, IconPlus, IconSitemap } from "@tabler/icons-react";
import { useStore as useFlow, useReactFlow } from "@xyflow/react";
import { useTranslation } from "react-i18next";
import { useBuilder, useEditor } from "../context.ts";
import { Toolbar } from "../Toolbar.tsx";
import classes from "./Canvas.module.css";
import tools from "./SelectionTools.module.css";
import type { Show } from "./useShow.ts";

export function CanvasTools({ show }: { show: Show }) {
  const { t } = useTranslation("builder");
  const { editor, goTo } = useBuilder();
  const flow = useReactFlow();
  const zoom = useFlow((it) => Math.round(it.transform[2] * 100));
  const start = useEditor((it) => it.document.start);
  const button = (label: string, icon: React.ReactNode, onClick: () => void) => (
    <Tooltip label={label} openDelay={400}>
      <button type="button" className={tools.tool} aria-label={label} onClick={onClick}>
        {icon}
      </button>
    </Tooltip>
  );
  const middle = () => flow.screenToFlowPosition({ x: window.innerWidth / 2, y: window.innerHeight / 2 });
  return (
    <Toolbar label={t("canvas.tools")} className={`${tools.tools} ${classes.tools}`}>
      {button(t("canvas.zoom_out"), <IconMinus size={16} aria-hidden />, () => void flow.zoomOut())}
      {button(t("canvas.zoom_reset", { zoom }), `${zoom} %`, () => void flow.zoomTo(1))}
      {button(t("canvas.zoom_in"), <IconPlus size={16} aria-hidden />, () => void flow.zoomIn())}
      {button(t("canvas.fit"), <IconMaximize size={16} aria-hidden />, () => show.all())}
      {button(t("canvas.to_start"), <IconHome size={16} aria-hidden />, () => goTo(start))}
      {editor.readOnly ? null : (
        <>
          {button(t("canvas.tidy"), <IconSitemap size={16} aria-hidden />, () => {
            editor.dispatch("tidy", {});
            show.all();
          })}
          {button(t("canvas.add_note"), <IconNote size={16} aria-hidden />, () => void editor.dispatch("add_note", { at: middle() }))}
        </>
      )}
    </Toolbar>
  );
}
