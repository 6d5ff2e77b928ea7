/** Who has the chat, and how to get it or to give a promised one back. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answerOffer, type DeskChat, deskAgentsQuery } from "../../api/desk.ts";
import { useMay, useMe } from "../../api/me.ts";
import { ProblemNote } from "../../ui/ProblemNote.tsx";
import { useFormat } from "../../ui/useFormat.ts";
import classes from "./ChatColumn.module.css";
import { useChatAct } from "./useChatAct.ts";
import { useSnooze } from "./useSnooze.ts";
import type { TakingOver } from "./useTakeOver.ts";
import { Ago, Left, useServerSecond, Waited } from "./Waited.tsx";

interface Props {
  chat: DeskChat;
  isMine: boolean;
  taking: TakingOver;
}

export function OwnerBanner({ chat, isMine, taking }: Props) {
  const { t } = useTranslation("chats");
  const me = useMe().agent.id;
  const answers = useMay()("answer_chats");
  const now = useServerSecond();
  const offer = chat.offer && Date.parse(chat.offer.until) > now ? chat.offer : null;
  const isOpen = chat.status === "active" || chat.status === "waiting_for_agent";
  const isSnoozed = chat.status !== "ended" && Boolean(chat.snoozed_until);
  if (isMine && !offer && !taking.error && !isSnoozed) return null;
  return (
    <>
      <div className={classes.banner} data-tone={isOpen ? "act" : "quiet"}>
        {/* Clocks stand beside what is read out, not in it. */}
        <p role="status">
          {taking.lost ? (
            t("taken", { name: taking.lost.name })
          ) : isSnoozed ? (
            <SnoozedUntil at={chat.snoozed_until ?? ""} />
          ) : offer?.agent_id === me ? (
            <Offered chat={chat} />
          ) : offer && isMine ? (
            <Waiting agentId={offer.agent_id} />
          ) : (
            t(`owner.${chat.status}`, { name: chat.agent?.name ?? "" })
          )}
        </p>
        {taking.lost ? <Ago at={taking.lost.at} /> : null}
        {offer ? <Left until={offer.until} /> : null}
        {chat.status === "waiting_for_agent" && chat.waiting_since ? <Waited since={chat.waiting_since} /> : null}
        {isSnoozed && (isMine || (answers && chat.status === "waiting_for_agent")) ? <Wake id={chat.session.id} /> : null}
        {answers && isOpen ? (
          <Button size="xs" loading={taking.isRunning} onClick={taking.start} data-take-over>
            {t("takeOver")}
          </Button>
        ) : null}
        {offer?.agent_id === me ? <Answer chat={chat} /> : null}
      </div>
      <ProblemNote error={taking.error} />
    </>
  );
}

function SnoozedUntil({ at }: { at: string }) {
  const { t } = useTranslation("chats");
  return t("snooze.banner", { at: useFormat().dateTime(at) });
}

function Wake({ id }: { id: string }) {
  const { t } = useTranslation("chats");
  const { wake } = useSnooze(id);
  return (
    <Button size="xs" variant="default" loading={wake.isPending} onClick={() => wake.mutate()}>
      {t("snooze.wake")}
    </Button>
  );
}

function useAgentName(id: string | null): string {
  const { t } = useTranslation("chats");
  const agents = useQuery(deskAgentsQuery);
  return agents.data?.find((it) => it.id === id)?.name ?? t("from.agent");
}

function Offered({ chat }: { chat: DeskChat }) {
  const { t } = useTranslation("chats");
  return t("offer.toMe", { name: useAgentName(chat.offer?.from_agent_id ?? null) });
}

function Waiting({ agentId }: { agentId: string | null }) {
  const { t } = useTranslation("chats");
  return t("offer.toOther", { name: useAgentName(agentId) });
}

function Answer({ chat }: { chat: DeskChat }) {
  const { t } = useTranslation("chats");
  const answer = useChatAct(chat.session.id, (accept: boolean) => answerOffer(chat.session.id, accept));
  return (
    <>
      <Button size="xs" loading={answer.isPending && answer.variables} onClick={() => answer.mutate(true)}>
        {t("offer.accept")}
      </Button>
      <Button size="xs" variant="default" loading={answer.isPending && !answer.variables} onClick={() => answer.mutate(false)}>
        {t("offer.decline")}
      </Button>
      <ProblemNote error={answer.error} />
    </>
  );
}
