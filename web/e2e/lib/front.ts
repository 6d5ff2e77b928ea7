/** Stands before a binary that was built without the widget: serves what `npm run build` made, and starts visitors' chats with a token. */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { request as call, createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { REPOSITORY } from "../../test/server.ts";

const DIST = join(REPOSITORY, "web/dist/widget");
const TYPES: Record<string, string> = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css" };
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' https: data: blob:; media-src https: blob:; frame-src 'self'; base-uri 'none'; form-action 'none'";

interface Demo {
  workspace: string;
  bots_management: string;
}

export async function front(target: string, demo: Demo): Promise<{ url: string; close(): Promise<void> }> {
  const auth = { Authorization: `Bearer ${demo.bots_management}` };
  const files = new Map<string, { content: Buffer; type: string; name: string }>();

  async function file(response: ServerResponse, name: string, headers: Record<string, string> = {}) {
    const path = join(DIST, name);
    if (!existsSync(path)) return void response.writeHead(404).end();
    const content = await readFile(path);
    const policy: Record<string, string> = name.endsWith(".html") ? { "Content-Security-Policy": POLICY } : {};
    response.writeHead(200, { "Content-Type": TYPES[extname(name)] ?? "text/plain", ...policy, ...headers }).end(content);
  }

  async function visit(request: IncomingMessage, response: ServerResponse) {
    const { function_id, variables, language } = JSON.parse((await body(request)).toString());
    const start = { function_id, ...(variables ? { variables } : {}), ...(language ? { language } : {}) };
    const answer = await fetch(`${target}/api/v1/sessions`, {
      method: "POST",
      headers: { ...auth, "Content-Type": "application/json" },
      body: JSON.stringify(start),
    });
    response.writeHead(answer.status, { "Content-Type": answer.headers.get("content-type") ?? "" }).end(await answer.text());
  }

  async function bot(response: ServerResponse, functionId: string) {
    const answer = await fetch(`${target}/api/v1/bots/${functionId}`, { headers: auth });
    const { name, languages } = await answer.json();
    const known = { name, language: languages?.[0], languages, appearance: {}, is_open: true };
    response.writeHead(answer.status, { "Content-Type": "application/json", "Access-Control-Allow-Origin": "*" });
    response.end(JSON.stringify(known));
  }

  async function keep(request: IncomingMessage, response: ServerResponse, name: string) {
    const content = await body(request);
    const id = `fil_${randomUUID().replaceAll("-", "")}`;
    const type = request.headers["content-type"] ?? "";
    files.set(id, { content, type, name });
    const answer = { file: { id, name, type, size: content.length } };
    response.writeHead(201, { "Content-Type": "application/json" }).end(JSON.stringify(answer));
  }

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", target);
    if (pathname === "/widget/loader.js") return file(response, "loader.js", { "Cross-Origin-Resource-Policy": "cross-origin" });
    if (pathname === "/widget/panel") return file(response, "panel.html");
    if (pathname.startsWith("/widget/assets/")) return file(response, pathname.slice("/widget/".length));
    if (pathname.startsWith("/chat/")) return file(response, "chat.html");
    if (pathname === "/demo" && !searchParams.has("function_id")) {
      const there = `/demo?workspace=${demo.workspace}&function_id=ContactUs`;
      return void response.writeHead(307, { Location: there }).end();
    }
    if (pathname === "/demo") return file(response, "demo.html");
    if (pathname === "/api/v1/visitor/sessions") return visit(request, response);
    const [, functionId] = /^\/api\/v1\/visitor\/bots\/[^/]+\/([^/]+)$/.exec(pathname) ?? [];
    if (functionId) return bot(response, functionId);
    if (/\/files$/.test(pathname) && request.method === "POST") return keep(request, response, searchParams.get("name") ?? "");
    const sending = call(target + request.url, { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.on("error", () => response.destroy());
    });
    sending.on("error", () => response.destroy());
    response.on("close", () => sending.destroy());
    request.pipe(sending);
  }

  const server = createServer((request, response) => {
    route(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function body(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}
