/** A box on the canvas. */

import {
  IconAlertTriangle,
  IconBell,
  IconCircleX,
  IconDeviceFloppy,
  IconFlag,
  IconFlagOff,
  IconTarget,
  IconWebhook,
} from "@tabler/icons-react";
import { Handle, type NodeProps, Position } from "@xyflow/react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { iconOf } from "../icons.ts";
import { MAX_ROWS } from "../model/geometry.ts";
import classes from "./BoxNode.module.css";
import { ARRIVAL_HANDLE, type BoxNode as BoxNodeType, rowHandle } from "./nodes.ts";

const BADGES = {
  saves: IconDeviceFloppy,
  webhook: IconWebhook,
  flag: IconFlag,
  unflag: IconFlagOff,
  goal: IconTarget,
  notify: IconBell,
} as const;

export const BoxNode = memo(function BoxNode({ data }: NodeProps<BoxNodeType>) {
  const { box, type, group, icon, summary, badges, rows, errors, warnings, start, active, row, step, marked, change, readOnly } = data;
  const { t } = useTranslation("builder");
  const Icon = iconOf(icon);
  const title = box.title?.trim();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset groups inputs; this groups what a box shows
    <div
      role="group"
      aria-roledescription={t("canvas.box")}
      aria-label={labelOf(data, t)}
      tabIndex={active ? 0 : -1}
      data-box={box.id}
      data-group={group}
      data-marked={marked || undefined}
      data-change={change ?? undefined}
      data-problem={errors ? "error" : warnings ? "warning" : undefined}
      className={classes.box}
    >
      <Handle
        id={ARRIVAL_HANDLE}
        type="target"
        position={Position.Left}
        className={classes.arrival}
        isConnectableStart={false}
        isConnectable={!readOnly}
      />
      <div className={classes.head}>
        <Icon size={18} stroke={1.75} aria-hidden className={classes.icon} />
        <span className={classes.title} dir="auto" data-title>
          {title || type}
        </span>
        {start ? <span className={classes.start}>{t("canvas.start")}</span> : null}
        {step === null ? null : <span className={classes.step}>{step}</span>}
        {change ? <span className={classes.change}>{t(`versions.mark_${change}`)}</span> : null}
        {errors ? (
          <span className={classes.error} title={t("problems.errors", { count: errors })}>
            <IconCircleX size={16} aria-hidden /> {errors}
          </span>
        ) : null}
        {warnings && !errors ? (
          <span className={classes.warning} title={t("problems.warnings", { count: warnings })}>
            <IconAlertTriangle size={16} aria-hidden /> {warnings}
          </span>
        ) : null}
      </div>
      {summary ? (
        <p className={classes.summary} dir="auto">
          {summary}
        </p>
      ) : null}
      {badges.length ? (
        <div className={classes.badges}>
          {badges.map((it) => {
            const Badge = BADGES[it.kind];
            return (
              <span key={it.kind} className={classes.badge} title={t(`canvas.badge_${it.kind}`, { text: it.text })}>
                <Badge size={13} aria-hidden />
                {it.text ? <span dir="auto">{it.text}</span> : null}
              </span>
            );
          })}
        </div>
      ) : null}
      <div className={classes.rows}>
        {rows.slice(0, MAX_ROWS).map((it, place) => (
          <div
            key={it.link ?? "open"}
            className={classes.row}
            data-default={it.isDefault || undefined}
            data-open={it.link === null || undefined}
            data-current={(active && place === row && rows.length > 1) || undefined}
          >
            {it.isDefault ? null : <span className={classes.number}>{place + 1}</span>}
            <span className={classes.words} dir="auto">
              {place === MAX_ROWS - 1 && rows.length > MAX_ROWS ? t("canvas.more_rows", { count: rows.length - MAX_ROWS + 1 }) : it.text}
            </span>
            <Handle
              id={rowHandle(place)}
              type="source"
              position={Position.Right}
              className={classes.departure}
              isConnectable={!readOnly}
              isConnectableEnd={false}
            />
          </div>
        ))}
      </div>
    </div>
  );
});

function labelOf(
  { box, type, rows, errors, warnings, start }: BoxNodeType["data"],
  t: (key: string, values?: Record<string, unknown>) => string,
): string {
  const links = rows.filter((it) => it.link !== null).length;
  return [
    type,
    box.title?.trim(),
    start ? t("canvas.is_start") : "",
    t("canvas.links", { count: links }),
    errors ? t("problems.errors", { count: errors }) : "",
    warnings ? t("problems.warnings", { count: warnings }) : "",
  ]
    .filter(Boolean)
    .join(", ");
}
