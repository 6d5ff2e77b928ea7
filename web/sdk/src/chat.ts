import { SmartBotError } from "./problem.ts";
import { backOff, type Connection, open, pause, request } from "./request.ts";
import { alive, parseEvents } from "./sse.ts";
import type { Answered, Awaiting, Message, Session, SessionState, StartBody, Started, StoredFile } from "./types.ts";
import { type UploadOptions, upload } from "./upload.ts";
import type { Visit, VisitStarted } from "./visitor.ts";

/** What a user says: words, one picked choice, several, or a file that was uploaded. */
export type Said = { text: string } | { choice: string } | { choices: string[] } | { file_id: string };

/** What a stream tells. */
export type ChatEvent =
  | { type: "message"; message: Message }
  | { type: "typing"; from: Message["from"]; name?: string }
  | { type: "status"; status: Session["status"]; awaiting: Awaiting | null; lastSeq: number; agent?: { name: string } | null };

/** How to start a session: the bot, who chats, and a connection with a `bots_management` token. */
export type StartOptions = Connection & { start: StartBody; idempotencyKey?: string };

/** One session of one user with one bot. */
export class Chat {
  readonly id: string;
  /** Opens this session only: hand it to a browser or an app, never the token. */
  readonly key: string;
  /** The answer to the start; absent when the chat was resumed. */
  readonly started: Started | undefined;
  readonly #connection: Connection;
  #sending: Promise<unknown> = Promise.resolve();

  private constructor(connection: Connection, id: string, key: string, started?: Started) {
    this.#connection = connection;
    this.id = id;
    this.key = key;
    this.started = started;
  }

  /** Invokes a bot. Needs a token, so it belongs on your server. A repeat after a broken connection starts nothing twice. */
  static async start({ start, idempotencyKey, ...connection }: StartOptions): Promise<Chat> {
    const headers = { "Idempotency-Key": idempotencyKey ?? crypto.randomUUID() };
    const call = { method: "POST", path: "/api/v1/sessions", body: start, headers } as const;
    const started = await request<Started>(connection, call);
    return new Chat(connection, started.session.id, started.session_key, started);
  }

  /**
   * Starts a chat as a visitor of the server's own pages, the widget above all: without a token, known by a signed identity or by nothing.
   * The server takes this from pages of its own origin only. It is not repeated, because a repeat would start another chat.
   */
  static async visit({
    visit,
    ...connection
  }: Omit<Connection, "credential"> & { visit: Visit }): Promise<{ chat: Chat; started: VisitStarted }> {
    const call = { method: "POST", path: "/api/v1/visitor/sessions", body: visit } as const;
    const started = await request<VisitStarted>({ ...connection, credential: "", retries: 0 }, call);
    const resumed = { ...connection, credential: started.session_key };
    return { chat: new Chat(resumed, started.session.id, started.session_key, started), started };
  }

  /** Goes on with a session by its key, also after a reload or on another device. */
  static resume({
    sessionId,
    sessionKey,
    ...connection
  }: Omit<Connection, "credential"> & { sessionId: string; sessionKey: string }): Chat {
    return new Chat({ ...connection, credential: sessionKey }, sessionId, sessionKey);
  }

  #path(rest = ""): string {
    return `/api/v1/sessions/${encodeURIComponent(this.id)}${rest}`;
  }

  /** One after the other, so that what is said in an order arrives in it, also when a request is repeated. */
  #inOrder<T>(act: () => Promise<T>): Promise<T> {
    const result = this.#sending.then(act, act);
    this.#sending = result.catch(() => undefined);
    return result;
  }

  #once(path: string, body: unknown, signal?: AbortSignal): Promise<Answered> {
    const headers = { "Idempotency-Key": crypto.randomUUID() };
    return this.#inOrder(() => request<Answered>(this.#connection, { method: "POST", path: this.#path(path), body, headers, signal }));
  }

  /**
   * Says something and answers with what is said because of it. It is sent again when the connection breaks or the server is busy; its
   * `client_message_id` keeps it from being said twice. Give an id of your own to repeat it even after a reload.
   */
  send(said: Said, options: { clientMessageId?: string; maxWaitMs?: number; signal?: AbortSignal } = {}): Promise<Answered> {
    const body = {
      ...said,
      client_message_id: options.clientMessageId ?? crypto.randomUUID(),
      ...(options.maxWaitMs === undefined ? {} : { max_wait_ms: options.maxWaitMs }),
    };
    const call = { method: "POST", path: this.#path("/messages"), body, signal: options.signal } as const;
    return this.#inOrder(() => request<Answered>(this.#connection, call));
  }

  /** Tells those who watch that the user types. Lost without a trace when it does not arrive. */
  async typing(): Promise<void> {
    await open(this.#connection, { method: "POST", path: this.#path("/typing"), body: {} }).catch(() => undefined);
  }

  /** Asks for a person; `flag` names the group of agents. */
  handOff(flag?: string, signal?: AbortSignal): Promise<Answered> {
    return this.#once("/hand_off", flag === undefined ? {} : { flag }, signal);
  }

  /** Ends the session. */
  end(signal?: AbortSignal): Promise<Answered> {
    return this.#once("/end", {}, signal);
  }

  /** Tells who the visitor is, by a JWT that your server signed: see `signIdentity`. */
  identify(identity: string, signal?: AbortSignal): Promise<unknown> {
    return request(this.#connection, { method: "POST", path: this.#path("/identity"), body: { identity }, signal });
  }

  /** Sets variables that the bot declares. */
  setVariables(variables: Record<string, unknown>, signal?: AbortSignal): Promise<unknown> {
    return request(this.#connection, { method: "PATCH", path: this.#path("/variables"), body: { variables }, signal });
  }

  /** Uploads a file; say it with `send({ file_id })` afterwards. */
  upload(file: Blob, options: UploadOptions): Promise<StoredFile> {
    return upload(this.#connection, this.#path("/files"), file, options);
  }

  /** The content of a file of this session. Never show it as a page: it comes from somebody else. */
  async file(id: string, signal?: AbortSignal): Promise<Blob> {
    const answer = await open(this.#connection, { method: "GET", path: this.#path(`/files/${encodeURIComponent(id)}`), signal });
    if (!answer.ok) throw await SmartBotError.from(answer);
    return answer.blob();
  }

  /** Where the session stands. */
  state(signal?: AbortSignal): Promise<SessionState> {
    return request(this.#connection, { method: "GET", path: this.#path(), signal });
  }

  /** The messages of the open session after a `seq`. */
  async messages(afterSeq = 0, signal?: AbortSignal): Promise<Message[]> {
    const page = await request<{ data: Message[] }>(this.#connection, {
      method: "GET",
      path: this.#path(`/messages?after_seq=${afterSeq}`),
      signal,
    });
    return page.data;
  }

  /**
   * Watches the session until it ends: every message after `afterSeq` (all unless given) once and in order, typing, and changes of status.
   * It connects again by itself and goes on where it was; `onConnection` hears when it is cut and when it is whole again. End it with
   * `signal` or by leaving the loop.
   */
  async *stream(
    options: { afterSeq?: number; signal?: AbortSignal; onConnection?: (isOpen: boolean) => void } = {},
  ): AsyncGenerator<ChatEvent, void> {
    let seq = options.afterSeq ?? 0;
    let wasOpen = false;
    for (let failures = 0; !options.signal?.aborted; ) {
      const one = new AbortController();
      const signal = options.signal ? AbortSignal.any([options.signal, one.signal]) : one.signal;
      try {
        const answer = await open(this.#connection, { method: "GET", path: this.#path("/stream"), headers: resumeAfter(seq), signal });
        if (!answer.ok || !answer.body) throw await SmartBotError.from(answer);
        wasOpen = true;
        options.onConnection?.(true);
        for await (const event of parseEvents(alive(answer.body, one))) {
          failures = 0;
          const told = read(event.event, event.data);
          if (told?.type === "message") {
            if (told.message.seq <= seq) continue;
            seq = told.message.seq;
          }
          if (told) yield told;
          if (told?.type === "status" && told.status === "ended") return;
        }
      } catch (error) {
        if (options.signal?.aborted) return;
        const isFinal = error instanceof SmartBotError && error.status < 500 && error.status !== 429;
        // The session was over for so long that its stream has closed: nothing is missing that could still come.
        if (isFinal && wasOpen && error.code === "session_ended") return;
        if (isFinal) throw error;
      } finally {
        one.abort();
      }
      options.onConnection?.(false);
      await pause(backOff(failures), options.signal).catch(() => undefined);
      failures += 1;
    }
  }
}

function resumeAfter(seq: number): Record<string, string> {
  return { Accept: "text/event-stream", ...(seq > 0 ? { "Last-Event-ID": String(seq) } : {}) };
}

function read(event: string, data: string): ChatEvent | undefined {
  const value = JSON.parse(data);
  if (event === "message") return { type: "message", message: value };
  if (event === "typing") return { type: "typing", from: value.from, ...(value.name ? { name: value.name } : {}) };
  if (event === "status") {
    const { status, awaiting, last_seq: lastSeq, agent } = value;
    return { type: "status", status, awaiting, lastSeq, ...(agent === undefined ? {} : { agent }) };
  }
  return undefined;
}
