// The page of the portal: holds the key of one session, never a token.
import { Chat } from "/sdk/index.js";

const [messages, choices, form, input, status, heard] = ["#messages", "#choices", "form", "#text", "#status", "#heard"].map((it) =>
  document.querySelector(it),
);

// A reload goes on with the same chat.
async function keysOfTheChat() {
  const kept = sessionStorage.getItem("chat");
  if (kept) return JSON.parse(kept);
  const answer = await fetch("/chat", { method: "POST" });
  if (!answer.ok) {
    status.textContent = "The chat is not available. Please try again later.";
    throw new Error(`the portal answered ${answer.status}`);
  }
  const keys = await answer.json();
  sessionStorage.setItem("chat", JSON.stringify(keys));
  return keys;
}
const keys = await keysOfTheChat();
const chat = Chat.resume({ baseUrl: location.origin, ...keys });

function show(message) {
  const line = document.createElement("li");
  line.className = message.from;
  message.text.split("**").forEach((part, index) => {
    line.append(index % 2 ? Object.assign(document.createElement("strong"), { textContent: part }) : part);
  });
  messages.append(line);
}

function ask(awaiting) {
  const isOpen = awaiting !== null && !["api", "timer"].includes(awaiting.kind);
  for (const it of [input, form.querySelector("button")]) it.disabled = !isOpen;
  if (isOpen) input.focus();
  const buttons = (awaiting?.choices ?? []).map(({ value, label }) => {
    const button = document.createElement("button");
    button.textContent = label;
    button.addEventListener("click", () => send({ choice: value }));
    return button;
  });
  choices.replaceChildren(...buttons);
}

// What is said comes on the stream, also one's own words, so that every device shows the same.
async function send(said) {
  ask(null);
  status.textContent = "";
  try {
    await chat.send(said);
  } catch (error) {
    status.textContent = error.message;
    ask((await chat.state()).awaiting);
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value.trim();
  input.value = "";
  if (text) send({ text });
});
input.addEventListener("input", () => chat.typing(), { once: true });

async function listen() {
  const types = await (await fetch("/heard")).json();
  heard.replaceChildren(...types.map((it) => Object.assign(document.createElement("li"), { textContent: it })));
}
setInterval(listen, 1000);

try {
  for await (const event of chat.stream()) {
    if (event.type === "message") show(event.message);
    if (event.type === "status") ask(event.awaiting);
  }
  status.textContent = "This chat has ended.";
} catch (error) {
  status.textContent = error.message;
}
sessionStorage.removeItem("chat");
