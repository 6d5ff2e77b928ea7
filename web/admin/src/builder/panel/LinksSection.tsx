/** Where a box leads: its links in the order in which they are tried, the default last. */
import { ActionIcon, Button, Select } from "@mantine/core";
import { IconArrowDown, IconArrowRight, IconArrowUp, IconChevronDown, IconChevronRight, IconPlus, IconTrash } from "@tabler/icons-react";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { ConditionEditor } from "../condition/ConditionEditor.tsx";
import { newCondition } from "../condition/suited.ts";
import { useSentence } from "../condition/useSentence.ts";
import { useBuilder, useEditor, useView } from "../context.ts";
import { type Box, findBox, type PlacedLink } from "../model/document.ts";
import { outlineOf, readingOrder } from "../model/order.ts";
import classes from "./LinksSection.module.css";

export function LinksSection({ box, links }: { box: Box; links: PlacedLink[] }) {
  const { t } = useTranslation("builder");
  const { editor, view, catalogue } = useBuilder();
  const target = useView((it) => it.target);
  const [open, setOpen] = useState<number | null>(null);
  const hasDefault = links.some((it) => !it.link.when);
  const leaves = catalogue.leaves(box.type);
  const { readOnly } = editor;
  useEffect(() => {
    if (target?.path.startsWith("link:")) setOpen(Number(target.path.slice(5)));
  }, [target]);
  const conditional = links.filter((it) => it.link.when);
  return (
    <div className={classes.links}>
      {links.length ? (
        <ol className={classes.list}>
          {links.map((it, place) => (
            <LinkRow
              key={`${it.index}`}
              box={box}
              placed={it}
              place={place}
              last={place >= conditional.length - 1}
              open={open === it.index}
              onToggle={() => setOpen(open === it.index ? null : it.index)}
              onMove={(by) => {
                const other = conditional[place + by];
                editor.dispatch("move_link", { link: it.index, to: place + by });
                if (other) {
                  if (open === it.index) setOpen(other.index);
                  requestAnimationFrame(() => document.getElementById(`link-${other.index}`)?.focus());
                }
              }}
            />
          ))}
        </ol>
      ) : null}
      {leaves || links.length ? null : <p className={classes.hint}>{t("links.never")}</p>}
      {leaves && !hasDefault ? (
        <p className={classes.hint}>{t(catalogue.find(box.type)?.asks ? "links.no_default_asks" : "links.no_default")}</p>
      ) : null}
      {readOnly || !leaves ? null : (
        <div className={classes.add}>
          <Button
            size="compact-sm"
            variant="light"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => view.setState({ dialog: { kind: "link", from: box.id } })}
          >
            {t(hasDefault ? "links.add" : "links.add_default")}
          </Button>
          {hasDefault ? null : (
            <Button
              size="compact-sm"
              variant="subtle"
              onClick={() => view.setState({ dialog: { kind: "add", from: box.id, when: newCondition(box, links, catalogue) } })}
            >
              {t("links.add_conditional")}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

interface LinkRowProps {
  box: Box;
  placed: PlacedLink;
  place: number;
  last: boolean;
  open: boolean;
  onToggle: () => void;
  onMove: (by: number) => void;
}

function LinkRow({ box, placed: { link, index }, place, last, open, onToggle, onMove }: LinkRowProps) {
  const { t } = useTranslation("builder");
  const { editor, catalogue, goTo } = useBuilder();
  const sentence = useSentence();
  const document = useEditor((it) => it.document);
  const target = findBox(document, link.to);
  const name = target ? catalogue.titleOf(target) : link.to;
  const said = sentence(link.when, box);
  const { readOnly } = editor;
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <li className={classes.row} data-default={!link.when || undefined}>
      <div className={classes.line}>
        <button
          type="button"
          id={`link-${index}`}
          className={classes.toggle}
          aria-expanded={open}
          onClick={onToggle}
          onKeyDown={(event) => {
            if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
            event.preventDefault();
            onMove(event.key === "ArrowUp" ? -1 : 1);
          }}
        >
          <Chevron size={14} aria-hidden />
          <span className={classes.number}>{link.when ? place + 1 : "·"}</span>
          <span className={classes.words} dir="auto">
            {said}
          </span>
          <IconArrowRight size={14} aria-hidden />
          <span className={classes.target} data-lost={!target || undefined} dir="auto">
            <span className="visually-hidden">{t("links.leads_to")} </span>
            {name}
          </span>
        </button>
        {readOnly || !link.when ? null : (
          <>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              disabled={place === 0}
              aria-label={t("form.up", { name: said })}
              onClick={() => onMove(-1)}
            >
              <IconArrowUp size={14} aria-hidden />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              disabled={last}
              aria-label={t("form.down", { name: said })}
              onClick={() => onMove(1)}
            >
              <IconArrowDown size={14} aria-hidden />
            </ActionIcon>
          </>
        )}
      </div>
      {open ? (
        <div className={classes.detail}>
          {link.when ? (
            <ConditionEditor
              box={box}
              value={link.when}
              readOnly={readOnly}
              label={t("links.condition")}
              onChange={(when) => editor.dispatch("set_link", { link: index, when })}
            />
          ) : (
            <p className={classes.hint}>{t("links.default_hint")}</p>
          )}
          <TargetSelect box={box} value={link.to} readOnly={readOnly} onChange={(to) => editor.dispatch("set_link", { link: index, to })} />
          <div className={classes.add}>
            {target ? (
              <Button size="compact-xs" variant="subtle" onClick={() => goTo(target.id)}>
                {t("form.go_to_box")}
              </Button>
            ) : null}
            {readOnly ? null : (
              <>
                {link.when ? (
                  <Button size="compact-xs" variant="subtle" onClick={() => editor.dispatch("set_link", { link: index, when: null })}>
                    {t("links.make_default")}
                  </Button>
                ) : (
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    onClick={() => editor.dispatch("set_link", { link: index, when: newCondition(box, [], catalogue) })}
                  >
                    {t("links.give_condition")}
                  </Button>
                )}
                <Button
                  size="compact-xs"
                  variant="subtle"
                  color="red"
                  leftSection={<IconTrash size={14} aria-hidden />}
                  onClick={() => editor.dispatch("remove_link", { link: index })}
                >
                  {t("links.remove")}
                </Button>
              </>
            )}
          </div>
        </div>
      ) : null}
    </li>
  );
}

function TargetSelect({ box, value, onChange, readOnly }: { box: Box; value: string; onChange: (to: string) => void; readOnly: boolean }) {
  const { t } = useTranslation("builder");
  const { catalogue } = useBuilder();
  const document = useEditor((it) => it.document);
  const options = useMemo(
    () =>
      readingOrder(outlineOf(document, (id) => catalogue.namedBoxes(document, id))).map((id) => {
        const it = findBox(document, id);
        return { value: id, label: `${it ? catalogue.longTitleOf(it) : id}${id === box.id ? ` (${t("links.itself")})` : ""}` };
      }),
    [document, catalogue, box.id, t],
  );
  return (
    <Select
      label={t("links.leads_to")}
      searchable
      allowDeselect={false}
      disabled={readOnly}
      data={options}
      value={value}
      comboboxProps={{ withinPortal: false }}
      onChange={(next) => next && onChange(next)}
    />
  );
}
