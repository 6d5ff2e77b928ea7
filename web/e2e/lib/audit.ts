/** Accessibility by axe, put into the page by hand. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults, RunOptions } from "axe-core";
import type { Frame, Page } from "playwright-core";

const source = readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The rules that hold for every screen. `wcag22aa` switches on the size of targets. */
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Fails with a list of what is wrong and where, unless axe finds nothing. `name` says which screen and state it was. */
export async function audit(page: Page, name: string): Promise<void> {
  await check((code) => page.evaluate(code), name);
}

/** The same for the document in a frame. */
export async function auditFrame(frame: Frame, name: string): Promise<void> {
  await check((code) => frame.evaluate(code), name);
}

async function check(evaluate: (code: string) => Promise<unknown>, name: string): Promise<void> {
  const loaded = await evaluate("typeof window.axe === 'object'");
  // Evaluated and not added as a script: the page's policy would refuse that.
  if (!loaded) await evaluate(`${await source};void 0`);
  const options: RunOptions = { runOnly: { type: "tag", values: TAGS }, resultTypes: ["violations"] };
  const result = (await evaluate(`window.axe.run(document, ${JSON.stringify(options)})`)) as AxeResults;
  const wrong = result.violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help} at ${node.target.join(" ")}\n    ${node.failureSummary?.replaceAll("\n", "\n    ")}`),
  );
  if (wrong.length > 0) throw new Error(`axe finds faults on “${name}”:\n${wrong.join("\n")}`);
}
