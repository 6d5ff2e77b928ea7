/** Brings the stream of the desk and what is kept of it together, for as long as somebody is signed in. */
import type { QueryClient } from "@tanstack/react-query";
import { type DeskEvent, openDesk } from "../api/deskStream.ts";
import { unreadQuery } from "../api/notifications.ts";
import { rereadAll, rereadChat, rereadPresence, takeMessage, takeSession } from "./cache.ts";
import { Connection } from "./connection.ts";
import { noteTyping, useLive } from "./live.ts";
import { deliverAll } from "./outbox.ts";

type Listener = (event: DeskEvent) => void;

/** How often presence is read again at the most: where many come and go, it is told of often. */
const PRESENCE_EVERY_MS = 500;

/** Starts. Returns how to stop. */
export function startDesk(queries: QueryClient, agentId: string, listener: Listener): () => void {
  let presence: ReturnType<typeof setTimeout> | undefined;
  const take = (event: DeskEvent): void => {
    switch (event.type) {
      case "session":
        takeSession(queries, agentId, event.data);
        break;
      case "message":
        noteTyping(event.data.session_id, null);
        takeMessage(queries, event.data.session_id, event.data.message);
        break;
      case "note":
        void rereadChat(queries, event.data.session_id);
        break;
      case "typing":
        noteTyping(event.data.session_id, { from: event.data.from ?? "user", name: event.data.name, at: Date.now() });
        break;
      case "presence":
        presence ??= setTimeout(() => {
          presence = undefined;
          rereadPresence(queries);
        }, PRESENCE_EVERY_MS);
        break;
      case "counts":
        useLive.setState({ counts: event.data });
        break;
      case "notification":
        void queries.invalidateQueries({ queryKey: unreadQuery.queryKey });
        break;
      case "reload":
        void rereadAll(queries);
    }
  };
  const connection = new Connection({
    open: openDesk,
    opened: () => {
      useLive.setState({ connected: "open", lostAt: null });
      void rereadAll(queries);
      deliverAll();
    },
    told: (event) => {
      take(event);
      listener(event);
    },
    lost: () => useLive.setState(({ lostAt }) => ({ connected: "lost", lostAt: lostAt ?? Date.now(), typing: {} })),
    refused: () => useLive.setState({ connected: "refused", lostAt: null }),
  });
  const cut = () => connection.cut();
  const wake = () => connection.wake();
  addEventListener("offline", cut);
  addEventListener("online", wake);
  void connection.run();
  return () => {
    connection.stop();
    clearTimeout(presence);
    removeEventListener("offline", cut);
    removeEventListener("online", wake);
  };
}
