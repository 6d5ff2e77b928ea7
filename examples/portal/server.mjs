// A patient portal in miniature. The token stays here; the browser gets the key of one session and talks through this server, so that
// it needs no other origin. SmartBot in turn asks this server about insurances and tells it what happens; both calls are signed.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { Chat, signIdentity, verifyWebhook, WebhookVerificationError } from "../../web/sdk/dist/index.js";

const { SMARTBOT_URL, TOKEN, WEBHOOK_SECRET, CALLS_SECRET, WORKSPACE, WIDGET_KEY, PORT = "3000" } = process.env;
if (!SMARTBOT_URL || !TOKEN || !WEBHOOK_SECRET || !CALLS_SECRET || !WORKSPACE || !WIDGET_KEY)
  throw new Error("Set SMARTBOT_URL, TOKEN, WEBHOOK_SECRET, CALLS_SECRET, WORKSPACE and WIDGET_KEY; see README.md.");

const HERE = new URL(".", import.meta.url);
const TYPES = { html: "text/html; charset=utf-8", js: "text/javascript", css: "text/css" };
// The widget may come from SmartBot; nothing else comes from elsewhere.
const POLICY = `default-src 'self'; img-src 'self' data:; script-src 'self' ${SMARTBOT_URL}; connect-src 'self' ${SMARTBOT_URL}; frame-src ${SMARTBOT_URL}`;
// Who is signed in comes from the portal's own session in real life, never from the browser's word.
const PATIENT = { id: "p-17", name: "Ana" };
const PASSED_ON = ["authorization", "content-type", "last-event-id", "idempotency-key"];
const heard = new Map(); // by the id of the event, because it may come twice

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

function json(response, status, value) {
  response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" }).end(JSON.stringify(value));
}

async function file(response, folder, name) {
  if (!/^[a-z]+\.(html|js|css)$/.test(name)) return json(response, 404, { error: "not found" });
  const content = await readFile(new URL(name, folder));
  response.writeHead(200, { "Content-Type": TYPES[name.split(".").pop()], "Content-Security-Policy": POLICY }).end(content);
}

async function startChat(response) {
  const start = { function_id: "InsuranceCheck", user: { external_id: PATIENT.id, fields: { user_fname: PATIENT.name } } };
  const chat = await Chat.start({ baseUrl: SMARTBOT_URL, credential: TOKEN, start });
  json(response, 201, { sessionId: chat.id, sessionKey: chat.key });
}

// What the widget shows for proof of who the visitor is. The key that signs it stays here.
async function whoIsIt(response) {
  const identity = await signIdentity({ sub: PATIENT.id, fields: { user_fname: PATIENT.name } }, WIDGET_KEY);
  json(response, 200, { identity });
}

// Calls of the browser on its session go through as they are, with the session's key; the token is never added.
async function passOn(request, response) {
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => PASSED_ON.includes(name)));
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const sent = request.method === "POST" ? await body(request) : undefined;
  const answer = await fetch(SMARTBOT_URL + request.url, { method: request.method, headers, body: sent, signal: gone.signal });
  response.writeHead(answer.status, { "Content-Type": answer.headers.get("content-type") ?? "", "Cache-Control": "no-store" });
  if (answer.body)
    Readable.fromWeb(answer.body)
      .on("error", () => response.destroy())
      .pipe(response);
  else response.end();
}

async function receiveWebhook(request, response) {
  const event = await verifyWebhook({ body: await body(request), headers: request.headers, secret: WEBHOOK_SECRET });
  heard.set(event.id, event.type);
  response.writeHead(204).end();
}

async function answerInsurance(request, response) {
  const asked = await verifyWebhook({ body: await body(request), headers: request.headers, secret: CALLS_SECRET });
  if (!String(asked.member_number).toUpperCase().startsWith("M")) return json(response, 404, { error: "unknown member" });
  json(response, 200, { active: true, plan: "Gold PPO", copay: 25, member_since: "2021-04-01" });
}

function route(request, response) {
  const { method, url } = request;
  if (method === "GET" && url === "/") return file(response, HERE, "index.html");
  if (method === "GET" && url.startsWith("/sdk/")) return file(response, new URL("../../web/sdk/dist/", HERE), url.slice(5));
  if (method === "GET" && url === "/care") return file(response, HERE, "care.html");
  if (method === "GET" && /^\/(portal|care)\.(js|css)$/.test(url)) return file(response, HERE, url.slice(1));
  if (method === "GET" && url === "/heard") return json(response, 200, [...heard.values()]);
  if (method === "POST" && url === "/chat") return startChat(response);
  if (method === "GET" && url === "/widget") return json(response, 200, { server: SMARTBOT_URL, workspace: WORKSPACE, name: PATIENT.name });
  if (method === "POST" && url === "/identity") return whoIsIt(response);
  if (/^\/api\/v1\/sessions\/ses_[0-9a-f]{32}(\/|\?|$)/.test(url)) return passOn(request, response);
  if (method === "POST" && url === "/webhooks") return receiveWebhook(request, response);
  if (method === "POST" && url === "/api/insurance") return answerInsurance(request, response);
  return json(response, 404, { error: "not found" });
}

createServer((request, response) => {
  Promise.resolve(route(request, response)).catch((error) => {
    const isUntrusted = error instanceof WebhookVerificationError;
    if (!isUntrusted && error.name !== "AbortError") console.error(error);
    if (response.headersSent) response.destroy();
    else json(response, isUntrusted ? 401 : 502, { error: isUntrusted ? error.message : "the chat is not available" });
  });
}).listen(Number(PORT), "127.0.0.1", () => console.log(`The portal is at http://127.0.0.1:${PORT}`));
