/** A user's profile fields, read or edited. */
import { ActionIcon, Button } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconEye, IconEyeOff, IconPencil } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { fieldsQuery, type ProfileField } from "../../api/definitions.ts";
import { useMay } from "../../api/me.ts";
import { problemIn } from "../../api/problem.ts";
import { type User, updateUser, userQuery } from "../../api/users.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { fieldValue } from "../../ui/fieldValue.ts";
import { inputErrors } from "../../ui/inputErrors.ts";
import { Panel } from "../../ui/Panel.tsx";
import { ProblemNote } from "../../ui/ProblemNote.tsx";
import { QueryStates } from "../../ui/QueryStates.tsx";
import { toast } from "../../ui/toasts.ts";
import { useFormat } from "../../ui/useFormat.ts";
import { FieldInput } from "./FieldInput.tsx";
import classes from "./FieldsPanel.module.css";
import { changedFields, inputsOf } from "./fieldInputs.ts";

export function FieldsPanel({ user }: { user: User }) {
  const { t } = useTranslation("users");
  const edit = useMay()("edit_users");
  const fields = useQuery(fieldsQuery);
  const [editing, setEditing] = useState(false);
  return (
    <Panel
      title={t("fieldsTitle")}
      actions={
        edit && !editing ? (
          <Button size="xs" variant="default" leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setEditing(true)}>
            {t("common:edit")}
          </Button>
        ) : null
      }
    >
      <QueryStates query={fields} what={t("fieldsTitle")}>
        {(known) =>
          editing ? <Form user={user} fields={known} onClose={() => setEditing(false)} /> : <Values user={user} fields={known} />
        }
      </QueryStates>
    </Panel>
  );
}

function Values({ user, fields }: { user: User; fields: ProfileField[] }) {
  const { t } = useTranslation("users");
  const format = useFormat();
  const set = Object.keys(user.fields);
  if (set.length === 0) return <EmptyState text={t("noFields")} />;
  // Those that the workspace knows, in its order; then whatever else is there.
  const order = [
    ...fields.map((it) => it.name).filter((it) => set.includes(it)),
    ...set.filter((it) => !fields.some((field) => field.name === it)),
  ];
  return (
    <dl className={classes.values}>
      {order.map((name) => {
        const field = fields.find((it) => it.name === name);
        const label = t(`fields.${name}`, { defaultValue: name });
        const value = fieldValue(t, format, user.fields[name], field?.type);
        return (
          <div key={name}>
            <dt>{label}</dt>
            <dd dir="auto">{field?.sensitive ? <Masked value={value} label={label} /> : value}</dd>
          </div>
        );
      })}
    </dl>
  );
}

/** Shown when asked for: others may stand behind. */
function Masked({ value, label }: { value: string; label: string }) {
  const { t } = useTranslation("users");
  const [shown, setShown] = useState(false);
  return (
    <span className="row">
      <span>{shown ? value : t("masked")}</span>
      <ActionIcon
        size={24}
        variant="subtle"
        color="gray"
        aria-pressed={shown}
        aria-label={t("revealWhat", { what: label })}
        onClick={() => setShown(!shown)}
      >
        {shown ? <IconEyeOff size={16} aria-hidden /> : <IconEye size={16} aria-hidden />}
      </ActionIcon>
    </span>
  );
}

function Form({ user, fields, onClose }: { user: User; fields: ProfileField[]; onClose: () => void }) {
  const { t } = useTranslation("users");
  const queries = useQueryClient();
  const form = useForm({ initialValues: { external_id: user.external_id ?? "", fields: inputsOf(fields, user.fields) } });
  const keep = async (external_id: string | null, changes: Record<string, unknown>) => {
    const saved = await updateUser(user.id, { ...(external_id === (user.external_id ?? null) ? {} : { external_id }), fields: changes });
    queries.setQueryData(userQuery(user.id).queryKey, saved);
    void queries.invalidateQueries({ queryKey: ["users", "list"] });
  };
  const save = useMutation({
    mutationFn: async ({ external_id, fields: inputs }: typeof form.values) => {
      const changes = changedFields(fields, user.fields, inputs);
      await keep(external_id.trim() || null, changes);
      return changes;
    },
    onSuccess: (changes) => {
      const before = Object.fromEntries(Object.keys(changes).map((name) => [name, user.fields[name] ?? null]));
      const undo = async () => {
        const saved = await updateUser(user.id, { external_id: user.external_id ?? null, fields: before });
        queries.setQueryData(userQuery(user.id).queryKey, saved);
        void queries.invalidateQueries({ queryKey: ["users", "list"] });
      };
      toast(t("saved"), { undo });
      onClose();
    },
    onError: (error) => {
      const names = Object.fromEntries(fields.map((it) => [`/fields/${it.name}`, `fields.${it.name}`]));
      form.setErrors(inputErrors(problemIn(error), ["external_id", ...Object.values(names)], names));
    },
  });
  return (
    <form className="stack" onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
      <div className={classes.inputs}>
        <FieldInput label={t("column.externalId")} type="text" {...form.getInputProps("external_id")} />
        {fields.map((it) => (
          <FieldInput
            key={it.name}
            label={t(`fields.${it.name}`, { defaultValue: it.name })}
            type={it.type}
            {...form.getInputProps(`fields.${it.name}`)}
          />
        ))}
      </div>
      <ProblemNote error={save.error} />
      <div className="dialog-actions">
        <Button variant="default" onClick={onClose}>
          {t("common:cancel")}
        </Button>
        <Button type="submit" loading={save.isPending}>
          {t("common:save")}
        </Button>
      </div>
    </form>
  );
}
