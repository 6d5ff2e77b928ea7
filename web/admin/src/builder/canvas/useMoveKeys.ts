/** Moving boxes by keyboard: `M` begins, arrow keys move, Enter keeps, Escape puts them back. */
import { useCallback, useRef } from "react";
import { useBuilder } from "../context.ts";
import type { Point } from "../model/document.ts";
import { GRID, placeOf } from "../model/geometry.ts";
import { boxNodeId, noteNodeId } from "./nodes.ts";

const ARROWS: Record<string, Point> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

interface Moved {
  boxes: Record<string, Point>;
  notes: Record<string, Point>;
}

export function useMoveKeys(
  moving: ReadonlyMap<string, Point>,
  setMoving: (moving: ReadonlyMap<string, Point>) => void,
): (event: React.KeyboardEvent) => boolean {
  const { editor } = useBuilder();
  const moved = useRef<Moved | null>(null);
  return useCallback(
    (event) => {
      const { document, selection, active } = editor.store.getState();
      const show = ({ boxes, notes }: Moved): void => {
        const places = [
          ...Object.entries(boxes).map(([id, it]) => [boxNodeId(id), it] as const),
          ...Object.entries(notes).map(([id, it]) => [noteNodeId(id), it] as const),
        ];
        setMoving(new Map(places));
      };
      const end = (): void => {
        moved.current = null;
        setMoving(new Map());
      };
      if (!moved.current) {
        if (event.key.toLowerCase() !== "m" || event.ctrlKey || event.metaKey || event.altKey || editor.readOnly || moving.size)
          return false;
        const ids = selection.boxes.length || selection.notes.length ? selection.boxes : active ? [active] : [];
        const notes = (document.notes ?? []).filter((it) => selection.notes.includes(it.id));
        if (!ids.length && !notes.length) return false;
        moved.current = {
          boxes: Object.fromEntries(ids.map((id) => [id, placeOf(document, id)])),
          notes: Object.fromEntries(notes.map((it) => [it.id, { x: it.x, y: it.y }])),
        };
        show(moved.current);
        editor.tell({ key: "moving" });
        return true;
      }
      const arrow = ARROWS[event.key];
      if (arrow) {
        const by = GRID * (event.shiftKey ? 10 : 1);
        const shift = (places: Record<string, Point>) =>
          Object.fromEntries(Object.entries(places).map(([id, it]) => [id, { x: it.x + arrow.x * by, y: it.y + arrow.y * by }]));
        moved.current = { boxes: shift(moved.current.boxes), notes: shift(moved.current.notes) };
        show(moved.current);
        return true;
      }
      if (event.key === "Enter") {
        if (!editor.dispatch("move", moved.current)) editor.tell({ key: "not_moved" });
        end();
        return true;
      }
      if (event.key === "Escape") {
        editor.tell({ key: "not_moved" });
        end();
        return true;
      }
      // While something is moved no other key does anything, so that nothing happens unseen; only leaving is possible.
      if (event.key === "Tab") {
        end();
        return false;
      }
      return true;
    },
    [editor, moving, setMoving],
  );
}
