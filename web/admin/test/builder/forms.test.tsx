/** Forms, nodes and the palette follow from the catalogue: a type of box that no server has works all the same. */
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it } from "vitest";
import { type Me, MeContext } from "../../src/api/me.ts";
import { Catalogue } from "../../src/builder/catalogue/catalogue.ts";
import { type Builder, BuilderContext } from "../../src/builder/context.ts";
import { Editor } from "../../src/builder/editor/editor.ts";
import { newView } from "../../src/builder/editor/view.ts";
import { WIDGETS } from "../../src/builder/form/widgets/index.ts";
import type { BotDocument } from "../../src/builder/model/document.ts";
import { Outline } from "../../src/builder/outline/Outline.tsx";
import { Palette } from "../../src/builder/palette/Palette.tsx";
import { Panel } from "../../src/builder/panel/Panel.tsx";
import { theme } from "../../src/theme/theme.ts";
import { bot, weatherBot } from "./bot.ts";
import { BOT_SCHEMA, CATALOGUE, TYPES } from "./catalogue.ts";

afterEach(cleanup);

const NOTHING = { fields: [], flags: ["vip"], goals: ["booked"], agents: [], bots: [], endpoints: [] };

function show(document: BotDocument, active: string, what: React.ReactNode = <Panel />, readOnly = false): Builder {
  const editor = new Editor({ functionId: "Weather", catalogue: CATALOGUE, document, readOnly });
  editor.activate(active);
  const builder: Builder = {
    editor,
    saver: null,
    view: newView("canvas"),
    catalogue: CATALOGUE,
    resources: NOTHING,
    goTo: (id) => editor.activate(id),
  };
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false, enabled: false } } });
  render(
    <MantineProvider theme={theme}>
      <QueryClientProvider client={queries}>
        <MeContext value={{ permissions: [] as string[] } as Me}>
          <BuilderContext value={builder}>{what}</BuilderContext>
        </MeContext>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return builder;
}

const box = (builder: Builder, id: string) => builder.editor.document.boxes.find((it) => it.id === id);

describe("the panel of a made-up type of box", () => {
  it("has an input for each setting, and writes what is typed", async () => {
    const user = userEvent.setup();
    const builder = show(weatherBot(), "ask");
    await user.selectOptions(screen.getByLabelText("Mood"), "stormy");
    await user.type(screen.getByLabelText("Degrees"), "12");
    expect(box(builder, "ask")).toMatchObject({ mood: "stormy", degrees: 12 });
    await user.clear(screen.getByLabelText("Degrees"));
    // Its default need not be written down.
    await user.selectOptions(screen.getByLabelText("Mood"), "calm");
    expect(box(builder, "ask")).not.toHaveProperty("degrees");
    expect(box(builder, "ask")).not.toHaveProperty("mood");
  });

  it("puts what becomes of the answer into a section of its own, and the shared actions into another", async () => {
    const user = userEvent.setup();
    const builder = show(weatherBot(), "ask");
    expect(screen.getByRole("button", { name: "Answer" })).toBeTruthy();
    expect(screen.getByRole("combobox", { name: "Save the answer to" })).toHaveProperty("value", "degrees");
    await user.click(screen.getByRole("button", { name: /Actions/ }));
    await user.type(screen.getByRole("combobox", { name: "Goal" }), "booked");
    expect(box(builder, "ask")?.advanced).toEqual({ assign_flags: ["asked"], goal: "booked" });
    await user.click(screen.getByRole("button", { name: /Advanced/ }));
    await user.click(screen.getByLabelText("Send user profile variables and flags to the Webhook"));
    expect(box(builder, "ask")?.advanced).toMatchObject({ push_to_webhook: true });
    expect(screen.getByText(/No webhook URL set/)).toBeTruthy();
  });

  it("takes the panel Advanced out of the bot when nothing of it is left", async () => {
    const user = userEvent.setup();
    const builder = show(bot({ start: "a", boxes: [{ id: "a", type: "say", text: "", advanced: { push_to_webhook: true } }] }), "a");
    await user.click(screen.getByRole("button", { name: /Advanced/ }));
    await user.click(screen.getByLabelText("Send user profile variables and flags to the Webhook"));
    expect(box(builder, "a")).toEqual({ id: "a", type: "say", text: "" });
  });

  it("edits choices as a table whose values follow the labels", async () => {
    const user = userEvent.setup();
    const builder = show(bot({ start: "p", boxes: [{ id: "p", type: "pick", text: "?", choices: [] }] }), "p");
    await user.click(screen.getByRole("button", { name: "Add a choice: Choices" }));
    await user.type(screen.getByLabelText("Label of choice 1"), "Très chaud");
    expect(box(builder, "p")?.choices).toEqual([{ value: "tres_chaud", label: "Très chaud" }]);
  });

  it("has the caret behind a field that was taken from the list before the next key comes", async () => {
    const user = userEvent.setup();
    show(bot({ start: "a", boxes: [{ id: "a", type: "say", text: "" }] }), "a");
    const text = screen.getByRole<HTMLTextAreaElement>("textbox", { name: /^Text/ });
    await user.type(text, "!{ArrowLeft}Hello {{user_fn");
    fireEvent.keyDown(text, { key: "Enter" });
    expect(text.value).toBe("Hello {user_fname}!");
    expect(text.selectionStart).toBe("Hello {user_fname}".length);
  });

  it("shows settings of a type that this server does not know as they are, and keeps them", () => {
    const builder = show(bot({ start: "x", boxes: [{ id: "x", type: "teleport", to: "Mars" }] }), "x");
    expect(screen.getByRole("alert").textContent).toContain("teleport");
    expect(box(builder, "x")).toEqual({ id: "x", type: "teleport", to: "Mars" });
  });

  it("can be read and not written in a bot that may only be looked at", () => {
    show(weatherBot(), "ask", <Panel />, true);
    expect(screen.getByLabelText("Mood")).toHaveProperty("disabled", true);
    expect(screen.queryByRole("button", { name: /Add a link/ })).toBeNull();
  });
});

describe("links in the panel", () => {
  it("are edited as a sentence, with what suits the box first", async () => {
    const user = userEvent.setup();
    const builder = show(weatherBot(), "ask");
    await user.click(screen.getByRole("button", { name: /is more than 30.*leads to/ }));
    const operator = screen.getByLabelText("How it is compared");
    expect(within(operator).getAllByRole("option")[0]?.textContent).toBe("is more than");
    await user.selectOptions(operator, "between");
    await user.type(screen.getByLabelText("to"), "40");
    expect(builder.editor.document.links[1]?.when).toEqual({ op: "between", values: [30, 40] });
    await user.selectOptions(screen.getByLabelText("How it is compared"), "all");
    await user.click(screen.getByRole("button", { name: "Add a condition" }));
    expect(builder.editor.document.links[1]?.when).toMatchObject({ op: "all", of: [{ op: "between" }, { op: "gt" }] });
  });

  it("change their order by keyboard, and the default stays last", async () => {
    const user = userEvent.setup();
    const document = weatherBot();
    document.links.push({ from: "ask", to: "hello", when: { op: "is_set" } });
    const builder = show(document, "ask");
    const row = screen.getByRole("button", { name: /is there.*leads to/ });
    row.focus();
    await user.keyboard("{Alt>}{ArrowUp}{/Alt}");
    const rows = screen.getAllByRole("listitem").map((it) => it.textContent ?? "");
    expect(rows.findIndex((it) => it.includes("is there"))).toBeLessThan(rows.findIndex((it) => it.includes("is more than")));
    expect(rows.at(-1)).toContain("Otherwise");
    expect(builder.editor.undo()).toBe(true);
  });
});

describe("the palette and the outline", () => {
  it("list and add made-up types", async () => {
    const user = userEvent.setup();
    const builder = show(weatherBot(), "hop-4", <Palette />);
    await user.click(screen.getByRole("button", { name: "Weather" }));
    expect(builder.editor.document.boxes.at(-1)).toEqual({ id: "weather-5", type: "weather", text: "" });
    expect(builder.editor.document.links.at(-1)).toEqual({ from: "hop-4", to: "weather-5" });
  });

  it("say where links lead, and which boxes no way leads to", () => {
    const document = weatherBot();
    document.boxes.push({ id: "lost", type: "say", text: "Lost" });
    show(document, "hello", <Outline />);
    expect(screen.getByRole("list", { name: /reading order/ }).querySelectorAll(":scope > li")).toHaveLength(4);
    expect(screen.getByRole("list", { name: "No way leads to this box" }).textContent).toContain("Lost");
    expect(screen.getByText("1. is more than 30")).toBeTruthy();
  });

  it("have one tab stop, which arrow keys move", async () => {
    const user = userEvent.setup();
    show(weatherBot(), "hello", <Outline />);
    const stops = () =>
      [...document.querySelectorAll<HTMLElement>("[data-box]")].filter((it) => it.tabIndex === 0).map((it) => it.dataset.box);
    expect(stops()).toEqual(["hello"]);
    document.querySelector<HTMLElement>('[data-box="hello"]')?.focus();
    await user.keyboard("{ArrowDown}");
    expect(stops()).toEqual(["ask"]);
  });
});

describe("widgets", () => {
  it("are one file each, and all of them are in the index", () => {
    const files = Object.keys(import.meta.glob("../../src/builder/form/widgets/*.tsx")).map((it) =>
      it.split("/").at(-1)?.replace(".tsx", ""),
    );
    const byType = ["any", "choice", "list", "map", "number", "object", "some", "switch", "table", "text"];
    expect([...Object.keys(WIDGETS), ...byType].sort()).toEqual(files.sort());
  });

  it("that a schema names and nobody knows give way to what the type of the value says", () => {
    const [first] = TYPES;
    if (!first) throw new Error("there is a type");
    const strange = {
      ...first,
      schema: { ...first.schema, properties: { ...first.schema.properties, speed: { type: "number", "x-widget": "warp" } } },
    };
    const catalogue = new Catalogue([strange], BOT_SCHEMA);
    expect(catalogue.settings("say").map((it) => it.key)).toEqual(["text", "speed"]);
  });
});
