// Adds to a page that can be read without it: a search over the contents, and forms that send requests to this server.
"use strict";

const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

const search = document.getElementById("search");
if (search) {
  const input = element("input", { type: "search", placeholder: "Search", ariaLabel: "Search in the contents" });
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const entry of document.querySelectorAll("nav li")) {
      const text = `${entry.textContent} ${entry.firstChild.hash ?? ""}`.toLowerCase();
      entry.hidden = !words.every((word) => text.includes(word));
    }
  });
  search.append(input);
}

// Kept in this page only: gone when it is closed.
let token = "";
const credential = document.getElementById("credential");
if (credential) {
  const input = element("input", { id: "token", type: "password", autocomplete: "off", placeholder: "sbm_…, sbd_… or sbk_…" });
  input.addEventListener("input", () => {
    token = input.value.trim();
  });
  credential.append(element("label", { htmlFor: "token", textContent: "Token for the requests that you send from this page; it is kept nowhere" }), input);
}

const send = async (method, path, type, body) => {
  const headers = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body) headers["Content-Type"] = type;
  const answer = await fetch(path, { method, headers, body: body || undefined });
  const text = await answer.text();
  const isJson = (answer.headers.get("content-type") ?? "").includes("json");
  return `${answer.status} ${answer.statusText}\n\n${isJson && text ? JSON.stringify(JSON.parse(text), null, 2) : text}`;
};

for (const place of document.querySelectorAll(".attempt")) {
  const { method, path, type, body } = place.dataset;
  const id = place.closest("section").id;
  const address = element("input", { id: `${id}-path`, value: path, spellcheck: false });
  const content = element("textarea", { id: `${id}-body`, value: pretty(body), spellcheck: false });
  const result = element("pre", { hidden: true, tabIndex: 0, ariaLabel: "Answer" });
  const form = element("form", {}, element("label", { htmlFor: address.id, textContent: "Path" }), address);
  if (body) form.append(element("label", { htmlFor: content.id, textContent: "Body" }), content);
  form.append(element("button", { textContent: `Send ${method}` }), result);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    result.hidden = false;
    result.textContent = "…";
    try {
      result.textContent = await send(method, address.value, type, body ? content.value : "");
    } catch (error) {
      result.textContent = String(error);
    }
  });
  place.append(element("details", {}, element("summary", { textContent: "try it" }), form));
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
