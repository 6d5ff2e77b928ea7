/** The panel in its frame, and the port to it. */
import { HELLO, type ToLoader, type ToPanel } from "../shared/protocol.ts";
import { element } from "./dom.ts";

/** After this long without a sign of life the page that frames is not allowed to, or the server is away. */
const LONGEST_START = 15_000;

export interface FrameEvents {
  heard(message: ToLoader): void;
  /** The panel has loaded, for the first time or again: it knows nothing yet. */
  greeted(): void;
  failed(): void;
}

export class Frame {
  readonly element: HTMLIFrameElement;
  #port: MessagePort | null = null;
  #watch = 0;

  constructor(address: URL, title: string, events: FrameEvents) {
    this.element = element("iframe", { title, src: address.href, referrerpolicy: "origin" });
    this.#watch = window.setTimeout(() => events.failed(), LONGEST_START);
    this.element.addEventListener("load", () => {
      const { port1, port2 } = new MessageChannel();
      this.#port?.close();
      this.#port = port1;
      port1.onmessage = ({ data }: MessageEvent<ToLoader>) => {
        clearTimeout(this.#watch);
        events.heard(data);
      };
      // To the server's origin and to nobody else: whatever page stands in the frame by now gets nothing.
      this.element.contentWindow?.postMessage({ type: HELLO }, address.origin, [port2]);
      events.greeted();
    });
  }

  tell(message: ToPanel): void {
    this.#port?.postMessage(message);
  }

  remove(): void {
    clearTimeout(this.#watch);
    this.#port?.close();
    this.element.remove();
  }
}
