/** Starts the panel: in the frame when the loader says so, as a page of its own at once. */
import { publicBot } from "@smartbot/sdk";
import { render } from "preact";
import { Room } from "../chat/room.ts";
import { en, loadWords } from "../i18n/index.ts";
import type { PanelSettings, ToPanel } from "../shared/protocol.ts";
import { directionOf } from "../shared/tongue.ts";
import { App } from "./App.tsx";
import { readAddress } from "./address.ts";
import { connectHost } from "./host.ts";
import type { Shell } from "./shell.ts";
import { applyTheme } from "./theme.ts";
import "./style.css";

const address = readAddress(new URL(location.href));
const place = document.getElementById("root");
const dark = matchMedia("(prefers-color-scheme: dark)");
const schemeOfSystem = () => (dark.matches ? "dark" : "light");

let shell: Shell = {
  words: en,
  language: "en",
  locale: "en",
  appearance: {},
  title: address.functionId,
  scheme: schemeOfSystem(),
  isOpen: false,
  isFramed: true,
  openedBy: 0,
};
let room: Room | null = null;
const host = connectHost(address.host, hear);
shell = { ...shell, isFramed: host.isFramed };

function show(more: Partial<Shell> = {}): void {
  shell = { ...shell, ...more };
  const root = document.documentElement;
  applyTheme(root, shell.appearance, shell.scheme);
  root.lang = shell.language;
  root.dir = directionOf(shell.locale);
  root.classList.toggle("is-page", !shell.isFramed);
  document.title = shell.title;
  if (place && room) render(<App {...shell} room={room} tell={host.tell} onLanguage={(it) => void speak(it)} />, place);
}

async function speak(locale: string): Promise<void> {
  show({ ...(await loadWords(locale)), locale });
}

/** Makes the room once it is known for whom. */
async function begin(settings: Pick<PanelSettings, "id" | "locale" | "appearance" | "variables" | "identity"> & { page: string | null }) {
  const { workspace, functionId } = address;
  const [words, bot] = await Promise.all([loadWords(settings.locale), publicBot(location.origin, workspace, functionId).catch(() => null)]);
  const appearance = { ...bot?.appearance, ...settings.appearance };
  const wished = settings.locale.toLowerCase();
  // A language that the bot does not speak is not asked for.
  const language = bot?.languages?.find((it) => it.toLowerCase() === wished || it.toLowerCase() === wished.split("-")[0]) ?? null;
  room = new Room(
    { workspace, functionId, id: settings.id, baseUrl: location.origin, language, page: settings.page },
    {
      started: () => host.tell({ type: "event", name: "start" }),
      identityRefused: () => host.tell({ type: "identity_wanted" }),
      kept: (isKept) => host.tell({ type: "kept", isKept }),
    },
  );
  room.identity = settings.identity;
  room.variables = { ...settings.variables };
  const title = appearance.title ?? bot?.name ?? functionId;
  show({ ...words, locale: settings.locale, appearance, title });
  host.tell({ type: "ready", title });
  // What happened in a chat that is kept is counted also while the panel is closed.
  if (shell.isOpen || room.hasKept) void room.enter();
}

let begun: Promise<void> | null = null;

function hear(message: ToPanel): void {
  switch (message.type) {
    case "settings":
      if (begun) break;
      show({ scheme: message.settings.scheme });
      begun = begin(message.settings);
      break;
    case "open":
      show({ isOpen: true, openedBy: shell.openedBy + (message.byUser ? 1 : 0) });
      void room?.enter();
      break;
    case "close":
      show({ isOpen: false });
      break;
    case "scheme":
      show({ scheme: message.scheme });
      break;
    case "identity":
      void room?.identify(message.identity);
      break;
    case "variables":
      void room?.setVariables(message.variables);
      break;
    case "shutdown":
      // The frame may have been opened only for this.
      void begun?.then(() => room?.shutdown());
      break;
  }
}

if (!host.isFramed) {
  dark.addEventListener("change", () => show({ scheme: schemeOfSystem() }));
  show({ isOpen: true, openedBy: 1 });
  const locale = address.language ?? navigator.language;
  void begin({ id: "page", locale, appearance: {}, variables: {}, identity: null, page: null });
} else show();
