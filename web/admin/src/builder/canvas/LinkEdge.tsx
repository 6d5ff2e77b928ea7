/** A link on the canvas. What leads back goes round the boxes instead of through them. */

import { IconPlus, IconTrash } from "@tabler/icons-react";
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath, getSmoothStepPath } from "@xyflow/react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { useBuilder } from "../context.ts";
import classes from "./LinkEdge.module.css";
import type { LinkEdge as LinkEdgeType } from "./nodes.ts";

export const LinkEdge = memo(function LinkEdge(props: EdgeProps<LinkEdgeType>) {
  const { sourceX, sourceY, sourcePosition, targetX, targetY, targetPosition, selected, data, markerEnd } = props;
  const ends = { sourceX, sourceY, sourcePosition, targetX, targetY, targetPosition };
  const [path, x, y] =
    targetX < sourceX + 8 ? getSmoothStepPath({ ...ends, borderRadius: 16, offset: 28 }) : getBezierPath({ ...ends, curvature: 0.3 });
  const look = data?.walked ? classes.walked : selected || data?.near ? classes.near : classes.plain;
  return (
    <>
      <BaseEdge
        path={path}
        className={`${look} ${data?.isDefault ? classes.default : ""}`}
        interactionWidth={16}
        {...(markerEnd ? { markerEnd } : {})}
      />
      {selected && data ? <LinkTools index={data.index} x={x} y={y} /> : null}
    </>
  );
});

function LinkTools({ index, x, y }: { index: number; x: number; y: number }) {
  const { t } = useTranslation("builder");
  const { editor, view } = useBuilder();
  if (editor.readOnly) return null;
  return (
    <EdgeLabelRenderer>
      <div className={`${classes.tools} nodrag nopan`} style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}>
        <button
          type="button"
          aria-label={t("canvas.insert_here")}
          title={t("canvas.insert_here")}
          onClick={() => view.setState({ dialog: { kind: "add", link: index } })}
        >
          <IconPlus size={16} aria-hidden />
        </button>
        <button
          type="button"
          aria-label={t("links.remove")}
          title={t("links.remove")}
          onClick={() => editor.dispatch("remove_link", { link: index })}
        >
          <IconTrash size={16} aria-hidden />
        </button>
      </div>
    </EdgeLabelRenderer>
  );
}
