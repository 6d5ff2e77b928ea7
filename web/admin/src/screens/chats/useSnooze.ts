/** Puts a chat aside, or brings it back. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { snoozeChat, wakeChat } from "../../api/desk.ts";
import { problemIn } from "../../api/problem.ts";
import { rereadAll } from "../../desk/cache.ts";
import { settled } from "../../desk/outbox.ts";
import { problemWords } from "../../ui/problemWords.ts";
import { toast } from "../../ui/toasts.ts";
import { useFormat } from "../../ui/useFormat.ts";

export function useSnooze(id: string, onDone?: () => void) {
  const { t } = useTranslation(["chats", "common", "problems"]);
  const format = useFormat();
  const queries = useQueryClient();
  const onError = (error: unknown) => {
    const problem = problemIn(error);
    toast(problem ? problemWords(t, problem) : t("common:failed.fault"), { kind: "failed" });
  };
  const wake = async () => {
    await wakeChat(id);
    await rereadAll(queries);
  };
  const snooze = useMutation({
    mutationFn: async (until: Date) => {
      await settled(id);
      await snoozeChat(id, until);
      await rereadAll(queries);
    },
    onSuccess: (_, until) => {
      toast(t("snooze.done", { at: format.dateTime(until) }), { undo: wake });
      onDone?.();
    },
    onError,
  });
  return { snooze, wake: useMutation({ mutationFn: wake, onError }) };
}
