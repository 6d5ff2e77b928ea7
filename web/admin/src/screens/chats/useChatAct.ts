/** What is done with a chat and answers with the chat as it is then. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { DeskSession } from "../../api/desk.ts";
import { useMe } from "../../api/me.ts";
import { rereadChat, takeSession } from "../../desk/cache.ts";
import { settled } from "../../desk/outbox.ts";

export function useChatAct<Wish = void>(id: string, act: (wish: Wish) => Promise<DeskSession>, onDone?: () => void) {
  const queries = useQueryClient();
  const me = useMe().agent.id;
  return useMutation({
    mutationFn: async (wish: Wish) => {
      // What was said before the act comes before it.
      await settled(id);
      return act(wish);
    },
    onSuccess: (head) => {
      takeSession(queries, me, head);
      onDone?.();
    },
    // Whatever was refused, the chat is not as it looked.
    onError: () => void rereadChat(queries, id),
  });
}
