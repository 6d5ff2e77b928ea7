/** A conversation with the draft. The server keeps nothing of it: each answer brings the state that the next request sends back. */
import { useCallback, useRef, useState } from "react";
import { problemIn } from "../../api/problem.ts";
import { type PreviewInput, type PreviewMessage, type PreviewStep, type PreviewUser, previewStep } from "../api.ts";
import type { BotDocument } from "../model/document.ts";

/** One input and all that came of it. */
export interface Turn {
  input: PreviewInput;
  /** What the user did, in words; null where nobody said anything. */
  said: string | null;
  step: PreviewStep;
}

export interface Settings {
  user: PreviewUser;
  /** The time that is pretended, without a zone; empty for the real one. */
  clock: string;
  language: string;
  external: "ask" | "live";
}

export const FIRST_SETTINGS: Settings = { user: { fields: {}, flags: [] }, clock: "", language: "", external: "ask" };

export interface TestSession {
  turns: Turn[];
  busy: boolean;
  failed: string | null;
  /** Begins anew, at the start or at a box. */
  start: (box?: string) => Promise<void>;
  send: (input: PreviewInput, said: string | null, external?: "ask" | "live") => Promise<void>;
  /** Goes back to before this turn; a reply from there on replaces what came after. */
  rewind: (turn: number) => void;
  /** Makes the last call for real. */
  callForReal: () => Promise<void>;
  /** Other values or flags from here on. */
  setUser: (user: PreviewUser) => void;
}

export function useTestSession(documentNow: () => BotDocument, settings: Settings): TestSession {
  const [turns, setTurns] = useState<Turn[]>([]);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const running = useRef<AbortController | null>(null);
  const latest = useRef(settings);
  latest.current = settings;

  const run = useCallback(
    async (before: Turn[], input: PreviewInput, said: string | null, external?: "ask" | "live") => {
      running.current?.abort();
      const call = new AbortController();
      running.current = call;
      const { user, clock, language } = latest.current;
      const last = before.at(-1);
      const now = timeOf(clock, last);
      setBusy(true);
      setFailed(null);
      setTurns(before);
      try {
        const step = await previewStep(
          {
            document: documentNow(),
            state: last?.step.state ?? null,
            input,
            user: last?.step.user ?? user,
            external: external ?? latest.current.external,
            ...(now ? { now } : {}),
            ...(language ? { language } : {}),
          },
          call.signal,
        );
        if (!call.signal.aborted) setTurns([...before, { input, said, step }]);
      } catch (error) {
        if (call.signal.aborted) return;
        setFailed(problemIn(error)?.detail || problemIn(error)?.title || String(error));
      } finally {
        if (running.current === call) setBusy(false);
      }
    },
    [documentNow],
  );

  return {
    turns,
    busy,
    failed,
    start: useCallback((box) => run([], { start: true, ...(box ? { box_id: box } : {}) }, null), [run]),
    send: (input, said, external) => run(turns, input, said, external),
    rewind: (turn) => {
      // An answer that is still on its way is to one of the turns that go.
      running.current?.abort();
      setTurns(turns.slice(0, turn));
    },
    callForReal: async () => {
      const last = turns.at(-1);
      if (last) await run(turns.slice(0, -1), last.input, last.said, "live");
    },
    setUser: (user) => setTurns(turns.map((it, place) => (place === turns.length - 1 ? { ...it, step: { ...it.step, user } } : it))),
  };
}

export function textOf(message: PreviewMessage): string {
  return message.text ?? "";
}

/** The steps of a test file: what was said and what came back. */
export function transcriptOf(turns: readonly Turn[]): unknown[] {
  return turns.flatMap(({ step }) => step.transcript_step);
}

/** The time of the next step: the pretended one, unless a timer has moved the session on beyond it. Undefined is now. */
function timeOf(clock: string, last: Turn | undefined): string | undefined {
  const wanted = clock ? new Date(clock) : new Date();
  const reached = last ? new Date(last.step.now) : wanted;
  if (reached > wanted) return reached.toISOString();
  return clock ? wanted.toISOString() : undefined;
}
