import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { connect } from "@smartbot/client";
import { expect, inject, test } from "vitest";

const run = promisify(execFile);
const WEB = join(import.meta.dirname, "..");

test("the types that are checked in are those that the OpenAPI document makes: npm run generate", async () => {
  const folder = await mkdtemp(join(tmpdir(), "smartbot-schema-"));
  try {
    const made = join(folder, "schema.gen.ts");
    await run(process.execPath, [join(WEB, "node_modules/openapi-typescript/bin/cli.js"), "../api/openapi.json", "--output", made], {
      cwd: WEB,
    });
    expect(await readFile(join(WEB, "client/src/schema.gen.ts"), "utf8")).toBe(await readFile(made, "utf8"));
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("the client knows bodies and answers by their types", async () => {
  const { url, botsManagement, dbUpdate } = inject("server");
  const bots = connect(url, botsManagement);
  const started = await bots.POST("/api/v1/sessions", { body: { function_id: "ContactUs", user: { external_id: "typed" } } });
  expect(started.data?.session.status).toBe("active");
  const user = await connect(url, dbUpdate).GET("/api/v1/users/{id}", { params: { path: { id: "ext:typed" } } });
  expect(user.data?.id).toBe(started.data?.session.user_id);
  const refused = await bots.GET("/api/v1/users/{id}", { params: { path: { id: "ext:typed" } } });
  expect(refused.error?.code).toBe("wrong_token_kind");
});
