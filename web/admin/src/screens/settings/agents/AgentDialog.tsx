/** Invites an agent, or changes one. */
import { Radio, TagsInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type AddedAgent, type Agent, agentsQuery, inviteAgent, updateAgent } from "../../../api/agents.ts";
import { flagNamesQuery } from "../../../api/definitions.ts";
import { type Role, useMay, useMe } from "../../../api/me.ts";
import { problemIn } from "../../../api/problem.ts";
import { FormDialog } from "../../../ui/FormDialog.tsx";
import { inputErrors } from "../../../ui/inputErrors.ts";
import { toast } from "../../../ui/toasts.ts";

interface Props {
  agent: Agent | null;
  onInvited?: (agent: AddedAgent) => void;
  onClose: () => void;
}

const ROLES: readonly Role[] = ["owner", "admin", "builder", "agent", "viewer"];

export function AgentDialog({ agent, onInvited, onClose }: Props) {
  const { t } = useTranslation(["agents", "common"]);
  const queries = useQueryClient();
  const me = useMe();
  const may = useMay();
  const flags = useQuery(flagNamesQuery);
  const form = useForm({
    initialValues: {
      email: agent?.email ?? "",
      name: agent?.name ?? "",
      role: agent?.role ?? ("agent" as Role),
      limited_to_flags: agent?.limited_to_flags ?? [],
    },
    validate: { email: (email) => (/^\S+@\S+$/.test(email.trim()) ? null : t("emailRule")) },
  });
  const save = useMutation({
    mutationFn: async ({ email, name, role, limited_to_flags }: typeof form.values): Promise<AddedAgent | null> => {
      if (agent) {
        await updateAgent(agent.id, { email: email.trim(), name: name.trim() || undefined, role, limited_to_flags });
        return null;
      }
      return inviteAgent({ email: email.trim(), name: name.trim() || undefined, role, limited_to_flags });
    },
    onSuccess: async (added) => {
      await queries.invalidateQueries({ queryKey: agentsQuery.queryKey });
      if (added) onInvited?.(added);
      else {
        toast(t("saved"));
        onClose();
      }
    },
    onError: (error) => form.setErrors(inputErrors(problemIn(error), ["email", "name", "role", "limited_to_flags"])),
  });
  // One's own role is for somebody else to change.
  const own = agent?.id === me.agent.id;
  const roles = ROLES.filter((it) => it !== "owner" || may("manage_owners"));
  return (
    <FormDialog
      title={agent ? t("editWhat", { name: agent.name }) : t("invite.title")}
      submit={agent ? undefined : t("invite.submit")}
      isPending={save.isPending}
      error={save.error}
      onSubmit={form.onSubmit((values) => save.mutate(values))}
      onClose={onClose}
    >
      <TextInput label={t("column.email")} type="email" autoComplete="off" data-autofocus {...form.getInputProps("email")} />
      <TextInput
        label={`${t("column.name")} (${t("common:optional")})`}
        description={t("nameHint")}
        maxLength={100}
        autoComplete="off"
        {...form.getInputProps("name")}
      />
      {own ? null : (
        <Radio.Group label={t("column.role")} {...form.getInputProps("role")}>
          <div className="stack">
            {roles.map((it) => (
              <Radio key={it} value={it} label={t(`common:roles.${it}`)} description={t(`roleHints.${it}`)} />
            ))}
          </div>
        </Radio.Group>
      )}
      <TagsInput
        label={`${t("column.flags")} (${t("common:optional")})`}
        description={t("flagsHint")}
        data={flags.data ?? []}
        acceptValueOnBlur
        {...form.getInputProps("limited_to_flags")}
      />
    </FormDialog>
  );
}
