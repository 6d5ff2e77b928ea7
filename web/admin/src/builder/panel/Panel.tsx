/** The panel beside the canvas: of the selected box, of a note, or of several. */
import { useEditor } from "../context.ts";
import { findBox } from "../model/document.ts";
import { BoxPanel, PanelKeys } from "./BoxPanel.tsx";
import { NotePanel } from "./NotePanel.tsx";
import { SelectionPanel } from "./SelectionPanel.tsx";

export function Panel() {
  const document = useEditor((it) => it.document);
  const active = useEditor((it) => it.active);
  const { boxes, notes } = useEditor((it) => it.selection);
  const several = boxes.length + notes.length > 1;
  const note = !several && notes[0] ? document.notes?.find((it) => it.id === notes[0]) : undefined;
  const box = findBox(document, boxes[0] ?? active ?? "");
  return (
    <PanelKeys>
      {several ? <SelectionPanel /> : note ? <NotePanel key={note.id} note={note} /> : box ? <BoxPanel key={box.id} box={box} /> : null}
    </PanelKeys>
  );
}
