/** The dialogs that the list of bots opens. */
import type { BotSummary } from "../../api/bots.ts";

export type BotDialog =
  | { kind: "new" }
  | { kind: "import" }
  | { kind: "duplicate"; bot: BotSummary }
  | { kind: "rename"; bot: BotSummary }
  | { kind: "delete"; bot: BotSummary };
