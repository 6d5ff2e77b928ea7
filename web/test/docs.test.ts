import { expect, inject, test } from "vitest";
import { inBrowser } from "./browser.ts";

const { url, botsManagement } = inject("server");

test("the reader works in a browser under its policy: search, links, a request that is sent", async () => {
  await inBrowser(async (page, wrong) => {
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(`${url}/docs`);
    await page.getByLabel("Search in the contents").fill("submit user");
    expect(await page.locator("nav li:visible").count()).toBe(1);
    await page.locator("nav li:visible a").click();
    await page.waitForURL(/#submit_message$/);
    expect(await page.locator("#submit_message h3").isVisible()).toBe(true);

    await page.getByLabel(/^Token/).fill(botsManagement);
    const bots = page.locator("#get_bot");
    await bots.getByText("try it").click();
    await bots.getByRole("button", { name: "Send GET" }).click();
    const answer = bots.getByLabel("Answer");
    await expect.poll(() => answer.textContent(), { timeout: 20_000 }).toContain('"function_id": "DoctorAppointment"');
    expect(await answer.textContent()).toMatch(/^200 OK/);

    await page.locator("#get_bot summary", { hasText: "errors" }).click();
    await page.locator("#get_bot a", { hasText: "wrong_token_kind" }).click();
    await page.locator("h1", { hasText: /^wrong_token_kind$/ }).waitFor();
    expect(asked.filter((it) => !it.startsWith(url) && !it.startsWith("data:"))).toEqual([]);
    expect(wrong).toEqual([]);
  });
});
