/** Gives a chat to another agent, who accepts or declines, or to whoever sees a flag; with a note for the next one. */
import { NativeSelect, Radio, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { flagNamesQuery } from "../../api/definitions.ts";
import { type DeskAgent, type DeskChat, deskAgentsQuery, sees, transferChat } from "../../api/desk.ts";
import { useMe } from "../../api/me.ts";
import { FormDialog } from "../../ui/FormDialog.tsx";
import { useChatAct } from "./useChatAct.ts";

const ORDER: Record<DeskAgent["status"], number> = { online: 0, away: 1, offline: 2 };

export function TransferDialog({ chat, onClose }: { chat: DeskChat; onClose: () => void }) {
  const { t } = useTranslation(["chats", "common"]);
  const me = useMe().agent.id;
  const agents = useQuery(deskAgentsQuery);
  const flags = useQuery(flagNamesQuery);
  const others = (agents.data ?? [])
    .filter((it) => it.id !== me && sees(it, chat))
    .sort((a, b) => ORDER[a.status] - ORDER[b.status] || a.name.localeCompare(b.name));
  const form = useForm({
    initialValues: { to: "agent" as "agent" | "flag", agent_id: "", flag: "", note: "" },
    validate: {
      agent_id: (id, { to }) => (to === "agent" && !id ? t("transfer.agentRule") : null),
      flag: (flag, { to }) => (to === "flag" && !flag ? t("transfer.flagRule") : null),
      note: (note) => (note.trim() ? null : t("transfer.noteRule")),
    },
  });
  const run = useChatAct(
    chat.session.id,
    ({ to, agent_id, flag, note }: typeof form.values) =>
      transferChat(chat.session.id, to === "agent" ? { agent_id } : { flag }, note.trim()),
    onClose,
  );
  return (
    <FormDialog
      title={t("transfer.title")}
      submit={t("transfer.submit")}
      isPending={run.isPending}
      error={run.error}
      onSubmit={form.onSubmit((values) => run.mutate(values))}
      onClose={onClose}
    >
      <Radio.Group label={t("transfer.to")} {...form.getInputProps("to")}>
        <div className="row">
          <Radio value="agent" label={t("transfer.agent")} data-autofocus />
          <Radio value="flag" label={t("transfer.flag")} />
        </div>
      </Radio.Group>
      {form.values.to === "agent" ? (
        <NativeSelect
          label={t("transfer.agent")}
          description={t("transfer.agentHint")}
          data={[
            { value: "", label: t(others.length > 0 ? "transfer.choose" : "transfer.nobody") },
            ...others.map((it) => ({
              value: it.id,
              label: t("transfer.one", {
                name: it.name,
                status: t(`common:presence.${it.status}`),
                chats: it.chats,
                capacity: it.capacity,
              }),
            })),
          ]}
          {...form.getInputProps("agent_id")}
        />
      ) : (
        <NativeSelect
          label={t("transfer.flag")}
          description={t("transfer.flagHint")}
          data={[{ value: "", label: t("transfer.choose") }, ...(flags.data ?? [])]}
          {...form.getInputProps("flag")}
        />
      )}
      <Textarea
        label={t("transfer.note")}
        description={t("transfer.noteHint")}
        autosize
        minRows={2}
        maxLength={4_000}
        dir="auto"
        {...form.getInputProps("note")}
      />
    </FormDialog>
  );
}
