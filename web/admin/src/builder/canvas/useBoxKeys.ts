/** What keys do while a box has the focus, on the canvas and in the outline alike. */
import { useCallback, useRef } from "react";
import { useBuilder } from "../context.ts";
import { openPanel } from "../editor/view.ts";
import { findBox, linksOf } from "../model/document.ts";
import { outlineOf, readingOrder } from "../model/order.ts";
import { byBox, sorted } from "../problems/findings.ts";
import { type Direction, neighbour } from "./direction.ts";

export interface BoxKeys {
  /** True when the key was taken. */
  press: (event: React.KeyboardEvent) => boolean;
}

const DIRECTIONS: Record<string, Direction> = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };

export interface BoxKeysOptions {
  /** Where arrow keys lead; the outline has its own order. */
  arrows: (id: string, direction: Direction) => string | undefined;
}

export function useArrows(): BoxKeysOptions["arrows"] {
  const { editor, view } = useBuilder();
  const cameFrom = useRef(new Map<string, string>());
  return useCallback(
    (id, direction) => {
      const to = neighbour(editor.document, id, direction, view.getState().row, cameFrom.current.get(id));
      if (to && direction === "right") cameFrom.current.set(to, id);
      return to;
    },
    [editor, view],
  );
}

export function useBoxKeys({ arrows }: BoxKeysOptions): BoxKeys["press"] {
  const { editor, view, goTo, catalogue } = useBuilder();
  return useCallback(
    (event) => {
      const { document, active, selection, findings } = editor.store.getState();
      const { ctrlKey, metaKey, altKey, shiftKey, key } = event;
      const command = ctrlKey || metaKey;
      const box = active === null ? undefined : findBox(document, active);
      const { readOnly } = editor;

      const direction = DIRECTIONS[key];
      if (direction && box && !command && !altKey) {
        const to = arrows(box.id, direction);
        if (!to) return true;
        if (shiftKey) editor.select([...new Set([...selection.boxes, box.id, to])], selection.notes);
        else editor.select([to]);
        view.setState({ row: 0 });
        goTo(to);
        return true;
      }
      if (direction && box && altKey && !command) {
        const by = direction === "up" ? -1 : direction === "down" ? 1 : 0;
        if (!by) return false;
        moveRow(by);
        return true;
      }
      if (command) return commandKey();
      if (altKey) return false;
      switch (key) {
        case "Enter":
          if (box) openPanel(view, "");
          return Boolean(box);
        case "F2":
          if (box) openPanel(view, "title");
          return Boolean(box);
        case "Delete":
        case "Backspace":
          removeSelected();
          return true;
        case "Escape":
          if (!box || (selection.boxes.length <= 1 && !selection.notes.length)) return false;
          editor.select([box.id]);
          return true;
        case "[":
        case "]":
          chooseRow(key === "]" ? 1 : -1);
          return true;
        case "+":
          if (!readOnly) view.setState({ dialog: { kind: "add" } });
          return true;
      }
      switch (key.toLowerCase()) {
        case "l":
          if (box && !readOnly) view.setState({ dialog: { kind: "link", from: box.id } });
          return Boolean(box);
        case "n":
          if (!readOnly) view.setState({ dialog: { kind: "add", ...(box ? { from: box.id } : {}) } });
          return true;
        case "a":
          if (!readOnly) view.setState({ dialog: { kind: "add" } });
          return true;
        case "h":
          if (findBox(document, document.start)) goTo(document.start);
          return true;
        case "p":
          nextProblem(shiftKey ? -1 : 1);
          return true;
        case "?":
          view.setState({ dialog: { kind: "keys" } });
          return true;
      }
      return false;

      function commandKey(): boolean {
        switch (key.toLowerCase()) {
          case "d":
            if (!selection.boxes.length && !selection.notes.length) return false;
            follow(editor.dispatch("duplicate", { boxes: [...selection.boxes], notes: [...selection.notes] })?.box);
            return true;
          case "a":
            editor.select(
              document.boxes.map((it) => it.id),
              document.notes?.map((it) => it.id),
            );
            return true;
        }
        return false;
      }

      function follow(id: string | undefined): void {
        if (id) goTo(id);
      }

      function removeSelected(): void {
        const boxes = selection.boxes.length || selection.notes.length ? selection.boxes : box ? [box.id] : [];
        follow(editor.dispatch("remove", { boxes: [...boxes], notes: [...selection.notes] })?.box);
      }

      function chooseRow(by: number): void {
        if (!box) return;
        const links = linksOf(document, box.id);
        if (!links.length) return;
        const row = (view.getState().row + by + links.length) % links.length;
        view.setState({ row });
        const target = links[row] && findBox(document, links[row].link.to);
        editor.tell({ key: "row", values: { place: row + 1, of: links.length, to: target ? catalogue.titleOf(target) : "" } });
      }

      function moveRow(by: number): void {
        if (!box || readOnly) return;
        const { row } = view.getState();
        const link = linksOf(document, box.id)[row];
        if (link && editor.dispatch("move_link", { link: link.index, to: row + by })) view.setState({ row: row + by });
      }

      function nextProblem(by: number): void {
        const order = readingOrder(outlineOf(document, (id) => catalogue.namedBoxes(document, id)));
        const wrong = byBox(sorted(findings, new Map(order.map((id, place) => [id, place]))));
        const ids = order.filter((id) => wrong.has(id));
        if (!ids.length) {
          editor.tell({ key: "no_problems" });
          return;
        }
        const at = ids.indexOf(active ?? "");
        const id = ids[at < 0 ? (by > 0 ? 0 : ids.length - 1) : (at + by + ids.length) % ids.length];
        const [first] = id ? (wrong.get(id) ?? []) : [];
        if (id) goTo(id);
        if (first) editor.tell({ key: "problem", values: { message: first.message } });
      }
    },
    [editor, view, goTo, catalogue, arrows],
  );
}
