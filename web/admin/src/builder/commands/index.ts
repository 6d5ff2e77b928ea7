/** All commands, by name. A new one is a file beside this and a line here. */
import { addBox } from "./add_box.ts";
import { addLink } from "./add_link.ts";
import { addNote } from "./add_note.ts";
import { changeField } from "./change_field.ts";
import type { Command } from "./command.ts";
import { declareField } from "./declare_field.ts";
import { duplicate } from "./duplicate.ts";
import { insertBox } from "./insert_box.ts";
import { move } from "./move.ts";
import { moveLink } from "./move_link.ts";
import { paste } from "./paste.ts";
import { remove } from "./remove.ts";
import { removeAt } from "./remove_at.ts";
import { removeField } from "./remove_field.ts";
import { removeLink } from "./remove_link.ts";
import { setBot } from "./set_bot.ts";
import { setLink } from "./set_link.ts";
import { setNote } from "./set_note.ts";
import { setSetting } from "./set_setting.ts";
import { setStart } from "./set_start.ts";
import { tidy } from "./tidy.ts";

export const COMMANDS = {
  add_box: addBox,
  add_link: addLink,
  add_note: addNote,
  change_field: changeField,
  declare_field: declareField,
  duplicate,
  insert_box: insertBox,
  move,
  move_link: moveLink,
  paste,
  remove,
  remove_at: removeAt,
  remove_field: removeField,
  remove_link: removeLink,
  set_bot: setBot,
  set_link: setLink,
  set_note: setNote,
  set_setting: setSetting,
  set_start: setStart,
  tidy,
};

export type CommandName = keyof typeof COMMANDS;
export type ArgsOf<N extends CommandName> = (typeof COMMANDS)[N] extends Command<infer A> ? A : never;

/** One command with what it needs. Several of them make one step of undo. */
export type Act = { [N in CommandName]: [name: N, args: ArgsOf<N>] }[CommandName];
