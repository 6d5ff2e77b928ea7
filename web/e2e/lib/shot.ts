/** Screenshots for people to look at, kept only where `SMARTBOT_SHOTS` names a folder. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";

export async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env.SMARTBOT_SHOTS;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  // What still moves would be different each time.
  await page.waitForFunction(() => document.getAnimations().every((it) => it.playState !== "running"));
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
