/** The flags of the person in the chat: put on and taken off beside it, with who put them on. */
import { ActionIcon, Autocomplete, Button } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { flagNamesQuery, flagsQuery } from "../../api/definitions.ts";
import { type DeskChat, putChatFlag, takeChatFlag } from "../../api/desk.ts";
import { useMay } from "../../api/me.ts";
import { rereadChat } from "../../desk/cache.ts";
import { ProblemNote } from "../../ui/ProblemNote.tsx";
import { toast } from "../../ui/toasts.ts";
import { OriginWords } from "./OriginWords.tsx";
import classes from "./PersonColumn.module.css";

export function PersonFlags({ chat: { session, user, origins } }: { chat: DeskChat }) {
  const { t } = useTranslation(["chats", "users"]);
  const edit = useMay()("answer_chats");
  const queries = useQueryClient();
  const known = useQuery(flagNamesQuery);
  const [typed, setTyped] = useState("");
  const id = session.id;
  const change = async (flag: string, isOn: boolean) => {
    await (isOn ? putChatFlag(id, flag) : takeChatFlag(id, flag));
    await rereadChat(queries, id);
    void queries.invalidateQueries({ queryKey: flagsQuery.queryKey });
  };
  const run = useMutation({
    mutationFn: ({ flag, isOn }: { flag: string; isOn: boolean }) => change(flag, isOn),
    onSuccess: (_, { flag, isOn }) => {
      if (isOn) setTyped("");
      toast(t(isOn ? "users:flagPut" : "users:flagTaken", { flag }), { undo: () => change(flag, !isOn) });
    },
  });
  return (
    <>
      {user.flags.length === 0 ? (
        <p className="muted small">{t("flags.none")}</p>
      ) : (
        <ul className={classes.flags}>
          {user.flags.map((flag) => (
            <li key={flag}>
              <span className={classes.flag}>
                {flag}
                {edit ? (
                  <ActionIcon
                    size={24}
                    variant="subtle"
                    color="gray"
                    aria-label={t("users:takeWhat", { flag })}
                    onClick={() => run.mutate({ flag, isOn: false })}
                  >
                    <IconX size={14} aria-hidden />
                  </ActionIcon>
                ) : null}
              </span>
              <OriginWords origin={origins.flags[flag]} />
            </li>
          ))}
        </ul>
      )}
      {edit ? (
        <form
          className={classes.add}
          onSubmit={(event) => {
            event.preventDefault();
            if (typed.trim()) run.mutate({ flag: typed.trim(), isOn: true });
          }}
        >
          <Autocomplete
            size="xs"
            aria-label={t("users:putFlag")}
            placeholder={t("users:putFlag")}
            data={known.data?.filter((it) => !user.flags.includes(it)) ?? []}
            value={typed}
            onChange={setTyped}
          />
          <Button type="submit" size="xs" variant="default" disabled={!typed.trim()} aria-label={t("flags.add")}>
            <IconPlus size={16} aria-hidden />
          </Button>
        </form>
      ) : null}
      <ProblemNote error={run.error} />
    </>
  );
}
