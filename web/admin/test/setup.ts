/** What each test of the app starts with: a document without the last test's leftovers, and what happy-dom lacks. */
import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";
import "../src/i18n/index.ts";

afterEach(() => cleanup());
