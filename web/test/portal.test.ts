/** The example portal, started as its README tells, in a real browser. */
import { expect, test } from "vitest";
import { inBrowser } from "./browser.ts";
import { blocks, Script } from "./guides.ts";
import { printed } from "./server.ts";

async function withPortal(act: (url: string) => Promise<void>): Promise<void> {
  const [build, ...commands] = await blocks("examples/portal/README.md", "sh");
  // The tests have done that already.
  expect(build?.trim().split("\n")).toEqual(["npm --prefix web ci --ignore-scripts", "npm --prefix web run build"]);
  const script = await Script.start(commands, ["8360", "3000"]);
  try {
    await printed(script.process, "The portal is at");
    await act(`http://127.0.0.1:${script.ports.get("3000")}`);
  } finally {
    await script.stop();
  }
}

test("a patient chats on the portal's page, goes on after a reload, and the portal answers the bot and hears what happened", async () => {
  await withPortal(async (url) => {
    await inBrowser(async (page, wrong) => {
      const sent: string[] = [];
      page.on("request", (request) => sent.push(`${request.url()} ${JSON.stringify(request.headers())}`));
      await page.goto(url);
      const chat = page.locator("#messages");
      const said = (text: string) => expect.poll(() => chat.textContent(), { timeout: 20_000 }).toContain(text);
      const say = async (text: string) => {
        await page.getByLabel("Your answer").fill(text);
        await page.getByRole("button", { name: "Send" }).click();
      };
      await said("Hello Ana!");
      await say("yes");
      await say("M-204417");
      await said("What is your birth date?");
      await page.reload();
      await said("What is your birth date?");
      expect((await chat.textContent())?.match(/M-204417/g)).toHaveLength(1);
      await say("March 5 1980");
      await said("your plan Gold PPO is active");
      await page.getByText("What the portal heard by webhook").click();
      await expect.poll(() => page.locator("#heard").textContent(), { timeout: 20_000 }).toContain("box.reached");
      if (process.env.SMARTBOT_SCREENSHOT) await page.screenshot({ path: process.env.SMARTBOT_SCREENSHOT });
      await say("no");
      await expect.poll(() => page.locator("#status").textContent(), { timeout: 20_000 }).toBe("This chat has ended.");
      expect(sent.join("\n")).not.toContain("sbm_");
      expect(sent.every((it) => it.startsWith(url) || it.startsWith("data:"))).toBe(true);
      expect(wrong).toEqual([]);
    });
    const forged = { "webhook-id": "evt_1", "webhook-timestamp": String(Math.floor(Date.now() / 1000)), "webhook-signature": "v1,AAAA" };
    for (const path of ["/webhooks", "/api/insurance"]) {
      expect((await fetch(url + path, { method: "POST", headers: forged, body: "{}" })).status).toBe(401);
    }
    expect((await fetch(`${url}/api/v1/bots`)).status).toBe(404);
  });
});

test("the widget on the portal's page knows who is signed in, by a signature that the page could not make", async () => {
  await withPortal(async (url) => {
    await inBrowser(async (page, wrong) => {
      const got: string[] = [];
      page.on("response", async (answer) => got.push(await answer.text().catch(() => "")));
      await page.goto(`${url}/care`);
      await page.locator("[data-smartbot] .launcher").click();
      const panel = page.locator("[data-smartbot] iframe").contentFrame();
      await panel.locator(".log .bubble", { hasText: "Hello Ana!" }).waitFor();
      expect(await page.locator("#who").textContent()).toBe("Ana");
      expect(got.join("\n")).not.toContain("sbw_");
      expect(wrong).toEqual([]);
    });
  });
});
