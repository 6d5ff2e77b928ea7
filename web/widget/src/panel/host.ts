/** The page around: the loader at the other end of the port, or nobody when the chat is a page of its own. */
import { HELLO, type ToLoader, type ToPanel } from "../shared/protocol.ts";

export interface Host {
  readonly isFramed: boolean;
  tell(message: ToLoader): void;
}

/**
 * Waits for the port. It is taken once, from the window that frames us and from the origin that the loader named; the policy of this page has
 * already made sure that only origins which may show the bot frame it.
 */
export function connectHost(origin: string | null, hear: (message: ToPanel) => void): Host {
  if (window.parent === window) return { isFramed: false, tell: () => undefined };
  let port: MessagePort | null = null;
  const early: ToLoader[] = [];
  const listen = (event: MessageEvent) => {
    const [given] = event.ports;
    if (port || !given || event.source !== window.parent || event.origin !== origin || event.data?.type !== HELLO) return;
    window.removeEventListener("message", listen);
    port = given;
    port.onmessage = ({ data }: MessageEvent<ToPanel>) => hear(data);
    for (const message of early.splice(0)) port.postMessage(message);
  };
  window.addEventListener("message", listen);
  return {
    isFramed: true,
    tell: (message) => {
      if (port) port.postMessage(message);
      else early.push(message);
    },
  };
}
