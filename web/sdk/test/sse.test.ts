import { expect, test } from "vitest";
import { parseEvents, type ServerSentEvent } from "../src/sse.ts";

const TEXT =
  ': hello\n\nevent: message\nid: 1\ndata: {"a":\ndata: 1}\n\nevent:typing\r\ndata:x\r\n\r\ndata: é\rid: 2\r\r\nid: bad\0\ndata\n\nevent: cut\ndata: off';

async function parse(chunks: Uint8Array[]): Promise<ServerSentEvent[]> {
  const found: ServerSentEvent[] = [];
  const source = async function* () {
    yield* chunks;
  };
  for await (const event of parseEvents(source())) found.push(event);
  return found;
}

const EVENTS = [
  { event: "message", data: '{"a":\n1}', id: "1" },
  { event: "typing", data: "x", id: undefined },
  { event: "message", data: "é", id: "2" },
  { event: "message", data: "", id: undefined },
];

test("every ending of a line, comments and several data lines are read", async () => {
  expect(await parse([new TextEncoder().encode(TEXT)])).toEqual(EVENTS);
});

test("it does not matter where the bytes are cut", async () => {
  const bytes = new TextEncoder().encode(TEXT);
  expect(await parse(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(EVENTS);
  for (let at = 0; at <= bytes.length; at += 1) {
    expect(await parse([bytes.slice(0, at), bytes.slice(at)])).toEqual(EVENTS);
  }
});
