/** Looks of the widget, for people to look at, and what axe says of them. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { audit, auditFrame } from "./lib/audit.ts";
import { openBrowser, openPage } from "./lib/browser.ts";
import { everyKind } from "./lib/everyKind.ts";
import { shoot } from "./lib/shot.ts";
import { bootScript, type Chats, launcher, openChat, pageWith, panel, type Site, startChats, startSite } from "./lib/widget.ts";

let chats: Chats;
let browser: Browser;
let site: Site;
beforeAll(async () => {
  [chats, browser] = await Promise.all([startChats(), openBrowser()]);
  await chats.publish(everyKind());
  site = await startSite((path) => {
    if (path.startsWith("/boot.js")) return { html: bootScript(path), type: "text/javascript" };
    const { searchParams } = new URL(path, "http://site.example");
    const [lang, scheme] = [searchParams.get("lang") ?? "en", searchParams.get("scheme") ?? "light"];
    const head = `<meta name="color-scheme" content="${scheme}"><style>html { background: Canvas; color: CanvasText; }</style>`;
    return { html: pageWith(chats, { bot: "EveryKind" }, { lang, head, attributes: lang === "ar" ? 'dir="rtl"' : "" }) };
  });
  await chats.allow(site.url);
});
afterAll(async () => {
  await site?.close();
  await browser?.close();
  await chats?.close();
});

const LOOKS = [
  { lang: "en", theme: "light", size: "wide" },
  { lang: "en", theme: "dark", size: "wide" },
  { lang: "ar", theme: "light", size: "wide" },
  { lang: "de", theme: "light", size: "phone" },
  { lang: "ar", theme: "dark", size: "phone" },
] as const;

test.each(LOOKS)("every control is there and without fault on $size, $theme, $lang", async ({ lang, theme, size }) => {
  const { page, wrong } = await openPage(browser, { theme, size });
  await page.goto(`${site.url}/?lang=${lang}&scheme=${theme}`);
  await launcher(page).waitFor();
  await shoot(page, `widget-${lang}-${theme}-${size}-closed`);
  await launcher(page).click();
  const frame = panel(page);
  const inside = () => page.frames().find((it) => it.url().includes("/widget/panel")) ?? expect.unreachable("no panel");
  await frame.locator(".panel").waitFor();
  const name = (step: string) => `widget-${lang}-${theme}-${size}-${step}`;
  for (const { kind, wait, act, isSame } of everySteps()) {
    if (!isSame) {
      // Each question has an element of its own; what is met of an answered one goes only now.
      const question = frame.locator(".ask:not([data-met])");
      await question.waitFor({ state: "attached" });
      await question.evaluate((it) => it.setAttribute("data-met", ""));
    }
    await frame.locator(wait).first().waitFor();
    await auditFrame(inside(), name(kind));
    await shoot(page, name(kind));
    await act(frame);
  }
  await frame.locator(".over").waitFor();
  await auditFrame(inside(), name("ended"));
  await shoot(page, name("ended"));
  await audit(page, name("host page"));
  expect(wrong).toEqual([]);
});

test.each(["light", "dark"] as const)("the chat on a page of its own, %s", async (theme) => {
  const { page, wrong } = await openChat(browser, chats, "DoctorAppointment", { theme });
  await page.getByRole("button", { name: "I agree", exact: true }).waitFor();
  await audit(page, `chat page, ${theme}`);
  await shoot(page, `chat-page-${theme}`);
  expect(wrong).toEqual([]);
});

type Frame = ReturnType<typeof panel>;

/** One step per kind, in the order of the bot; some are about the same question as the one before. */
function everySteps(): { kind: string; wait: string; isSame?: boolean; act(frame: Frame): Promise<void> }[] {
  const type = (text: string) => async (frame: Frame) => {
    await frame.locator(".box-text").fill(text);
    await frame.locator(".box-text").press("Enter");
  };
  const press = (selector: string) => (frame: Frame) => frame.locator(selector).first().click();
  return [
    { kind: "yes_no", wait: ".ask .choice", act: press(".ask .choice") },
    { kind: "multiple_choice", wait: ".choices:not(.choices-row) .choice", act: press(".ask .choice") },
    {
      kind: "many",
      wait: ".tick",
      act: async (frame) => {
        await frame.locator(".tick input").nth(0).check();
        await frame.locator(".tick input").nth(2).check();
        await frame.locator(".ask .primary").click();
      },
    },
    { kind: "rating", wait: ".steps .step", act: press(".step >> nth=3") },
    { kind: "rating_words", wait: ".step-line", act: press(".step-line") },
    { kind: "date_closed", wait: ".date .with-icon", act: press(".date .with-icon") },
    { kind: "date", isSame: true, wait: ".calendar td button", act: press('.calendar td button[tabindex="0"]') },
    {
      kind: "date_time_closed",
      wait: ".date .with-icon",
      act: async (frame) => {
        await frame.locator(".date .with-icon").click();
        await frame.locator(".calendar-head .plain").nth(1).click();
        await frame
          .locator(
            '.calendar td button:not(.outside):text-is("20"), .calendar td button:not(.outside):text-is("٢٠"), .calendar td button:not(.outside) >> nth=19',
          )
          .first()
          .click();
        await frame.locator('input[type="time"]').fill("10:30");
      },
    },
    { kind: "date_time", isSame: true, wait: ".calendar-foot", act: press(".calendar-foot .primary") },
    { kind: "number", wait: ".unit", act: type("42") },
    { kind: "email", wait: '[inputmode="email"]', act: type("ana@example.com") },
    { kind: "phone", wait: '[inputmode="tel"]', act: type("213 373 4253") },
    { kind: "name", wait: '[autocomplete="name"]', act: type("Ana Lopez") },
    {
      kind: "address",
      wait: ".address",
      act: async (frame) => {
        await frame.locator('[name="street"]').fill("12 Main Street");
        await frame.locator('[name="city"]').fill("Springfield");
        await frame.locator('[name="state"]').fill("IL");
        await frame.locator('[name="postalCode"]').fill("62704");
        await frame.locator('.address button[type="submit"]').click();
      },
    },
    { kind: "consent", wait: ".consent", act: press(".consent .primary") },
    { kind: "text", wait: "textarea.box-text", act: type("Thank you") },
  ];
}
