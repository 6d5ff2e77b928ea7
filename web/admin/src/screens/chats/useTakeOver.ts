/** Taking a chat over: of several who try at once the server lets one win, and the others are told who it is. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { takeOver } from "../../api/desk.ts";
import { useMe } from "../../api/me.ts";
import { problemIn } from "../../api/problem.ts";
import { rereadChat, takeSession } from "../../desk/cache.ts";

export interface TakingOver {
  start: () => void;
  isRunning: boolean;
  /** Who was faster, and when that was told. */
  lost: { name: string; at: string } | null;
  error: unknown;
}

/** `onWish` hears that the chat is wanted, and that it is not to be had after all. */
export function useTakeOver(id: string, onWish: (isWanted: boolean) => void): TakingOver {
  const queries = useQueryClient();
  const me = useMe().agent.id;
  const [lost, setLost] = useState<TakingOver["lost"]>(null);
  const run = useMutation({
    mutationFn: () => takeOver(id),
    onMutate: () => onWish(true),
    onSuccess: (head) => {
      setLost(null);
      takeSession(queries, me, head);
    },
    onError: (error) => {
      onWish(false);
      const problem = problemIn(error);
      if (problem?.code !== "taken") return;
      const agent = problem.agent as { name?: string } | undefined;
      setLost({ name: agent?.name ?? "", at: new Date().toISOString() });
      void rereadChat(queries, id);
    },
  });
  return {
    start: () => run.mutate(),
    isRunning: run.isPending,
    lost,
    error: lost ? null : run.error,
  };
}
