/** Two people changed the same thing. Nothing is lost: both are shown side by side, and a person decides, one by one. */
import { Button, Group, Modal, SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSentence } from "../condition/useSentence.ts";
import { useBuilder, useEditor, useSaver } from "../context.ts";
import type { Clash } from "../editor/saver.ts";
import { settingName } from "../form/words.ts";
import { changedSettings, linkList } from "../model/compare.ts";
import { type BotDocument, findBox, type Link } from "../model/document.ts";
import type { Choices, Conflict, Side } from "../model/rebase.ts";
import { isPlain } from "../model/text.ts";
import { agentName } from "../resources.ts";
import classes from "./ConflictScreen.module.css";

export function ConflictScreen() {
  const status = useSaver((it) => it.status);
  return status.kind === "conflict" ? <Decide clash={status.clash} /> : null;
}

function Decide({ clash }: { clash: Clash }) {
  const { t } = useTranslation("builder");
  const { saver, resources } = useBuilder();
  const mine = useEditor((it) => it.document);
  const [choices, setChoices] = useState<Choices>({});
  const [sending, setSending] = useState(false);
  const by = agentName(resources, clash.by) ?? t("save.somebody");
  const complete: Choices = Object.fromEntries(clash.conflicts.map((it) => [it.unit, choices[it.unit] ?? "mine"]));
  const all = (side: Side): void => setChoices(Object.fromEntries(clash.conflicts.map((it) => [it.unit, side])));
  const done = async (): Promise<void> => {
    setSending(true);
    await saver?.resolve(complete);
    setSending(false);
  };
  return (
    <Modal
      opened
      onClose={() => {}}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      size="xl"
      title={t("conflict.title")}
    >
      <p>{t("conflict.lead", { by, count: clash.conflicts.length })}</p>
      <Group gap="xs" my="sm">
        <Button size="compact-sm" variant="light" onClick={() => all("mine")}>
          {t("conflict.all_mine")}
        </Button>
        <Button size="compact-sm" variant="light" onClick={() => all("theirs")}>
          {t("conflict.all_theirs", { by })}
        </Button>
      </Group>
      <ul className={classes.list}>
        {clash.conflicts.map((it) => (
          <li key={it.unit} className={classes.item}>
            <OneConflict
              conflict={it}
              base={clash.base}
              mine={mine}
              theirs={clash.theirs}
              by={by}
              value={complete[it.unit] ?? "mine"}
              onChange={(side) => setChoices({ ...choices, [it.unit]: side })}
            />
          </li>
        ))}
      </ul>
      <Group justify="flex-end" mt="md">
        <Button loading={sending} onClick={() => void done()} data-autofocus>
          {t("conflict.save")}
        </Button>
      </Group>
    </Modal>
  );
}

interface OneProps {
  conflict: Conflict;
  base: BotDocument;
  mine: BotDocument;
  theirs: BotDocument;
  by: string;
  value: Side;
  onChange: (side: Side) => void;
}

function OneConflict({ conflict, base, mine, theirs, by, value, onChange }: OneProps) {
  const { t } = useTranslation("builder");
  const sides = { mine: useSideOf(conflict, base, mine), theirs: useSideOf(conflict, base, theirs) };
  const title = useTitle(conflict, [mine, theirs, base]);
  return (
    <fieldset className={classes.conflict}>
      <legend className={classes.legend} dir="auto">
        {title}
      </legend>
      <div className={classes.sides}>
        {(["mine", "theirs"] as const).map((side) => (
          <section
            key={side}
            className={classes.side}
            data-chosen={value === side || undefined}
            aria-label={side === "mine" ? t("conflict.mine") : t("conflict.theirs", { by })}
          >
            <h4>{side === "mine" ? t("conflict.mine") : t("conflict.theirs", { by })}</h4>
            <dl>
              {sides[side].map(([name, words]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd dir="auto">{words}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <SegmentedControl
        fullWidth
        aria-label={t("conflict.take", { what: title })}
        value={value}
        data={[
          { value: "mine", label: t("conflict.take_mine") },
          { value: "theirs", label: t("conflict.take_theirs", { by }) },
        ]}
        onChange={(side) => onChange(side === "theirs" ? "theirs" : "mine")}
      />
    </fieldset>
  );
}

function useTitle({ unit }: Conflict, documents: BotDocument[]): string {
  const { t } = useTranslation("builder");
  const { catalogue } = useBuilder();
  const [kind = "", ...rest] = unit.split(":");
  const id = rest.join(":");
  if (kind === "box") {
    const box = documents.map((it) => findBox(it, id)).find(Boolean);
    return box ? catalogue.titleOf(box) : id;
  }
  if (kind === "note") return t("canvas.note");
  return kind === "bot" ? settingName(id, t) : id;
}

/** What a side made of it, as pairs of a name and words. */
function useSideOf(conflict: Conflict, base: BotDocument, document: BotDocument): [name: string, words: string][] {
  const { t } = useTranslation("builder");
  const { catalogue } = useBuilder();
  const sentence = useSentence();
  const [kind = "", ...rest] = conflict.unit.split(":");
  const id = rest.join(":");
  const plain = (it: unknown): string =>
    it === undefined ? t("conflict.removed") : typeof it === "string" ? it : JSON.stringify(it, null, 1);
  if (kind === "bot") return [[settingName(id, t), plain((document as unknown as Record<string, unknown>)[id])]];
  if (kind === "field") return [[id, plain(document.fields?.find((it) => it.name === id))]];
  if (kind === "note") return [[t("note.text"), plain(document.notes?.find((it) => it.id === id)?.text)]];
  const box = findBox(document, id);
  if (!box) return [[t("canvas.box"), t("conflict.removed")]];
  const nameOf = (to: string): string => {
    const target = findBox(document, to);
    return target ? catalogue.titleOf(target) : to;
  };
  const links = (list: Link[]): string =>
    list.map((it) => `${sentence(it.when, box)} → ${nameOf(it.to)}`).join("\n") || t("conflict.no_links");
  const keys = conflict.keys.length ? conflict.keys : [...changedSettings(findBox(base, id), box), "links"];
  return keys.map((key) => {
    if (key === "links") return [t("panel.links"), links(linkList(document, id))];
    const [first = "", second] = key.split(".");
    const outer = box[first];
    const inner = second === undefined ? outer : isPlain(outer) ? outer[second] : undefined;
    return [settingName(second ?? first, t), plain(inner)];
  });
}
