/** One chat with all that happens to it: started or gone on with, watched, spoken in, ended. What it looks like is not its business. */
import { Chat, type Said, SmartBotError, type StoredFile, type VisitStarted } from "@smartbot/sdk";
import { type Change, type Conversation, EMPTY, hasGap, lastSeq, reduce } from "./conversation.ts";
import { Keep, whoOf } from "./keep.ts";
import { Outbox } from "./outbox.ts";

/** How long the stream may be late behind an answer before the messages are asked for. */
const STREAM_MAY_LAG = 400;
const TYPING_LASTS = 6_000;
const TELL_TYPING_EVERY = 3_000;

export interface RoomOptions {
  workspace: string;
  functionId: string;
  id: string;
  baseUrl: string;
  language: string | null;
  page: string | null;
}

export interface RoomEvents {
  started(started: VisitStarted): void;
  /** The server refuses the identity. */
  identityRefused(): void;
  kept(isKept: boolean): void;
}

export class Room {
  state: Conversation = EMPTY;
  variables: Record<string, unknown> = {};
  identity: string | null = null;
  readonly #watchers = new Set<() => void>();
  readonly #keep: Keep;
  #chat: Chat | null = null;
  #outbox: Outbox | null = null;
  #feed: AbortController | null = null;
  #typingEnds: ReturnType<typeof setTimeout> | undefined;
  #catchUp: ReturnType<typeof setTimeout> | undefined;
  #toldTyping = 0;

  constructor(
    readonly options: RoomOptions,
    readonly events: RoomEvents,
  ) {
    this.#keep = new Keep(options.workspace, options.functionId, options.id);
    window.addEventListener("online", () => this.#refresh());
    window.addEventListener("offline", () => this.#change({ type: "connection", isConnected: false }));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && !this.state.isConnected) this.#refresh();
    });
  }

  subscribe(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Whether a chat is kept from before the reload. */
  get hasKept(): boolean {
    const kept = this.#keep.read();
    return kept !== null && isSamePerson(kept.who, whoOf(this.identity));
  }

  /** Goes on with the chat that is kept, else starts one; does nothing while one runs. */
  async enter(): Promise<void> {
    if (this.state.phase !== "idle") return;
    const kept = this.#keep.read();
    if (kept && isSamePerson(kept.who, whoOf(this.identity))) {
      const { sessionId, sessionKey } = kept;
      this.#change({ type: "resuming", sessionId });
      this.#live(Chat.resume({ baseUrl: this.options.baseUrl, sessionId, sessionKey, retries: 0 }));
      this.events.kept(true);
      return;
    }
    if (kept) await this.#abandon(kept.sessionId, kept.sessionKey);
    await this.#start();
  }

  /** Leaves what is there, ending it if it runs, and starts a new chat. */
  async restart(): Promise<void> {
    const chat = this.#chat;
    const { phase } = this.state;
    this.#leave();
    if (chat && phase === "open") await chat.end().catch(() => undefined);
    await this.#start();
  }

  /** Ends the chat and forgets its key. Its lines stay on the screen. */
  async end(): Promise<void> {
    const chat = this.#chat;
    if (!chat || this.state.phase !== "open") return;
    this.#change({ type: "answered", id: null, answered: await chat.end() });
  }

  /** Forgets the chat as if it had never been here. */
  async shutdown(): Promise<void> {
    const kept = this.#keep.read();
    this.#leave();
    if (kept) await this.#abandon(kept.sessionId, kept.sessionKey);
    this.events.kept(false);
  }

  /** Another identity: the same person's chat goes on under it, another person's is closed. */
  async identify(identity: string): Promise<void> {
    const kept = this.#keep.read();
    this.identity = identity;
    if (!kept || !this.#chat) return;
    if (!isSamePerson(kept.who, whoOf(identity))) {
      await this.restart();
      return;
    }
    if (kept.who !== null) return;
    try {
      await this.#chat.identify(identity);
      this.#keep.write({ ...kept, who: whoOf(identity) });
    } catch (error) {
      if (!(error instanceof SmartBotError)) return;
      if (error.status === 401) this.events.identityRefused();
      // That person is known already, or the chat is somebody else's: it begins anew under the name.
      if (error.status === 409) await this.restart();
    }
  }

  async setVariables(variables: Record<string, unknown>): Promise<void> {
    Object.assign(this.variables, variables);
    await this.#chat?.setVariables(variables).catch(() => undefined);
  }

  /** Says something; false when too much waits already. */
  say(said: Said, text: string): boolean {
    return this.#outbox?.push(said, text) ?? false;
  }

  retry(id: string): void {
    this.#outbox?.retry(id);
  }

  drop(id: string): void {
    this.#outbox?.drop(id);
  }

  types(): void {
    if (Date.now() - this.#toldTyping < TELL_TYPING_EVERY || this.state.phase !== "open") return;
    this.#toldTyping = Date.now();
    void this.#chat?.typing();
  }

  async askForPerson(): Promise<void> {
    const answered = await this.#chat?.handOff();
    if (answered) this.#answered(null, answered);
  }

  upload(file: File, onProgress: (part: number) => void, signal: AbortSignal): Promise<StoredFile> {
    if (!this.#chat) return Promise.reject(new Error("There is no chat."));
    return this.#chat.upload(file, { name: file.name, onProgress, signal });
  }

  async file(id: string): Promise<Blob> {
    if (!this.#chat) throw new Error("There is no chat.");
    return this.#chat.file(id);
  }

  #change(change: Change): void {
    const next = reduce(this.state, change);
    if (next === this.state) return;
    this.state = next;
    for (const watcher of [...this.#watchers]) watcher();
  }

  async #start(): Promise<void> {
    this.#change({ type: "starting" });
    const { workspace, functionId: function_id, language, page, baseUrl } = this.options;
    const visit = {
      workspace,
      function_id,
      ...(this.identity ? { identity: this.identity } : {}),
      ...(Object.keys(this.variables).length > 0 ? { variables: this.variables } : {}),
      ...(language ? { language } : {}),
      ...(page ? { page } : {}),
    };
    try {
      const { chat, started } = await Chat.visit({ baseUrl, visit });
      this.#keep.write({ sessionId: chat.id, sessionKey: chat.key, who: whoOf(this.identity) });
      this.#change({ type: "opened", session: started.session, messages: started.messages, awaiting: started.awaiting ?? null });
      this.#live(Chat.resume({ baseUrl, sessionId: chat.id, sessionKey: chat.key, retries: 0 }));
      this.events.kept(true);
      this.events.started(started);
    } catch (error) {
      const isRefused = error instanceof SmartBotError;
      if (isRefused && error.code === "identity_invalid") this.events.identityRefused();
      const seconds = isRefused && error.status === 429 ? (error.retryAfterSeconds ?? 10) : null;
      const pausedUntil = seconds === null ? null : Date.now() + seconds * 1000;
      this.#change({ type: "failed", code: isRefused ? error.code : "unreachable", pausedUntil });
    }
  }

  /** Listens and speaks through `chat` from now on. */
  #live(chat: Chat): void {
    this.#chat = chat;
    this.#outbox = new Outbox({
      send: (said, clientMessageId, signal) => chat.send(said, { clientMessageId, signal }),
      changed: (pending) => this.#change({ type: "pending", pending }),
      answered: (id, answered) => this.#answered(id, answered),
      ended: () => this.#change({ type: "gone" }),
      paused: (until) => this.#change({ type: "paused", until }),
      connection: (isConnected) => this.#change({ type: "connection", isConnected }),
      now: () => Date.now(),
      newId: () => newId(),
    });
    void this.#watch(chat);
  }

  #answered(id: string | null, answered: Parameters<Outbox["port"]["answered"]>[1]): void {
    this.#change({ type: "answered", id, answered });
    this.#fillLater();
  }

  /** Asks for what is missing if the stream does not bring it soon. */
  #fillLater(): void {
    if (this.#catchUp !== undefined || !hasGap(this.state)) return;
    this.#catchUp = setTimeout(async () => {
      this.#catchUp = undefined;
      const chat = this.#chat;
      if (!chat || !hasGap(this.state)) return;
      const messages = await chat.messages(lastSeq(this.state)).catch(() => []);
      if (chat === this.#chat) this.#take(messages);
    }, STREAM_MAY_LAG);
  }

  #take(messages: Parameters<typeof reduce>[0]["lines"]): void {
    this.#change({ type: "messages", messages });
    for (const it of messages) if (it.client_message_id) this.#outbox?.told(it.client_message_id);
  }

  async #watch(chat: Chat): Promise<void> {
    this.#feed?.abort();
    const feed = new AbortController();
    this.#feed = feed;
    const onConnection = (isConnected: boolean) => {
      if (feed.signal.aborted) return;
      this.#change({ type: "connection", isConnected: isConnected && navigator.onLine });
      if (isConnected) this.#outbox?.wake();
    };
    try {
      for await (const event of chat.stream({ afterSeq: lastSeq(this.state), signal: feed.signal, onConnection })) {
        if (feed.signal.aborted) return;
        if (event.type === "message") {
          this.#take([event.message]);
        } else if (event.type === "status") {
          this.#change(event);
          this.#fillLater();
        } else if (event.from !== "user") {
          this.#showTyping(event.from === "agent" ? "agent" : "bot", event.name);
        }
      }
      // The end came on another way than the status, or long ago.
      if (!feed.signal.aborted && this.state.phase !== "ended") this.#change({ type: "gone" });
    } catch {
      if (feed.signal.aborted) return;
      this.#keep.forget();
      this.events.kept(false);
      this.#change({ type: "gone" });
    }
  }

  #showTyping(from: "bot" | "agent", name: string | undefined): void {
    clearTimeout(this.#typingEnds);
    this.#typingEnds = setTimeout(() => this.#change({ type: "typing", from: null }), TYPING_LASTS);
    this.#change({ type: "typing", from, ...(name ? { name } : {}) });
  }

  /** The connection may be back: nobody waits for a timer. */
  #refresh(): void {
    if (this.state.phase === "failed" && this.state.code === "unreachable") void this.#start();
    if (!this.#chat || (this.state.phase !== "open" && this.state.phase !== "starting")) return;
    void this.#watch(this.#chat);
    this.#outbox?.wake();
  }

  #leave(): void {
    this.#feed?.abort();
    this.#outbox?.stop();
    clearTimeout(this.#typingEnds);
    clearTimeout(this.#catchUp);
    this.#catchUp = undefined;
    this.#chat = null;
    this.#outbox = null;
    this.#feed = null;
    this.#keep.forget();
    this.#change({ type: "forgotten" });
  }

  /** Ends a chat that nobody will come back to. */
  async #abandon(sessionId: string, sessionKey: string): Promise<void> {
    this.#keep.forget();
    await Chat.resume({ baseUrl: this.options.baseUrl, sessionId, sessionKey, retries: 0 })
      .end()
      .catch(() => undefined);
  }
}

/** A chat that nobody's name was on may be gone on with by whoever is there now; a named one by the same person, or by one who left the name out. */
function isSamePerson(kept: string | null, now: string | null): boolean {
  return kept === null || now === null || kept === now;
}

/** `crypto.randomUUID` is for secure pages only, and clinics try things out on plain addresses of their network. */
function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((it) => it.toString(16).padStart(2, "0")).join("");
}
