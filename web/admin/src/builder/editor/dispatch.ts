/** Runs commands on a document. */
import { produce } from "immer";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Command, Done } from "../commands/command.ts";
import { type Act, type ArgsOf, COMMANDS, type CommandName } from "../commands/index.ts";
import type { BotDocument } from "../model/document.ts";

export interface Ran {
  document: BotDocument;
  done: Done;
}

/** The document after a command, or null if there was nothing to do. */
export function run<N extends CommandName>(document: BotDocument, catalogue: Catalogue, name: N, args: ArgsOf<N>): Ran | null {
  let done: Done | null = null;
  const command = COMMANDS[name] as Command<ArgsOf<N>>;
  const next = produce(document, (draft) => {
    done = command(draft, args, { before: document, catalogue });
  });
  return done && next !== document ? { document: next, done } : null;
}

/** Several commands after each other. Those that have nothing to do are passed over. */
export function runAll(document: BotDocument, catalogue: Catalogue, acts: readonly Act[]): Ran | null {
  return acts.reduce<Ran | null>((ran, [name, args]) => run(ran?.document ?? document, catalogue, name, args as never) ?? ran, null);
}

/** Commands that typing gives one after the other make one step of undo. */
export function joinKey(name: CommandName, args: unknown): string | undefined {
  const it = args as Record<string, unknown>;
  switch (name) {
    case "set_setting":
      return `${name}:${String(it.box)}:${(it.path as string[]).join("/")}`;
    case "set_link":
      return it.when ? `${name}:${String(it.link)}` : undefined;
    case "set_note":
      return `${name}:${String(it.note)}:${Object.keys(it.change as object).join()}`;
    case "set_bot":
      return `${name}:${String(it.key)}`;
    default:
      return undefined;
  }
}
