/** One widget on a page: launcher, teaser, and the panel once somebody wants it. */
import type { Appearance, PublicBot } from "@smartbot/sdk";
import { accentPair, parseHex, toHex } from "../shared/color.ts";
import type { PanelSettings, Scheme, ToLoader, WidgetEvent } from "../shared/protocol.ts";
import { directionOf } from "../shared/tongue.ts";
import { BUBBLE, CROSS, DOWN, element, icon } from "./dom.ts";
import { Frame } from "./frame.ts";
import { hasMark, isTeaserPutAway, putTeaserAway, setMark } from "./memory.ts";
import { appearanceOf, type BootOptions, type Identity, localeOf } from "./options.ts";
import { STYLE } from "./style.ts";
import { fillVisible, holdPage, PHONE, schemeOfPage } from "./viewport.ts";
import { wordsFor } from "./words.ts";

const ACCENT = "#0b6e79";
const TEASER_AFTER = 5_000;

export class Widget {
  isOpen = false;
  readonly #key: string;
  readonly #locale: string;
  readonly #words;
  readonly #host = element("div", { "data-smartbot": "" });
  readonly #root = element("div", { class: "root" });
  readonly #launcher = element("button", { class: "launcher", type: "button", "aria-haspopup": "dialog", "aria-expanded": "false" });
  readonly #panel = element("div", { class: "panel", role: "dialog", hidden: "" });
  readonly #said = element("div", { class: "said", role: "status" });
  readonly #phone = matchMedia(PHONE);
  readonly #undo: (() => void)[] = [];
  #teaser: HTMLElement | null = null;
  #frame: Frame | null = null;
  #appearance: Appearance;
  #name: string;
  #variables: Record<string, unknown>;
  #identity: Identity | null;
  #token: string | null = null;
  #unread = 0;
  #letGo: (() => void) | null = null;
  #isGone = false;

  constructor(
    readonly id: string,
    readonly options: BootOptions,
    readonly server: string,
    readonly tell: (event: WidgetEvent, detail: Record<string, unknown>) => void,
  ) {
    this.#key = `${options.workspace}:${options.bot}:${id}`;
    this.#locale = localeOf(options);
    const { language, words } = wordsFor(this.#locale);
    this.#words = words;
    this.#appearance = appearanceOf(options);
    this.#name = this.#appearance.title ?? options.bot;
    this.#variables = { ...options.variables };
    this.#identity = options.identity ?? null;
    this.#root.lang = language;
    this.#root.dir = directionOf(this.#locale);
    this.#launcher.addEventListener("click", () => (this.isOpen ? this.close() : this.open({ byUser: true })));
    this.#listen(document, "keydown", (event) => {
      // The panel tells of its own; this is for the focus on the launcher.
      if ((event as KeyboardEvent).key === "Escape" && this.isOpen && this.#isFocused()) this.close();
    });
    this.#listen(this.#phone, "change", () => this.isOpen && this.#fit());
    this.#listen(matchMedia("(prefers-color-scheme: dark)"), "change", () => this.#paint());
    const looks = new MutationObserver(() => this.#paint());
    looks.observe(document.documentElement, { attributes: true });
    this.#undo.push(() => looks.disconnect());
    whenIdle(() => void this.#begin());
  }

  /** Puts the launcher on the page, as it should look. Nothing of the page waited for this. */
  async #begin(): Promise<void> {
    if (this.#isGone) return;
    const isAllowed = await this.#learn();
    if (this.#isGone || !isAllowed) return;
    const shadow = this.#host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    shadow.adoptedStyleSheets = [sheet];
    this.#root.append(this.#launcher, this.#panel, this.#said);
    shadow.append(this.#root);
    // Beside the body: pages that swap their body keep the chat, and the body can be made inert as a whole.
    document.documentElement.append(this.#host);
    // The top layer lies above every z-index, and no transform of the page reaches into it.
    this.#host.setAttribute("popover", "manual");
    this.#host.showPopover?.();
    this.#paint();
    this.#label();
    const wasOpen = hasMark(this.#key, "open");
    if (this.isOpen) this.#show(true);
    else if ((wasOpen || this.options.open) && !this.#phone.matches) this.open({ byUser: false });
    else if (hasMark(this.#key, "kept")) this.#load();
    else this.#tease();
  }

  /** Asks how the bot looks. Without an answer the chat has its usual looks; a refusal means that nothing may be shown. */
  async #learn(): Promise<boolean> {
    const { workspace, bot } = this.options;
    const path = `/api/v1/visitor/bots/${encodeURIComponent(workspace)}/${encodeURIComponent(bot)}`;
    const address = new URL(path, this.server);
    const answer = await fetch(address, { credentials: "omit" }).catch(() => null);
    // Where the server hides its answer from this page, it can only be seen that there is one.
    const isRefused = answer ? answer.status === 403 || answer.status === 404 : await isThere(address);
    if (isRefused) {
      console.warn(`SmartBot: the bot ${bot} is not there, or may not be shown on ${location.origin}. See its allowed origins.`);
      return false;
    }
    const known: PublicBot | null = answer?.ok ? await answer.json().catch(() => null) : null;
    this.#appearance = { ...known?.appearance, ...this.#appearance };
    this.#name = this.#appearance.title ?? known?.name ?? this.#name;
    return true;
  }

  open({ byUser }: { byUser: boolean }): void {
    if (this.isOpen) return;
    this.isOpen = true;
    setMark(this.#key, "open", true);
    if (this.#host.isConnected) this.#show(!byUser);
  }

  #show(isQuiet: boolean): void {
    this.#dropTeaser();
    this.#load();
    this.#panel.hidden = false;
    this.#launcher.setAttribute("aria-expanded", "true");
    this.#fit();
    this.#label();
    if (!isQuiet) this.#frame?.element.focus();
    this.#frame?.tell({ type: "open", byUser: !isQuiet, isModal: this.#phone.matches });
    this.tell("open", {});
  }

  close(): void {
    if (!this.isOpen) return;
    const hadFocus = this.#isFocused();
    this.isOpen = false;
    setMark(this.#key, "open", false);
    this.#panel.hidden = true;
    this.#launcher.setAttribute("aria-expanded", "false");
    this.#fit();
    this.#label();
    if (hadFocus) this.#launcher.focus();
    this.#frame?.tell({ type: "close" });
    this.tell("close", {});
  }

  identify(identity: Identity): void {
    this.#identity = identity;
    void this.#sendIdentity();
  }

  setVariables(variables: Record<string, unknown>): void {
    Object.assign(this.#variables, variables);
    this.#frame?.tell({ type: "variables", variables });
  }

  /** Forgets the chat, here and in the frame, and goes. */
  shutdown(): void {
    const isKept = hasMark(this.#key, "kept");
    for (const mark of ["open", "kept"] as const) setMark(this.#key, mark, false);
    // The key of the chat lies in the frame: it is opened once more, unseen, to throw it away.
    if (!this.#frame && isKept && this.#host.isConnected) this.#load();
    const frame = this.#frame;
    this.#isGone = true;
    if (!frame) {
      this.remove();
      return;
    }
    this.isOpen = false;
    this.#panel.hidden = true;
    this.#launcher.hidden = true;
    this.#fit();
    frame.tell({ type: "shutdown" });
    window.setTimeout(() => this.remove(), 5_000);
  }

  remove(): void {
    this.#isGone = true;
    this.isOpen = false;
    this.#letGo?.();
    this.#frame?.remove();
    this.#host.remove();
    for (const undo of this.#undo.splice(0)) undo();
  }

  #load(): void {
    if (this.#frame) return;
    const { workspace, bot } = this.options;
    const address = new URL("/widget/panel", this.server);
    address.search = String(new URLSearchParams({ workspace, function_id: bot, host: location.origin }));
    const title = this.#words.chatWith(this.#name);
    this.#panel.setAttribute("aria-label", title);
    this.#frame = new Frame(address, title, {
      heard: (message) => this.#hear(message),
      greeted: () => void this.#greet(),
      failed: () => this.#apologize(),
    });
    this.#panel.append(this.#frame.element);
  }

  async #greet(): Promise<void> {
    this.#token ??= await this.#askIdentity();
    this.#frame?.tell({ type: "settings", settings: this.#settings() });
    if (this.#isGone) this.#frame?.tell({ type: "shutdown" });
    else if (this.isOpen) this.#frame?.tell({ type: "open", byUser: this.#isFocused(), isModal: this.#phone.matches });
  }

  #settings(): PanelSettings {
    const { id } = this;
    const page = location.origin + location.pathname;
    const [locale, scheme, appearance, variables, identity] = [
      this.#locale,
      this.#scheme(),
      this.#appearance,
      this.#variables,
      this.#token,
    ];
    return { id, locale, scheme, appearance, variables, identity, page };
  }

  #hear(message: ToLoader): void {
    switch (message.type) {
      case "ready":
        this.tell("ready", {});
        break;
      case "close":
        this.close();
        break;
      case "unread":
        if (message.count > this.#unread && !this.isOpen) this.#said.textContent = this.#words.newMessages(message.count);
        this.#unread = message.count;
        this.#label();
        this.tell("unread", { count: message.count });
        break;
      case "event":
        this.tell(message.name, message.detail ?? {});
        break;
      case "identity_wanted":
        // A text that was refused once is refused again; only a function can bring a new one.
        if (typeof this.#identity === "function") void this.#sendIdentity();
        break;
      case "kept":
        setMark(this.#key, "kept", message.isKept);
        if (this.#isGone && !message.isKept) this.remove();
    }
  }

  async #askIdentity(): Promise<string | null> {
    try {
      return typeof this.#identity === "function" ? await this.#identity() : this.#identity;
    } catch (error) {
      console.error(error);
      return null;
    }
  }

  async #sendIdentity(): Promise<void> {
    this.#token = await this.#askIdentity();
    if (this.#token) this.#frame?.tell({ type: "identity", identity: this.#token });
  }

  #scheme(): Scheme {
    const wish = this.options.theme ?? "auto";
    return wish === "auto" ? schemeOfPage() : wish;
  }

  #paint(): void {
    const scheme = this.#scheme();
    const { accent, onAccent } = accentPair(parseHex(this.#appearance.color ?? "") ?? parseHex(ACCENT) ?? [0, 0, 0]);
    const { style, dataset } = this.#root;
    if (dataset.scheme && dataset.scheme !== scheme) this.#frame?.tell({ type: "scheme", scheme });
    dataset.scheme = scheme;
    dataset.side = this.#appearance.position ?? (this.#root.dir === "rtl" ? "left" : "right");
    style.setProperty("--accent", toHex(accent));
    style.setProperty("--on-accent", toHex(onAccent));
    style.setProperty("--x", `${this.options.offset?.x ?? 0}px`);
    style.setProperty("--y", `${this.options.offset?.y ?? 0}px`);
  }

  #label(): void {
    const count = this.isOpen ? 0 : this.#unread;
    const text = this.#appearance.launcher_text;
    const words = this.isOpen ? this.#words.close : text ? text : this.#words.open;
    this.#launcher.setAttribute("aria-label", count > 0 ? `${words}, ${this.#words.newMessages(count)}` : words);
    this.#launcher.hidden = this.options.hideLauncher === true;
    this.#launcher.replaceChildren(icon(this.isOpen ? DOWN : BUBBLE));
    if (text && !this.isOpen) this.#launcher.append(element("span", { class: "label" }, [text]));
    if (count > 0) this.#launcher.append(element("span", { class: "badge", "aria-hidden": "true" }, [count > 9 ? "9+" : String(count)]));
  }

  /** On phones the panel is all there is; elsewhere it stands beside the page. */
  #fit(): void {
    const isModal = this.isOpen && this.#phone.matches;
    this.#panel.classList.toggle("modal", isModal);
    this.#root.classList.toggle("is-modal", isModal);
    if (isModal) this.#panel.setAttribute("aria-modal", "true");
    else this.#panel.removeAttribute("aria-modal");
    if (isModal === (this.#letGo !== null)) return;
    this.#letGo?.();
    this.#letGo = null;
    if (!isModal) return;
    const stops = [fillVisible(this.#panel), holdPage()];
    this.#letGo = () => {
      for (const stop of stops) stop();
    };
  }

  #tease(): void {
    const teaser = this.options.teaser === false ? undefined : this.#appearance.teaser;
    if (!teaser?.text || this.#phone.matches || isTeaserPutAway(this.#key)) return;
    const timer = window.setTimeout(() => {
      if (this.isOpen || this.#isGone) return;
      const text = element("button", { class: "teaser-text", type: "button", "aria-haspopup": "dialog" }, [teaser.text]);
      const close = element("button", { class: "teaser-close", type: "button", "aria-label": this.#words.dismiss }, [icon(CROSS)]);
      text.addEventListener("click", () => this.open({ byUser: true }));
      close.addEventListener("click", () => {
        putTeaserAway(this.#key);
        this.#dropTeaser();
        this.#launcher.focus();
      });
      this.#teaser = element("div", { class: "teaser" }, [text, close]);
      this.#root.insertBefore(this.#teaser, this.#launcher);
    }, teaser.delay_ms ?? TEASER_AFTER);
    this.#undo.push(() => clearTimeout(timer));
  }

  #dropTeaser(): void {
    this.#teaser?.remove();
    this.#teaser = null;
  }

  /** The frame never spoke: the page is not allowed to show it, or the server is away. The page of the chat may still work. */
  #apologize(): void {
    const { workspace, bot } = this.options;
    const address = new URL(`/chat/${encodeURIComponent(workspace)}/${encodeURIComponent(bot)}`, this.server);
    const link = element("a", { href: address.href, target: "_blank", rel: "noopener" }, [this.#words.openPage]);
    this.#panel.replaceChildren(element("div", { class: "failed" }, [element("span", {}, [this.#words.unreachable]), link]));
    console.warn(`SmartBot: the panel did not start. Is ${location.origin} among the bot's allowed origins?`);
    this.tell("error", { code: "panel_unreachable" });
  }

  #isFocused(): boolean {
    return document.activeElement === this.#host;
  }

  #listen(target: EventTarget, event: string, act: (event: Event) => void): void {
    target.addEventListener(event, act);
    this.#undo.push(() => target.removeEventListener(event, act));
  }
}

/** Whether anybody answers at an address, whatever it is. False also when the page's own policy forbids to ask. */
async function isThere(address: URL): Promise<boolean> {
  try {
    await fetch(address, { credentials: "omit", mode: "no-cors" });
    return true;
  } catch {
    return false;
  }
}

/** After the page has loaded, when the browser has nothing better to do. */
function whenIdle(act: () => void): void {
  const idle = () => ("requestIdleCallback" in window ? requestIdleCallback(() => act(), { timeout: 2_000 }) : setTimeout(act, 1));
  if (document.readyState === "complete") idle();
  else window.addEventListener("load", idle, { once: true });
}
