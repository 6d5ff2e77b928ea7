/** Keeps the desk live on every screen: the agent counts as there, and hears of what is new. Draws nothing. */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { type DeskSession, type PresenceStatus, presenceQuery, setPresence } from "../api/desk.ts";
import type { DeskEvent, Notification as Told } from "../api/deskStream.ts";
import { useMay, useMe } from "../api/me.ts";
import { markTab, useNewsCount } from "../shell/news.ts";
import { goToTold } from "../shell/toldPlace.ts";
import { useAlertChoice } from "./alertChoice.ts";
import { type Alert, alertOf, type Known, knownOf } from "./alerts.ts";
import { watchUse } from "./away.ts";
import { useLive } from "./live.ts";
import { ring } from "./sound.ts";
import { speakCount } from "./speech.ts";
import { startDesk } from "./start.ts";

export function DeskLive() {
  const { t } = useTranslation("chats");
  const queries = useQueryClient();
  const { agent } = useMe();
  const answers = useMay()("answer_chats");
  const navigate = useNavigate();
  const known = useRef(new Map<string, Known>());

  /** No word of a patient: others see the screen, and systems keep notifications. */
  const show = (title: string, tag: string, go: () => Promise<void>): void => {
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    const shown = new Notification(title, { body: t("alert.body"), tag });
    shown.onclick = () => {
      window.focus();
      shown.close();
      void go();
    };
  };

  const alert = (kind: Alert, chat: DeskSession): void => {
    const id = chat.session.id;
    if (kind === "waiting") speakCount(() => countWords(t));
    const isSeen = useLive.getState().openChat === id && document.visibilityState === "visible" && document.hasFocus();
    const status: PresenceStatus | undefined = queries.getQueryData(presenceQuery.queryKey)?.status;
    if (isSeen || (kind === "waiting" && status !== "online")) return;
    const { choice } = useAlertChoice.getState();
    if (choice[kind].sound) ring(kind);
    if (choice[kind].desktop) show(t(`alert.${kind}`), id, () => navigate({ to: "/chats/$sessionId", params: { sessionId: id } }));
  };

  const hear = (event: DeskEvent): void => {
    if (!answers) return;
    if (event.type === "notification") tellOf(event.data);
    if (event.type !== "session") return;
    const chat = event.data;
    const kind = alertOf(known.current.get(chat.session.id), chat, agent.id);
    known.current.set(chat.session.id, knownOf(chat, agent.id));
    if (kind) alert(kind, chat);
  };

  const tellOf = (told: Told): void => {
    if (told.quiet) return;
    ring("told");
    const title = t(`alert.kinds.${told.kind}`, { defaultValue: t("alert.kinds.other") });
    show(title, told.session_id ?? told.endpoint?.endpoint_id ?? told.id, () => goToTold(navigate, told));
  };

  const latest = useRef(hear);
  latest.current = hear;
  useEffect(() => startDesk(queries, agent.id, (event) => latest.current(event)), [queries, agent.id]);

  useEffect(() => {
    if (!answers) return;
    return watchUse(
      () => queries.getQueryData(presenceQuery.queryKey)?.status,
      (status) => {
        setPresence({ status }).then(
          (now) => queries.setQueryData(presenceQuery.queryKey, now),
          () => {
            // Not reached: the next look tries again.
          },
        );
      },
    );
  }, [answers, queries]);

  const counts = useLive((it) => it.counts);
  const offers = useLive((it) => Object.keys(it.offers).length);
  const unread = useLive((it) => Object.keys(it.unread).length);
  const news = answers ? (counts?.needs_person ?? 0) + unread + offers : 0;
  useEffect(() => {
    useNewsCount.setState({ count: news });
    markTab(news > 0);
    return () => {
      useNewsCount.setState({ count: 0 });
      markTab(false);
    };
  }, [news]);
  return null;
}

function countWords(t: ReturnType<typeof useTranslation>["t"]): string | null {
  const count = useLive.getState().counts?.needs_person ?? 0;
  return count > 0 ? t("chats:waitingCount", { count }) : null;
}
