/** Where that lies of which an agent is told. */
import type { useNavigate } from "@tanstack/react-router";
import type { AgentNotification } from "../api/notifications.ts";

/** Goes to the chat, or to the deliveries of the endpoint: the dead ones, if it is about these. */
export async function goToTold(navigate: ReturnType<typeof useNavigate>, { kind, session_id, endpoint }: AgentNotification): Promise<void> {
  if (session_id) return navigate({ to: "/chats/$sessionId", params: { sessionId: session_id } });
  if (!endpoint) return;
  const state = kind === "delivery_dead" ? ("dead" as const) : undefined;
  return navigate({
    to: "/settings/advanced/api-and-webhook/deliveries",
    search: { endpoint: endpoint.endpoint_id, state, within: "all" },
  });
}
