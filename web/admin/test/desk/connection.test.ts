import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { DeskEvent } from "../../src/api/deskStream.ts";
import { ProblemError } from "../../src/api/problem.ts";
import { Connection } from "../../src/desk/connection.ts";

type Try = { fails?: unknown; events?: DeskEvent[]; stays?: boolean };

/** A server that does as told, try by try, and a diary of what the connection made of it. */
function server(...tries: Try[]) {
  const diary: string[] = [];
  let count = 0;
  async function* events({ events = [], stays = false }: Try, signal: AbortSignal): AsyncGenerator<DeskEvent> {
    yield* events;
    if (!stays) return;
    await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  }
  const connection = new Connection({
    open: async (signal) => {
      const next = tries[count] ?? { stays: true };
      count += 1;
      if (next.fails) throw next.fails;
      return events(next, signal);
    },
    opened: () => diary.push("opened"),
    told: (event) => diary.push(event.type),
    lost: () => diary.push("lost"),
    refused: () => diary.push("refused"),
  });
  return { connection, diary };
}

const problem = (status: number) => new ProblemError({ status, code: "x", title: "", detail: "" });
const PRESENCE: DeskEvent = { type: "presence", data: {} };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the connection of the desk", () => {
  it("connects again whenever it is lost, and says each time that all is to be read again", async () => {
    const { connection, diary } = server({ events: [PRESENCE] }, { fails: problem(503) }, { fails: new TypeError("cut") }, { stays: true });
    void connection.run();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(diary).toEqual(["opened", "presence", "lost", "lost", "lost", "opened"]);
    connection.stop();
  });
  it("gives up where the server will not agree next time either", async () => {
    const { connection, diary } = server({ fails: problem(404) });
    await connection.run();
    expect(diary).toEqual(["refused"]);
  });
  it("is lost at once when the network goes, and back at once when it comes", async () => {
    const { connection, diary } = server({ stays: true }, { stays: true });
    void connection.run();
    await vi.advanceTimersByTimeAsync(0);
    connection.cut();
    await vi.advanceTimersByTimeAsync(0);
    expect(diary).toEqual(["opened", "lost"]);
    connection.wake();
    await vi.advanceTimersByTimeAsync(0);
    expect(diary).toEqual(["opened", "lost", "opened"]);
    connection.stop();
  });
  it("that was stopped tells nothing more", async () => {
    const { connection, diary } = server({ stays: true });
    const over = connection.run();
    await vi.advanceTimersByTimeAsync(0);
    connection.stop();
    await over;
    expect(diary).toEqual(["opened"]);
  });
});
