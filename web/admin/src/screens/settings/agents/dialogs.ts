/** Which dialog of the agents is open. */
import type { Agent, Invitation } from "../../../api/agents.ts";

export type AgentDialogs =
  | { kind: "invite" }
  | { kind: "invited"; agent: Pick<Agent, "name" | "email">; invitation: Invitation }
  | { kind: "edit" | "browsers" | "deactivate" | "remove"; agent: Agent };
