/** `window.SmartBot`: what pages call, also before this script has come. */
import type { WidgetEvent } from "../shared/protocol.ts";
import type { BootOptions, Identity } from "./options.ts";
import { Widget } from "./widget.ts";

type Listener = (detail: Record<string, unknown>) => void;

const script = document.currentScript instanceof HTMLScriptElement ? document.currentScript : null;
const home = script?.src ? new URL(script.src).origin : location.origin;
const widgets = new Map<string, Widget>();
/** Who listens, also to widgets that are not there yet. */
const listeners: { event: WidgetEvent; act: Listener; id: string | undefined }[] = [];

function tell(id: string, event: WidgetEvent, detail: Record<string, unknown>): void {
  for (const it of [...listeners]) {
    if (it.event !== event || (it.id !== undefined && it.id !== id)) continue;
    try {
      it.act({ id, ...detail });
    } catch (error) {
      console.error(error);
    }
  }
}

/** One widget by its id; all of them without. */
function each(id: string | undefined, act: (widget: Widget) => void): void {
  for (const [name, widget] of [...widgets]) if (id === undefined || id === name) act(widget);
}

const api = {
  boot(options: BootOptions): void {
    const id = options.id ?? "default";
    if (!options.workspace || !options.bot) {
      console.error("SmartBot.boot needs `workspace` and `bot`.");
      return;
    }
    widgets.get(id)?.remove();
    widgets.set(id, new Widget(id, options, options.server ?? home, (event, detail) => tell(id, event, detail)));
  },
  open(id?: string): void {
    // With several widgets and no name, the first one: two open panels would lie upon each other.
    widgets.get(id ?? widgets.keys().next().value ?? "")?.open({ byUser: true });
  },
  close(id?: string): void {
    each(id, (it) => it.close());
  },
  toggle(id?: string): void {
    const widget = widgets.get(id ?? widgets.keys().next().value ?? "");
    if (widget?.isOpen) widget.close();
    else widget?.open({ byUser: true });
  },
  identify(identity: Identity, id?: string): void {
    each(id, (it) => it.identify(identity));
  },
  setVariables(variables: Record<string, unknown>, id?: string): void {
    each(id, (it) => it.setVariables(variables));
  },
  /** Ends what is there and forgets it: for when somebody signs out. */
  shutdown(id?: string): void {
    each(id, (it) => it.shutdown());
    if (id === undefined) widgets.clear();
    else widgets.delete(id);
  },
  /** Listens; the answer stops that. */
  on(event: WidgetEvent, act: Listener, id?: string): () => void {
    const entry = { event, act, id };
    listeners.push(entry);
    return () => {
      const at = listeners.indexOf(entry);
      if (at >= 0) listeners.splice(at, 1);
    };
  },
};

export type SmartBotApi = typeof api;
type Call = [keyof SmartBotApi, ...unknown[]];

declare global {
  interface Window {
    SmartBot?: SmartBotApi | { q?: Call[] };
  }
}

const before = window.SmartBot;
// A page that loads the script twice keeps the widgets of the first.
if (!before || "q" in before) {
  window.SmartBot = api;
  for (const [name, ...given] of before?.q ?? []) (api[name] as ((...all: unknown[]) => unknown) | undefined)?.(...given);
  // For pages whose policy allows no inline script.
  const { workspace, bot, locale, theme, position } = script?.dataset ?? {};
  if (workspace && bot) api.boot({ workspace, bot, locale, theme, position } as BootOptions);
}
