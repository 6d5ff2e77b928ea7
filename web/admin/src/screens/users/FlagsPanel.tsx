/** A user's flags: put on and taken off with a click, and with a way back. */
import { ActionIcon, Autocomplete, Button } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { flagNamesQuery, flagsQuery } from "../../api/definitions.ts";
import { useMay } from "../../api/me.ts";
import { putFlag, takeFlag, type User, userQuery } from "../../api/users.ts";
import { Panel } from "../../ui/Panel.tsx";
import { ProblemNote } from "../../ui/ProblemNote.tsx";
import { toast } from "../../ui/toasts.ts";
import classes from "./FlagsPanel.module.css";

export function FlagsPanel({ user }: { user: User }) {
  const { t } = useTranslation("users");
  const edit = useMay()("edit_users");
  const queries = useQueryClient();
  const known = useQuery(flagNamesQuery);
  const [typed, setTyped] = useState("");
  const fresh = async () => {
    await queries.invalidateQueries({ queryKey: userQuery(user.id).queryKey });
    void queries.invalidateQueries({ queryKey: ["users", "list"] });
    void queries.invalidateQueries({ queryKey: flagsQuery.queryKey });
  };
  const put = async (flag: string) => {
    await putFlag(user.id, flag);
    await fresh();
  };
  const take = async (flag: string) => {
    await takeFlag(user.id, flag);
    await fresh();
  };
  const add = useMutation({
    mutationFn: put,
    onSuccess: (_, flag) => {
      setTyped("");
      toast(t("flagPut", { flag }), { undo: () => take(flag) });
    },
  });
  const remove = useMutation({
    mutationFn: take,
    onSuccess: (_, flag) => toast(t("flagTaken", { flag }), { undo: () => put(flag) }),
  });
  return (
    <Panel title={t("column.flags")}>
      <div className="stack">
        {user.flags.length > 0 ? (
          <ul className={classes.flags}>
            {user.flags.map((flag) => (
              <li key={flag}>
                {flag}
                {edit ? (
                  <ActionIcon
                    size={24}
                    variant="subtle"
                    color="gray"
                    aria-label={t("takeWhat", { flag })}
                    onClick={() => remove.mutate(flag)}
                  >
                    <IconX size={14} aria-hidden />
                  </ActionIcon>
                ) : null}
              </li>
            ))}
          </ul>
        ) : (
          <p className="muted">{t("noFlags")}</p>
        )}
        {edit ? (
          <form
            className={classes.form}
            onSubmit={(event) => {
              event.preventDefault();
              if (typed.trim()) add.mutate(typed.trim());
            }}
          >
            <Autocomplete
              label={t("putFlag")}
              description={t("putFlagHint")}
              data={known.data?.filter((it) => !user.flags.includes(it)) ?? []}
              value={typed}
              onChange={setTyped}
            />
            <Button type="submit" variant="default" loading={add.isPending} disabled={!typed.trim()}>
              {t("common:add")}
            </Button>
          </form>
        ) : null}
        <ProblemNote error={add.error ?? remove.error} />
      </div>
    </Panel>
  );
}
