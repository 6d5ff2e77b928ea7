/** Ends an unused browser session in time, with a warning first, and leaves nothing of it on the screen. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { onSignedOut, serverAhead } from "../api/client.ts";
import { meQuery } from "../api/me.ts";
import { forgetJournals } from "../builder/editor/journal.ts";
import { judge } from "./idle.ts";
import { lastUsedAt, noticeUse } from "./use.ts";
import { useLeave } from "./useLeave.ts";

const loadDialog = () => import("./IdleDialog.tsx");
const IdleDialog = lazy(async () => ({ default: (await loadDialog()).IdleDialog }));

/** Tabs of one browser share the session: what one learns of its end, all know. */
type News = { kind: "ends"; expiresAt: number; endsAt: number } | { kind: "left" };

interface Warning {
  secondsLeft: number;
  final: boolean;
}

export function SessionGuard() {
  const queries = useQueryClient();
  const { data: me, dataUpdatedAt } = useQuery(meQuery);
  const leave = useLeave();
  const channel = useRef<BroadcastChannel>(null);
  const ends = useRef({ expiresAt: Number.POSITIVE_INFINITY, endsAt: Number.POSITIVE_INFINITY });
  const toldAt = useRef(Date.now());
  const [warning, setWarning] = useState<Warning | null>(null);
  const warned = useRef(false);

  const touch = useCallback(() => queries.fetchQuery({ ...meQuery, staleTime: 0 }), [queries]);

  useEffect(() => {
    // It must be there when it is needed, also if the server is not.
    void loadDialog();
    return noticeUse();
  }, []);

  const agent = me?.agent.id;
  useEffect(() => {
    // What is kept in this browser of somebody else's work was not meant for the one who is here now.
    if (agent) forgetJournals(agent).catch(() => {});
  }, [agent]);

  useEffect(() => {
    const opened = new BroadcastChannel("smartbot.session");
    channel.current = opened;
    opened.onmessage = ({ data }: MessageEvent<News>) => {
      if (data.kind === "left") void leave("elsewhere");
      else {
        ends.current = { expiresAt: data.expiresAt, endsAt: data.endsAt };
        toldAt.current = Date.now();
      }
    };
    return () => opened.close();
  }, [leave]);

  useEffect(() => {
    if (!me) return;
    // The server's times, on this clock.
    const here = (at: string) => Date.parse(at) - serverAhead();
    ends.current = { expiresAt: here(me.session.expires_at), endsAt: here(me.session.ends_at) };
    toldAt.current = dataUpdatedAt;
    const news: News = { kind: "ends", ...ends.current };
    channel.current?.postMessage(news);
  }, [me, dataUpdatedAt]);

  const out = useCallback(
    (why: "idle" | "asked") => {
      const news: News = { kind: "left" };
      channel.current?.postMessage(news);
      void leave(why);
    },
    [leave],
  );

  useEffect(
    () =>
      onSignedOut(async ({ code }) => {
        // Other calls than those of this app's own API say only that something is missing: who is asked for is asked.
        const over = code === "not_signed_in" || (await touch().catch(() => undefined)) === null;
        if (over) await leave("ended");
      }),
    [leave, touch],
  );

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let asking = false;
    const look = () => {
      // While the dialog is open only its buttons count as use: a stray touch must not hide who sits there.
      const verdict = judge(ends.current, toldAt.current, warned.current ? 0 : lastUsedAt(), Date.now());
      if (verdict.kind === "over") return out("idle");
      if (verdict.kind === "touch" && !asking) {
        asking = true;
        touch()
          .catch(() => {
            // Not reached: the next look tries again.
          })
          .finally(() => {
            asking = false;
          });
      }
      warned.current = verdict.kind === "warn";
      setWarning(verdict.kind === "warn" ? verdict : null);
      timer = setTimeout(look, verdict.kind === "wait" ? Math.min(verdict.forMs, 5_000) : 1_000);
    };
    timer = setTimeout(look, 0);
    return () => clearTimeout(timer);
  }, [out, touch]);

  const stay = () => {
    touch().catch(() => {
      // The session is over: `onSignedOut` has it. Or the server was not reached: the countdown goes on.
    });
  };
  if (!warning) return null;
  return (
    <Suspense fallback={null}>
      <IdleDialog secondsLeft={warning.secondsLeft} final={warning.final} onStay={stay} onLeave={() => out("asked")} />
    </Suspense>
  );
}
