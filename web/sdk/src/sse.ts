/** One event of a stream of Server-Sent Events. */
export interface ServerSentEvent {
  event: string;
  data: string;
  id: string | undefined;
}

/** Reads lines of any of the three endings, however the bytes were cut. */
class Lines {
  #rest = "";
  #sawReturn = false;

  *push(text: string): Generator<string> {
    for (const letter of text) {
      const isSecondHalf = letter === "\n" && this.#sawReturn;
      this.#sawReturn = letter === "\r";
      if (isSecondHalf) continue;
      if (letter === "\n" || letter === "\r") {
        yield this.#rest;
        this.#rest = "";
      } else {
        this.#rest += letter;
      }
    }
  }
}

/** Parses a stream as HTML's "event stream interpretation" tells; an event that was cut off at the end is dropped. */
export async function* parseEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  const lines = new Lines();
  let event = "";
  let id: string | undefined;
  let data: string[] = [];
  for await (const chunk of chunks) {
    for (const line of lines.push(decoder.decode(chunk, { stream: true }))) {
      if (line === "") {
        if (data.length > 0) yield { event: event || "message", data: data.join("\n"), id };
        event = "";
        id = undefined;
        data = [];
        continue;
      }
      const colon = line.indexOf(":");
      const name = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (name === "event") event = value;
      else if (name === "data") data.push(value);
      else if (name === "id" && !value.includes("\0")) id = value;
    }
  }
}

/** The server shows that it lives every 15 seconds; a stream that is silent for longer is dead. */
const SILENT_AT_MOST = 45_000;

/** The chunks of a body; a connection that has died without a word is given up. */
export async function* alive(body: ReadableStream<Uint8Array>, connection: AbortController): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  for (;;) {
    const timer = setTimeout(() => connection.abort(), SILENT_AT_MOST);
    const { done, value } = await reader.read().finally(() => clearTimeout(timer));
    if (done) return;
    yield value;
  }
}
