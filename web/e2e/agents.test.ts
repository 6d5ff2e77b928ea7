/** SETTINGS → Agents: deactivated and brought back, invited anew, signed out everywhere. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { audit } from "./lib/audit.ts";
import { openBrowser, openPage, signedIn, THEMES, wear } from "./lib/browser.ts";
import { call } from "./lib/calls.ts";
import { addAgent, atDesk, type Desk, openRow, reply, row, startDesk, takeOverButton, visitor } from "./lib/desk.ts";
import { shoot } from "./lib/shot.ts";

let app: Desk;
let browser: Browser;
beforeAll(async () => {
  [app, browser] = await Promise.all([startDesk(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

/** Looks at a state in both themes. */
async function look(page: Page, name: string): Promise<void> {
  for (const theme of THEMES) {
    await wear(page, theme);
    await audit(page, `${name}, ${theme}`);
    await shoot(page, `${name}-${theme}`);
  }
}

const rowOf = (page: Page, name: string) => page.getByRole("row").filter({ has: page.getByRole("rowheader", { name, exact: true }) });
const menu = async (page: Page, name: string, item: string) => {
  await page.getByRole("button", { name: `More for ${name}`, exact: true }).click();
  await page.getByRole("menuitem", { name: item, exact: true }).click();
};

test("who is deactivated is out at once and gives up the chats, and comes back with the old password", async () => {
  const dana = await addAgent(app, "Dana");
  const theirs = await atDesk(browser, app, dana);
  const guest = await visitor(browser, app);
  await openRow(theirs.page, guest.session);
  await takeOverButton(theirs.page).click();
  await reply(theirs.page).waitFor();

  const { page, wrong } = await signedIn(browser, app, { at: "settings/agents" });
  await rowOf(page, "Dana").getByText("1 of").waitFor();
  await page.getByRole("button", { name: "More for Dana" }).click();
  await page.getByRole("menuitem", { name: "Deactivate" }).waitFor();
  await look(page, "agents-menu");
  await page.getByRole("menuitem", { name: "Deactivate" }).click();
  const dialog = page.getByRole("dialog", { name: "Deactivate Dana?" });
  await dialog.getByText("Dana is signed out of every browser at once").waitFor();
  await dialog.getByText("The one chat of this agent goes back").waitFor();
  await look(page, "agents-deactivate");
  await dialog.getByRole("button", { name: "Deactivate" }).click();
  await dialog.waitFor({ state: "detached" });
  await rowOf(page, "Dana").getByText("Deactivated").waitFor();
  await look(page, "agents-deactivated");

  await theirs.page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  await theirs.page.getByLabel("E-mail address").fill(dana.email);
  await theirs.page.getByLabel("Password", { exact: true }).fill(dana.password);
  await theirs.page.getByRole("button", { name: "Sign in", exact: true }).click();
  await theirs.page.getByRole("alert").getByText("do not belong together").waitFor();

  // The chat waits for somebody again.
  const desk = await atDesk(browser, app, await addAgent(app, "Lee"));
  await row(desk.page, guest.session).waitFor();

  await menu(page, "Dana", "Reactivate");
  // Exactly so: “Deactivated” has it in it.
  await rowOf(page, "Dana").getByText("Active", { exact: true }).waitFor();
  await theirs.page.getByLabel("Password", { exact: true }).fill(dana.password);
  await theirs.page.getByRole("button", { name: "Sign in", exact: true }).click();
  await theirs.page.getByRole("navigation", { name: "Main" }).waitFor();
  expect(wrong).toEqual([]);
});

test("a new invitation link makes the one before it void", async () => {
  const { invitation } = await call<{ invitation: { token: string } }>(app, "POST", "/api/v1/agents", {
    email: "bea@clinic.example",
    name: "Bea",
    role: "agent",
  });
  const { page, wrong } = await signedIn(browser, app, { at: "settings/agents" });
  await menu(page, "Bea", "New invitation link");
  const dialog = page.getByRole("dialog", { name: "Invitation for Bea" });
  const link = await dialog.getByRole("textbox", { name: "Link" }).inputValue();
  expect(link).toMatch(/\/app\/invitation#sbi_/);
  expect(link).not.toContain(invitation.token);
  await look(page, "agents-new-link");
  await dialog.getByRole("button", { name: "Done" }).click();

  const accept = async (secret: string) => {
    const opened = await openPage(browser);
    await opened.page.goto(`${app.url}/app/invitation#${secret}`);
    await opened.page.getByLabel("Password", { exact: true }).fill("walnut ladder comet breeze");
    await opened.page.getByLabel("Password again").fill("walnut ladder comet breeze");
    await opened.page.getByRole("button", { name: "Accept and sign in" }).click();
    return opened.page;
  };
  await (await accept(invitation.token)).getByRole("alert").getByText("does not work any more").waitFor();
  await (await accept(link.split("#")[1] ?? "")).getByRole("navigation", { name: "Main" }).waitFor();
  await page.reload();
  await rowOf(page, "Bea").getByText("Active", { exact: true }).waitFor();
  expect(wrong).toEqual([]);
});

test("all browsers of an agent are listed, and signed out at once", async () => {
  const mia = await addAgent(app, "Mia");
  const theirs = [await signedIn(browser, app, {}, mia), await signedIn(browser, app, {}, mia)];
  const { page, wrong } = await signedIn(browser, app, { at: "settings/agents" });
  await menu(page, "Mia", "Browser sessions");
  const dialog = page.getByRole("dialog", { name: "Browser sessions of Mia" });
  await expect.poll(() => dialog.getByRole("listitem").count()).toBe(2);
  await look(page, "agents-browsers");
  await dialog.getByRole("button", { name: "Sign out everywhere" }).click();
  await dialog.getByText("No browser is signed in.").waitFor();
  for (const it of theirs) {
    await it.page.reload();
    await it.page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  }
  expect(wrong).toEqual([]);
});

test("nobody is offered to deactivate themselves", async () => {
  const { page } = await signedIn(browser, app, { at: "settings/agents", size: "phone" });
  await page.getByText("owner@clinic.example").waitFor();
  const own = page.getByRole("listitem").filter({ hasText: "owner@clinic.example" });
  expect(await own.getByRole("button").count()).toBe(1);
  await look(page, "agents-phone");
});
