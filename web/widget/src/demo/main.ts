/** The page that shows the widget: boots it as the form says, and tells what it hears. */
import type { SmartBotApi } from "../loader/main.ts";
import "./style.css";

const query = new URLSearchParams(location.search);
const workspace = query.get("workspace") ?? "";
const form = document.querySelector("form");
const snippet = document.querySelector("#snippet");
const heard = document.querySelector("#heard");
const page = document.querySelector<HTMLAnchorElement>("#page");

function field(name: string): string {
  const value = form && new FormData(form).get(name);
  return typeof value === "string" ? value : "";
}

/** The form begins as the address says, so that what one tried can be shared. */
function fill(): void {
  for (const [name, value] of query) {
    const control = form?.elements.namedItem(name === "function_id" ? "bot" : name);
    if (control instanceof HTMLSelectElement || control instanceof HTMLInputElement) control.value = value;
  }
}

function boot(api: SmartBotApi): void {
  const bot = field("bot");
  if (!workspace || !bot) return;
  const position = field("position") === "left" ? "left" : "right";
  const theme = field("theme") as "auto" | "light" | "dark";
  const options = { workspace, bot, locale: field("locale"), theme, color: field("color"), position } as const;
  api.boot({ ...options, teaser: { text: "Any questions? I am here to help.", delayMs: 3_000 } });
  const call = `SmartBot.boot(${JSON.stringify(options, null, 2)});`;
  if (snippet) {
    snippet.textContent = `<script>
window.SmartBot = window.SmartBot || { q: [] };
["boot", "open", "close", "identify", "setVariables", "shutdown", "on"].forEach(function (name) {
  SmartBot[name] = SmartBot[name] || function () { SmartBot.q.push([name].concat([].slice.call(arguments))); };
});
${call}
</script>
<script async src="${location.origin}/widget/loader.js"></script>`;
  }
  if (page) page.href = `/chat/${encodeURIComponent(workspace)}/${encodeURIComponent(bot)}?lang=${field("locale")}`;
}

fill();
const script = document.createElement("script");
script.src = "/widget/loader.js";
script.addEventListener("load", () => {
  const api = window.SmartBot as SmartBotApi;
  for (const event of ["ready", "open", "close", "start", "message", "unread", "handoff", "complete", "error"] as const) {
    api.on(event, (detail) => {
      const line = document.createElement("li");
      line.textContent = `${event} ${JSON.stringify(detail)}`;
      heard?.append(line);
    });
  }
  boot(api);
  form?.addEventListener("change", () => boot(api));
});
document.head.append(script);
