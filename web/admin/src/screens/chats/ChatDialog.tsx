/** The dialogs of one chat, loaded with the first of them. */
import type { DeskChat } from "../../api/desk.ts";
import { CloseDialog } from "./CloseDialog.tsx";
import { HandBackDialog } from "./HandBackDialog.tsx";
import { SnoozeDialog } from "./SnoozeDialog.tsx";
import { TransferDialog } from "./TransferDialog.tsx";

const DIALOGS = { transfer: TransferDialog, handBack: HandBackDialog, close: CloseDialog, snooze: SnoozeDialog };
export type ChatDialogKind = keyof typeof DIALOGS;

interface Props {
  kind: ChatDialogKind;
  chat: DeskChat;
  onClose: () => void;
}

export function ChatDialog({ kind, ...props }: Props) {
  const Dialog = DIALOGS[kind];
  return <Dialog {...props} />;
}
