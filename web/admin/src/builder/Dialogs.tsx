/** The dialog that is open. */
import { useView } from "./context.ts";
import { KeysDialog } from "./KeysDialog.tsx";
import { AddDialog } from "./palette/AddDialog.tsx";
import { LinkDialog } from "./palette/LinkDialog.tsx";
import { PasteDialog } from "./PasteDialog.tsx";
import { PublishDialog } from "./publish/PublishDialog.tsx";
import { VersionsDialog } from "./publish/VersionsDialog.tsx";

export function Dialogs() {
  const dialog = useView((it) => it.dialog);
  switch (dialog?.kind) {
    case "add":
      return <AddDialog dialog={dialog} />;
    case "link":
      return <LinkDialog dialog={dialog} />;
    case "paste":
      return <PasteDialog dialog={dialog} />;
    case "publish":
      return <PublishDialog />;
    case "versions":
      return <VersionsDialog />;
    case "keys":
      return <KeysDialog />;
    default:
      return null;
  }
}
