/** The head of the open chat: who, with which bot, and what the one who has it can do with it. */
import { ActionIcon, Button } from "@mantine/core";
import { IconArrowLeft, IconArrowsRightLeft, IconCircleX, IconRobot, IconUser } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DeskChat } from "../../api/desk.ts";
import { useMay } from "../../api/me.ts";
import { publishedBotsQuery } from "../../api/published.ts";
import { ButtonLink } from "../../ui/links.tsx";
import classes from "./ChatColumn.module.css";
import type { ChatDialogKind } from "./ChatDialog.tsx";
import { personName } from "./personName.ts";
import { SnoozeMenu } from "./SnoozeMenu.tsx";

const ChatDialog = lazy(async () => ({ default: (await import("./ChatDialog.tsx")).ChatDialog }));

interface Props {
  chat: DeskChat;
  isMine: boolean;
  onPerson: () => void;
}

export function ChatHead({ chat, isMine, onPerson }: Props) {
  const { t } = useTranslation(["chats", "logs"]);
  const may = useMay();
  const bots = useQuery({ ...publishedBotsQuery, enabled: may("view_bots") });
  const [dialog, setDialog] = useState<ChatDialogKind | null>(null);
  const { session, user } = chat;
  // Who waits may be put aside by whoever answers.
  const canSnooze = !chat.snoozed_until && (isMine || (may("answer_chats") && chat.status === "waiting_for_agent"));
  const bot = bots.data?.find((it) => it.function_id === session.function_id)?.name ?? session.function_id;
  const medium = t(`logs:media.${session.medium}`, { defaultValue: session.medium });
  return (
    <header className={classes.head}>
      <ButtonLink
        to="/chats"
        search={(old) => old}
        activeOptions={{ exact: true }}
        size="xs"
        variant="subtle"
        color="gray"
        px={6}
        className={classes.toList}
        aria-label={t("toLists")}
      >
        <IconArrowLeft size={18} aria-hidden />
      </ButtonLink>
      <div className={classes.who}>
        <h2 dir="auto">{personName(user) ?? t("unnamed")}</h2>
        <p>
          {bot} · v{session.version} · {medium} · {session.language}
        </p>
      </div>
      <div className={classes.acts}>
        {canSnooze ? <SnoozeMenu id={session.id} onOther={() => setDialog("snooze")} /> : null}
        {isMine ? (
          <>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconArrowsRightLeft size={16} aria-hidden />}
              onClick={() => setDialog("transfer")}
            >
              {t("transfer.button")}
            </Button>
            <Button size="xs" variant="default" leftSection={<IconRobot size={16} aria-hidden />} onClick={() => setDialog("handBack")}>
              {t("handBack.button")}
            </Button>
            <Button size="xs" variant="default" leftSection={<IconCircleX size={16} aria-hidden />} onClick={() => setDialog("close")}>
              {t("close.button")}
            </Button>
          </>
        ) : null}
        <ActionIcon className={classes.toPerson} variant="default" size={30} aria-label={t("showPerson")} onClick={onPerson}>
          <IconUser size={18} aria-hidden />
        </ActionIcon>
      </div>
      {dialog ? (
        <Suspense fallback={null}>
          <ChatDialog kind={dialog} chat={chat} onClose={() => setDialog(null)} />
        </Suspense>
      ) : null}
    </header>
  );
}
