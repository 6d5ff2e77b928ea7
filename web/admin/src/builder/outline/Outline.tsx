/** The bot as a list in reading order: all that the canvas can, without a drawing. The way for screen readers and small screens. */
import { IconAlertTriangle, IconArrowRight, IconCircleX } from "@tabler/icons-react";
import { memo, useCallback, useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Direction } from "../canvas/direction.ts";
import { EmptyCanvas } from "../canvas/EmptyCanvas.tsx";
import { useBoxKeys } from "../canvas/useBoxKeys.ts";
import { useSentence } from "../condition/useSentence.ts";
import { useBuilder, useEditor, useView } from "../context.ts";
import { openPanel } from "../editor/view.ts";
import { iconOf } from "../icons.ts";
import type { Change } from "../model/compare.ts";
import { type Box, findBox, linksOf, type PlacedLink } from "../model/document.ts";
import { outlineOf, readingOrder } from "../model/order.ts";
import { byBox, countOf, NONE } from "../problems/findings.ts";
import classes from "./Outline.module.css";

export function Outline({ changes = null }: { changes?: ReadonlyMap<string, Change> | null }) {
  const { t } = useTranslation("builder");
  const { editor, view, catalogue } = useBuilder();
  const document = useEditor((it) => it.document);
  const active = useEditor((it) => it.active);
  const selection = useEditor((it) => it.selection);
  const findings = useEditor((it) => it.findings);
  const row = useView((it) => it.row);
  const path = useView((it) => it.path);
  const goal = useView((it) => it.goal);
  const frame = useRef<HTMLDivElement>(null);
  const outline = outlineOf(document, (id) => catalogue.namedBoxes(document, id));
  const order = useMemo(() => readingOrder(outline), [outline]);
  const numbers = useMemo(() => new Map(order.map((id, place) => [id, place + 1])), [order]);
  const wrong = useMemo(() => byBox(findings), [findings]);
  const steps = useMemo(() => new Map(path?.boxes.map((id, place) => [id, place + 1])), [path]);

  const arrows = useCallback(
    (id: string, direction: Direction): string | undefined => {
      const list = readingOrder(outlineOf(editor.document, (it) => catalogue.namedBoxes(editor.document, it)));
      const at = list.indexOf(id);
      if (direction === "down") return list[at + 1];
      if (direction === "up") return list[at - 1];
      if (direction === "right") return linksOf(editor.document, id)[view.getState().row]?.link.to;
      return editor.document.links.find((it) => it.to === id)?.from;
    },
    [editor, view, catalogue],
  );
  const press = useBoxKeys({ arrows });

  useEffect(() => {
    if (!goal) return;
    const element = frame.current?.querySelector<HTMLElement>(`[data-box="${CSS.escape(goal.id)}"]`);
    element?.scrollIntoView({ block: "nearest" });
    if (!goal.keepFocus) element?.focus({ preventScroll: true });
  }, [goal]);

  const item = (id: string) => {
    const box = findBox(document, id);
    if (!box) return null;
    const count = wrong.get(id);
    return (
      <Item
        key={id}
        box={box}
        links={linksOf(document, id)}
        number={numbers.get(id) ?? 0}
        targets={numbers}
        active={active === id}
        selected={selection.boxes.includes(id)}
        start={document.start === id}
        row={active === id ? row : -1}
        errors={count ? countOf(count).errors : NONE.errors}
        warnings={count ? countOf(count).warnings : NONE.warnings}
        step={steps.get(id) ?? null}
        marked={path?.marked === id}
        change={changes?.get(id) ?? null}
      />
    );
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to whichever box has the focus
    <div
      ref={frame}
      className={classes.outline}
      onKeyDown={(event) => {
        if ((event.target as HTMLElement).dataset.box === undefined || !press(event)) return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <p className="visually-hidden" id="outline-keys">
        {t("outline.keys")}
      </p>
      {document.boxes.length ? null : <EmptyCanvas />}
      <ol className={classes.list} aria-label={t("outline.label", { name: document.name })} aria-describedby="outline-keys">
        {outline.reachable.map(item)}
      </ol>
      {outline.unreachable.length ? (
        <>
          <h3 className={classes.apart}>{t("outline.unreachable", { count: outline.unreachable.length })}</h3>
          <ol className={classes.list} aria-label={t("outline.unreachable", { count: outline.unreachable.length })}>
            {outline.unreachable.map(item)}
          </ol>
        </>
      ) : null}
    </div>
  );
}

interface ItemProps {
  box: Box;
  links: PlacedLink[];
  number: number;
  targets: ReadonlyMap<string, number>;
  active: boolean;
  selected: boolean;
  start: boolean;
  row: number;
  errors: number;
  warnings: number;
  step: number | null;
  marked: boolean;
  change: Change | null;
}

const Item = memo(function Item({
  box,
  links,
  number,
  targets,
  active,
  selected,
  start,
  row,
  errors,
  warnings,
  step,
  marked,
  change,
}: ItemProps) {
  const { t } = useTranslation("builder");
  const { editor, view, catalogue, goTo } = useBuilder();
  const sentence = useSentence();
  const type = catalogue.find(box.type);
  const Icon = iconOf(type?.icon);
  const summary = catalogue.summary(box);
  const open = catalogue.hasOpenEnd(box, links);
  return (
    <li className={classes.item} data-selected={selected || undefined} data-marked={marked || undefined} data-change={change ?? undefined}>
      <button
        type="button"
        data-box={box.id}
        tabIndex={active ? 0 : -1}
        aria-current={selected || undefined}
        className={classes.box}
        data-group={type?.group}
        onClick={(event) => {
          if (event.shiftKey || event.ctrlKey || event.metaKey) {
            const { boxes, notes } = editor.store.getState().selection;
            editor.select(boxes.includes(box.id) ? boxes.filter((it) => it !== box.id) : [...boxes, box.id], notes);
            return;
          }
          if (editor.store.getState().active !== box.id) view.setState({ row: 0 });
          editor.activate(box.id);
          // Enter is a press as well, and means the panel.
          openPanel(view, event.detail === 0 ? "" : undefined);
        }}
      >
        <span className={classes.number}>{number}</span>
        <Icon size={18} aria-hidden className={classes.icon} />
        <span className={classes.words}>
          <span className={classes.title} dir="auto">
            {box.title?.trim() || type?.title || box.type}
            {box.title?.trim() && type ? <span className={classes.type}> {type.title}</span> : null}
          </span>
          {summary ? (
            <span className={classes.summary} dir="auto">
              {summary}
            </span>
          ) : null}
        </span>
        {start ? <span className={classes.start}>{t("canvas.start")}</span> : null}
        {step === null ? null : <span className={classes.start}>{t("test.step", { step })}</span>}
        {change ? <span className={classes.change}>{t(`versions.mark_${change}`)}</span> : null}
        {errors ? (
          <span className={classes.error}>
            <IconCircleX size={16} aria-hidden /> {t("problems.errors", { count: errors })}
          </span>
        ) : null}
        {warnings ? (
          <span className={classes.warning}>
            <IconAlertTriangle size={16} aria-hidden /> {t("problems.warnings", { count: warnings })}
          </span>
        ) : null}
      </button>
      {links.length || open ? (
        <ul className={classes.links}>
          {links.map(({ link, index }, place) => {
            const target = findBox(editor.document, link.to);
            return (
              <li key={index} data-current={place === row || undefined}>
                <button
                  type="button"
                  tabIndex={-1}
                  className={classes.link}
                  onClick={() => {
                    if (!target) return;
                    editor.activate(target.id);
                    goTo(target.id);
                  }}
                >
                  <span className={classes.condition} data-default={!link.when || undefined} dir="auto">
                    {link.when ? `${place + 1}. ` : ""}
                    {sentence(link.when, box)}
                  </span>
                  <IconArrowRight size={14} aria-hidden />
                  <span className="visually-hidden">{t("links.leads_to")} </span>
                  {target ? (
                    <span dir="auto">
                      {targets.get(target.id)} {catalogue.titleOf(target)}
                    </span>
                  ) : (
                    <span className={classes.error}>{link.to}</span>
                  )}
                </button>
              </li>
            );
          })}
          {open ? <li className={classes.open}>{t("canvas.open_end")} →</li> : null}
        </ul>
      ) : null}
    </li>
  );
}, sameItem);

/** Lists of links are made anew with each state of the document: what counts is what is in them. */
function sameItem(a: ItemProps, b: ItemProps): boolean {
  const { links, targets, ...rest } = a;
  const plain = Object.keys(rest) as (keyof typeof rest)[];
  if (plain.some((it) => !Object.is(a[it], b[it])) || links.length !== b.links.length) return false;
  return links.every(
    ({ link, index }, place) =>
      link === b.links[place]?.link && index === b.links[place]?.index && targets.get(link.to) === b.targets.get(link.to),
  );
}
