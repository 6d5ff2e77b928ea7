import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, inject, test } from "vitest";
import { REPOSITORY } from "./server.ts";

const run = promisify(execFile);
const NEWMAN = join(REPOSITORY, "web/node_modules/newman/bin/newman.js");
const { url, botsManagement, dbUpdate } = inject("server");

/** Runs a collection from top to bottom, and fails with what newman says. */
async function newman(name: string, variables: Record<string, string>): Promise<string> {
  const collection = join(REPOSITORY, `api/postman/${name}.postman_collection.json`);
  const given = Object.entries(variables).flatMap(([key, value]) => ["--env-var", `${key}=${value}`]);
  const done = run(process.execPath, [NEWMAN, "run", collection, ...given, "--color", "off", "--timeout-request", "20000"]);
  return (await done.catch((error) => expect.unreachable(error.stdout + error.stderr))).stdout;
}

test("the collection of BotsManagement runs from top to bottom", async () => {
  const said = await newman("SB360-BotsManagement", { baseUrl: url, token: botsManagement });
  expect(said).toContain("start_session answers 201");
  expect(said).toContain("end_session answers 200");
});

test("the collection of DB-Update runs from top to bottom", async () => {
  const body = JSON.stringify({ function_id: "ContactUs", user: { external_id: "p-17" } });
  const headers = { Authorization: `Bearer ${botsManagement}`, "Content-Type": "application/json" };
  const started = await (await fetch(`${url}/api/v1/sessions`, { method: "POST", headers, body })).json();
  // A file may come where an agent has the chat.
  const session = `${url}/api/v1/sessions/${started.session.id}`;
  await fetch(`${session}/hand_off`, { method: "POST", headers, body: "{}" });
  const sent = await fetch(`${session}/files?name=card.pdf`, { method: "POST", headers, body: "%PDF-1.4\n%%EOF\n" });
  const { file } = await sent.json();
  const said = await newman("SB360-DB-Update", { baseUrl: url, token: dbUpdate, session_id: started.session.id, file_id: file.id });
  for (const operation of ["get_chat_log", "get_logged_file"]) expect(said).toContain(`${operation} answers 200`);
});
