/** The head of the Bot Builder: which bot, which version is live, whether everything is saved, and the way to test and publish. */
import { ActionIcon, Badge, Button, Menu, Tooltip } from "@mantine/core";
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconArrowLeft,
  IconDots,
  IconHistory,
  IconKeyboard,
  IconPlayerPlay,
  IconRocket,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useBuilder, useEditor, useSaver, useView } from "./context.ts";
import classes from "./Header.module.css";
import { SaveMark } from "./SaveMark.tsx";
import { Toolbar } from "./Toolbar.tsx";
import { labelText } from "./words.ts";

export interface HeaderProps {
  /** How many things differ from the live version; null while that is not known. */
  changes: number | null;
  /** Whether the test chat is there: only for those who may edit bots. */
  mayTest: boolean;
  mayPublish: boolean;
}

export function Header({ changes, mayTest, mayPublish }: HeaderProps) {
  const { t } = useTranslation("builder");
  const { editor, view } = useBuilder();
  const name = useEditor((it) => it.document.name);
  const history = useEditor((it) => it.history);
  const bot = useSaver((it) => it.bot);
  const status = useSaver((it) => it.status);
  const test = useView((it) => it.test);
  const [undo, redo] = [history.past.at(-1), history.future.at(-1)];
  const live = bot?.live_version ?? null;
  return (
    <div className={classes.head}>
      <Link to="/bots" className={classes.back} aria-label={t("header.back")}>
        <IconArrowLeft size={18} aria-hidden />
      </Link>
      <div className={classes.name} dir="auto" title={editor.functionId}>
        {name || editor.functionId}
      </div>
      <Badge className={classes.badge ?? ""} variant="light" color={live === null ? "gray" : "green"} data-live={live ?? "none"}>
        {live === null ? t("header.not_live") : t("header.live", { version: live })}
      </Badge>
      {changes ? (
        <Badge className={classes.badge ?? ""} variant="light" color="yellow">
          {t("header.draft", { count: changes })}
        </Badge>
      ) : null}
      {editor.readOnly ? (
        <Badge className={classes.badge ?? ""} variant="light" color="gray">
          {t("header.read_only")}
        </Badge>
      ) : (
        <SaveMark status={status} />
      )}
      <Toolbar label={t("header.tools")} className={classes.tools}>
        {editor.readOnly ? null : (
          <>
            <Tooltip label={undo ? t("header.undo_what", { what: labelText(undo.label, t) }) : t("header.undo")} openDelay={400}>
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-disabled={!undo}
                aria-label={t("header.undo")}
                onClick={() => editor.undo()}
              >
                <IconArrowBackUp size={20} aria-hidden />
              </ActionIcon>
            </Tooltip>
            <Tooltip label={redo ? t("header.redo_what", { what: labelText(redo.label, t) }) : t("header.redo")} openDelay={400}>
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-disabled={!redo}
                aria-label={t("header.redo")}
                onClick={() => editor.redo()}
              >
                <IconArrowForwardUp size={20} aria-hidden />
              </ActionIcon>
            </Tooltip>
          </>
        )}
        {mayTest ? (
          <Button
            variant={test ? "light" : "default"}
            aria-pressed={test}
            leftSection={<IconPlayerPlay size={16} aria-hidden />}
            onClick={() => view.setState(test ? { test: false } : { test: true, panel: false })}
            title="Ctrl+E"
            data-test-toggle
          >
            {t("header.test")}
          </Button>
        ) : null}
        {mayPublish ? (
          <Button leftSection={<IconRocket size={16} aria-hidden />} onClick={() => view.setState({ dialog: { kind: "publish" } })}>
            {t("header.publish")}
          </Button>
        ) : null}
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="default" size={36} aria-label={t("header.more")}>
              <IconDots size={18} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconHistory size={16} aria-hidden />} onClick={() => view.setState({ dialog: { kind: "versions" } })}>
              {t("header.versions")}
            </Menu.Item>
            <Menu.Item leftSection={<IconKeyboard size={16} aria-hidden />} onClick={() => view.setState({ dialog: { kind: "keys" } })}>
              {t("keys.title")}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Toolbar>
    </div>
  );
}
