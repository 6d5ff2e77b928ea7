/** Whichever of the list's dialogs is open. A chunk of its own: the list is there before anybody opens one. */

import { DeleteBotDialog } from "./DeleteBotDialog.tsx";
import type { BotDialog } from "./dialogs.ts";
import { ImportDialog } from "./ImportDialog.tsx";
import { NewBotDialog } from "./NewBotDialog.tsx";
import { RenameDialog } from "./RenameDialog.tsx";

interface Props {
  dialog: BotDialog;
  /** Function ids that other bots have. */
  taken: ReadonlySet<string>;
  onClose: () => void;
}

export function Dialogs({ dialog, taken, onClose }: Props) {
  switch (dialog.kind) {
    case "new":
      return <NewBotDialog from={{ kind: "blank" }} taken={taken} onClose={onClose} />;
    case "duplicate":
      return <NewBotDialog from={{ kind: "copy", bot: dialog.bot }} taken={taken} onClose={onClose} />;
    case "import":
      return <ImportDialog taken={taken} onClose={onClose} />;
    case "rename":
      return <RenameDialog bot={dialog.bot} onClose={onClose} />;
    case "delete":
      return <DeleteBotDialog bot={dialog.bot} onClose={onClose} />;
  }
}
