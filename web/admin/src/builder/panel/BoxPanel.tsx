/** The panel of one box: all that it says, asks and does, where it leads, and what is advanced. */
import { Accordion, ActionIcon, Badge, Menu, TextInput } from "@mantine/core";
import { IconCopy, IconDots, IconFlagFilled, IconPlayerPlay, IconTrash, IconX } from "@tabler/icons-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../api/me.ts";
import type { Setting } from "../catalogue/catalogue.ts";
import { useBuilder, useEditor, useView } from "../context.ts";
import { Form, inputId } from "../form/Form.tsx";
import { Help } from "../form/Help.tsx";
import { iconOf } from "../icons.ts";
import { type Box, linksOf } from "../model/document.ts";
import { isPlain } from "../model/text.ts";
import { FindingRow } from "../problems/FindingRow.tsx";
import { byBox, settingPath } from "../problems/findings.ts";
import { AdvancedSection } from "./AdvancedSection.tsx";
import { ApiTest } from "./ApiTest.tsx";
import classes from "./BoxPanel.module.css";
import { LinksSection } from "./LinksSection.tsx";
import { TryReply } from "./TryReply.tsx";

const NO_SETTINGS: Record<string, unknown> = {};

export function BoxPanel({ box }: { box: Box }) {
  const { t } = useTranslation("builder");
  const { editor, view, catalogue, goTo } = useBuilder();
  const { readOnly } = editor;
  const mayTry = useMay()("edit_bots");
  const document = useEditor((it) => it.document);
  const allFindings = useEditor((it) => it.findings);
  const findings = useMemo(() => byBox(allFindings).get(box.id) ?? [], [allFindings, box.id]);
  const type = catalogue.find(box.type);
  const root = type?.schema ?? {};
  const frame = useRef<HTMLElement>(null);
  const [open, setOpen] = useState<string[]>(OPEN);
  const settings = catalogue.settings(box.type);
  const own = settings.filter((it) => !catalogue.isAboutAnswer(it.key));
  const answer = settings.filter((it) => catalogue.isAboutAnswer(it.key) && it.schema.type !== "boolean");
  const apart = settings.filter((it) => catalogue.isAboutAnswer(it.key) && it.schema.type === "boolean");
  const advanced = catalogue.advanced(box.type);
  const actions = advanced.filter(isAction);
  const panel = isPlain(box.advanced) ? box.advanced : NO_SETTINGS;
  const change = useCallback(
    (path: string[], value: unknown) => void editor.dispatch("set_setting", { box: box.id, path, value }),
    [editor, box.id],
  );
  const errors = useMemo(
    () => new Map(findings.flatMap((it) => (settingPath(it) ? [[settingPath(it)?.join("/"), it.message] as const] : []))),
    [findings],
  );
  const errorAt = useCallback((path: string[]) => errors.get(path.join("/")), [errors]);
  const links = linksOf(document, box.id);
  const apiCall = own.some((it) => it.schema["x-widget"] === "headers");
  useTarget(frame, box.id, setOpen, actions);

  const Icon = iconOf(type?.icon);
  const title = box.title?.trim() || type?.title || box.type;
  const used = actions.filter((it) => !isEmpty(panel[it.key])).length;
  const advancedUsed =
    advanced.filter((it) => !isAction(it) && !isEmpty(panel[it.key])).length + apart.filter((it) => box[it.key] === true).length;
  return (
    <section ref={frame} className={classes.panel} aria-labelledby="box-panel-title">
      <header className={classes.head} data-group={type?.group}>
        <Icon size={20} aria-hidden />
        <h2 id="box-panel-title" tabIndex={-1} className={classes.title} dir="auto">
          <span className={classes.type}>{type?.title ?? box.type}</span>
          {box.title?.trim() ? <span className="visually-hidden">{title}</span> : null}
        </h2>
        {document.start === box.id ? (
          <Badge size="sm" variant="light" color="green">
            {t("canvas.start")}
          </Badge>
        ) : null}
        {readOnly ? null : <PanelMenu box={box} />}
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t("panel.close")}
          onClick={() => {
            view.setState({ panel: false });
            goTo(box.id);
          }}
        >
          <IconX size={18} aria-hidden />
        </ActionIcon>
      </header>
      <div className={classes.body}>
        <TextInput
          id={inputId(box.id, ["title"])}
          label={t("panel.title")}
          dir="auto"
          placeholder={type?.title ?? box.type}
          readOnly={readOnly}
          value={box.title ?? ""}
          onChange={(event) => change(["title"], event.target.value || undefined)}
          onKeyDown={(event) => {
            if (event.key === "Enter") goTo(box.id);
          }}
        />
        {type ? null : <p role="alert">{t("panel.unknown_type", { type: box.type })}</p>}
        {findings.length ? (
          <ul className={classes.findings} aria-label={t("problems.title")}>
            {findings.map((it) => (
              <li key={`${it.code} ${it.link} ${it.pointer} ${it.message}`}>
                <FindingRow finding={it} showBox={false} />
              </li>
            ))}
          </ul>
        ) : null}
        <Accordion
          multiple
          value={open}
          onChange={setOpen}
          order={3}
          variant="default"
          chevronPosition="left"
          keepMounted={false}
          classNames={{ content: classes.content ?? "", label: classes.label ?? "", control: classes.control ?? "" }}
        >
          {own.length || type ? (
            <Section value="settings" title={t(own[0]?.schema["x-widget"] === "template" ? "panel.message" : "panel.settings")}>
              {type?.description ? (
                <p className={classes.hint}>
                  <Help text={type.description} />
                </p>
              ) : null}
              <Form settings={own} root={root} box={box} value={box} onChange={change} errorAt={errorAt} readOnly={readOnly} />
              {apiCall ? <ApiTest box={box} /> : null}
            </Section>
          ) : null}
          {answer.length && type?.asks ? (
            <Section value="answer" title={t("panel.answer")}>
              <Form settings={answer} root={root} box={box} value={box} onChange={change} errorAt={errorAt} readOnly={readOnly} />
            </Section>
          ) : null}
          <Section value="links" title={t("panel.links")} count={links.length}>
            <LinksSection box={box} links={links} />
          </Section>
          {actions.length ? (
            <Section value="actions" title={t("panel.actions")} count={used}>
              <Form
                settings={actions}
                root={root}
                box={box}
                path={ADVANCED}
                value={panel}
                onChange={change}
                errorAt={errorAt}
                readOnly={readOnly}
              />
            </Section>
          ) : null}
          <Section value="advanced" title={t("panel.advanced")} count={advancedUsed}>
            <AdvancedSection
              box={box}
              root={root}
              settings={advanced.filter((it) => !isAction(it))}
              apart={apart}
              value={panel}
              onChange={change}
              errorAt={errorAt}
            />
          </Section>
        </Accordion>
      </div>
      {type?.asks && mayTry ? <TryReply box={box} /> : null}
    </section>
  );
}

const ADVANCED = ["advanced"];
const OPEN = ["settings", "answer", "links"];

/** What a box does on the way has a section of its own; ticks and numbers are advanced. */
function isAction(it: Setting): boolean {
  return it.schema["x-widget"] !== undefined || it.schema.type === "object";
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === false || (Array.isArray(value) && !value.length);
}

function Section({ value, title, count, children }: { value: string; title: string; count?: number; children: React.ReactNode }) {
  return (
    <Accordion.Item value={value}>
      <Accordion.Control>
        {title}
        {count ? <span className={classes.count}> {count}</span> : null}
      </Accordion.Control>
      <Accordion.Panel>{children}</Accordion.Panel>
    </Accordion.Item>
  );
}

function PanelMenu({ box }: { box: Box }) {
  const { t } = useTranslation("builder");
  const { editor, view, goTo } = useBuilder();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t("panel.more")}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconFlagFilled size={16} aria-hidden />} onClick={() => editor.dispatch("set_start", { box: box.id })}>
          {t("panel.make_start")}
        </Menu.Item>
        <Menu.Item leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={() => view.setState({ test: true, panel: false })}>
          {t("panel.test")}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconCopy size={16} aria-hidden />}
          onClick={() => editor.dispatch("duplicate", { boxes: [box.id], notes: [] })}
        >
          {t("canvas.duplicate")}
        </Menu.Item>
        <Menu.Item
          color="red"
          leftSection={<IconTrash size={16} aria-hidden />}
          onClick={() => {
            const done = editor.dispatch("remove", { boxes: [box.id], notes: [] });
            if (done?.box) goTo(done.box);
          }}
        >
          {t("canvas.delete")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Opens the section of the place that somebody wants to get to, and puts the focus there. */
function useTarget(
  frame: React.RefObject<HTMLElement | null>,
  box: string,
  setOpen: React.Dispatch<React.SetStateAction<string[]>>,
  actions: Setting[],
): void {
  const { view } = useBuilder();
  const target = useView((it) => it.target);
  useEffect(() => {
    if (!target) return;
    const { path } = target;
    const [first = "", second = ""] = path.split("-");
    const isAction = actions.some((it) => it.key === second);
    const section = path.startsWith("link")
      ? ["links"]
      : first === "advanced"
        ? [isAction ? "actions" : "advanced"]
        : ["settings", "answer", "advanced"];
    if (path !== "title" && path !== "") setOpen((open) => [...new Set([...open, ...section])]);
    const place = path === "" ? "box-panel-title" : path.startsWith("link:") ? `link-${path.slice(5)}` : inputId(box, path.split("-"));
    // The section has to be drawn first.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        // Once got to, it is nobody's wish any more.
        if (view.getState().target === target) view.setState({ target: null });
        const element =
          frame.current?.querySelector<HTMLElement>(`[id="${place}"]`) ?? frame.current?.querySelector<HTMLElement>("#box-panel-title");
        element?.focus();
        if (element instanceof HTMLInputElement && path === "title") element.select();
      }),
    );
  }, [target, box, setOpen, actions, frame, view]);
}

/** The way back from the panel to where the work is. */
export function PanelKeys({ children }: { children: React.ReactNode }) {
  const { editor, goTo } = useBuilder();
  return (
    // The panel is left as dialogs are.
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears what nobody inside has taken
    <div
      className={classes.keys}
      onKeyDown={(event) => {
        const { active } = editor.store.getState();
        if (event.key !== "Escape" || event.defaultPrevented || !active) return;
        event.stopPropagation();
        goTo(active);
      }}
    >
      {children}
    </div>
  );
}
