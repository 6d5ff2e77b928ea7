/** The test chat: talks with the draft, and shows why it does what it does. Nothing of it reaches users, reports or the webhook. */
import { ActionIcon, Button, Tabs } from "@mantine/core";
import { IconPlayerTrackNext, IconRefresh, IconSettings, IconX } from "@tabler/icons-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { CodeBlock } from "../CodeBlock.tsx";
import { useBuilder, useEditor, useView } from "../context.ts";
import { findBox } from "../model/document.ts";
import { Calls } from "./Calls.tsx";
import { Chat } from "./Chat.tsx";
import { SettingsPanel } from "./SettingsPanel.tsx";
import { FIRST_SETTINGS, type Settings, useTestSession } from "./session.ts";
import classes from "./TestChat.module.css";
import { TestsPanel } from "./TestsPanel.tsx";
import { Trace } from "./Trace.tsx";
import { Variables } from "./Variables.tsx";

export function TestChat({ changes }: { changes: number | null }) {
  const { t } = useTranslation("builder");
  const { editor, saver, view } = useBuilder();
  const active = useEditor((it) => it.active);
  const document = useEditor((it) => it.document);
  const [settings, setSettings] = useState<Settings>(FIRST_SETTINGS);
  const [shown, setShown] = useState(false);
  const [tab, setTab] = useState<string>("chat");
  const [looked, setLooked] = useState<number | null>(null);
  const documentNow = useCallback(() => editor.document, [editor]);
  const session = useTestSession(documentNow, settings);
  const { turns, start } = session;
  const begun = useRef(false);
  const from = useView((it) => it.testFrom);
  const restart = useCallback(
    (box?: string): void => {
      setLooked(null);
      setTab("chat");
      void start(box);
    },
    [start],
  );

  useEffect(() => {
    if (begun.current && from === null) return;
    begun.current = true;
    // What is tested is what is saved: whoever reloads in the middle finds the same bot.
    void saver?.flush();
    view.setState({ testFrom: null });
    restart(from ?? undefined);
  }, [saver, view, from, restart]);

  // The way of the conversation is drawn over the bot, as far as it stays in this one.
  const trace = turns.flatMap((it) => it.step.trace);
  const marked = trace[looked ?? trace.length - 1]?.box_id ?? null;
  const here = trace.filter((it) => !it.function_id);
  const boxes = here.map((it) => it.box_id).join("\n");
  const links = here.flatMap((it) => (typeof it.link === "number" ? [it.link] : [])).join(",");
  useEffect(() => {
    view.setState({ path: { boxes: boxes ? boxes.split("\n") : [], links: links ? links.split(",").map(Number) : [], marked } });
  }, [view, boxes, links, marked]);
  useEffect(() => () => view.setState({ path: null }), [view]);

  const box = active === null ? undefined : findBox(document, active);
  const close = (): void => {
    view.setState({ test: false });
    window.document.querySelector<HTMLElement>("[data-test-toggle]")?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears the Escape that nobody inside has taken
    <div
      className={classes.chat}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.stopPropagation();
        close();
      }}
    >
      <header className={classes.head}>
        <h2 className={classes.title}>{changes ? t("test.title_draft", { count: changes }) : t("test.title")}</h2>
        <ActionIcon variant="subtle" color="gray" aria-label={t("test.settings")} aria-expanded={shown} onClick={() => setShown(!shown)}>
          <IconSettings size={18} aria-hidden />
        </ActionIcon>
        <ActionIcon variant="subtle" color="gray" aria-label={t("test.close")} onClick={close}>
          <IconX size={18} aria-hidden />
        </ActionIcon>
      </header>
      <div className={classes.starts}>
        <Button size="compact-sm" variant="default" leftSection={<IconRefresh size={14} aria-hidden />} onClick={() => restart()}>
          {t("test.restart")}
        </Button>
        {box ? (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlayerTrackNext size={14} aria-hidden />}
            onClick={() => restart(box.id)}
            title={t("test.from_box", { title: editor.catalogue.titleOf(box) })}
          >
            {t("test.from_selected")}
          </Button>
        ) : null}
      </div>
      {shown ? <SettingsPanel settings={settings} onChange={setSettings} onRestart={() => restart()} session={session} /> : null}
      <Tabs
        value={tab}
        onChange={(next) => setTab(next ?? "chat")}
        keepMounted={false}
        className={classes.tabs ?? ""}
        classNames={{ panel: classes.panel ?? "", tab: classes.tab ?? "" }}
      >
        <Tabs.List>
          {["chat", "trace", "variables", "calls", "json", "tests"].map((it) => (
            <Tabs.Tab key={it} value={it}>
              {t(`test.tab_${it}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="chat">
          <Chat session={session} />
        </Tabs.Panel>
        <Tabs.Panel value="trace">
          <Trace turns={turns} looked={looked} onLook={setLooked} />
        </Tabs.Panel>
        <Tabs.Panel value="variables">
          <Variables turns={turns} looked={looked} />
        </Tabs.Panel>
        <Tabs.Panel value="calls">
          <Calls turns={turns} />
        </Tabs.Panel>
        <Tabs.Panel value="json">
          <CodeBlock label={t("test.tab_json")} text={JSON.stringify(turns.at(-1)?.step ?? null, null, 2)} />
        </Tabs.Panel>
        <Tabs.Panel value="tests">
          <TestsPanel turns={turns} settings={settings} />
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}
