/** What each test of the app starts with: all English words, a document without the last test's leftovers, and what happy-dom lacks. */
import { cleanup } from "@testing-library/react";
import i18next from "i18next";
import { afterEach } from "vitest";
import "../src/i18n/index.ts";

const files = import.meta.glob<Record<string, unknown>>("../src/i18n/en/*.json", { eager: true, import: "default" });
for (const [path, words] of Object.entries(files))
  i18next.addResourceBundle("en", path.slice(path.lastIndexOf("/") + 1, -".json".length), words);
await i18next.changeLanguage("en");

afterEach(() => cleanup());
