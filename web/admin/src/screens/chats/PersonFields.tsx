/** The profile fields of the person in the chat, each changed in its place, with where it came from. */
import { ActionIcon, Button } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { fieldsQuery, type ProfileField } from "../../api/definitions.ts";
import { type DeskChat, setChatFields } from "../../api/desk.ts";
import { useMay } from "../../api/me.ts";
import { fieldValue } from "../../ui/fieldValue.ts";
import { ProblemNote } from "../../ui/ProblemNote.tsx";
import { useFormat } from "../../ui/useFormat.ts";
import { FieldInput } from "../users/FieldInput.tsx";
import { changedFields, inputsOf } from "../users/fieldInputs.ts";
import { OriginWords } from "./OriginWords.tsx";
import classes from "./PersonColumn.module.css";
import { useChatAct } from "./useChatAct.ts";

export function PersonFields({ chat }: { chat: DeskChat }) {
  const { t } = useTranslation(["chats", "users"]);
  const format = useFormat();
  const edit = useMay()("answer_chats");
  const fields = useQuery(fieldsQuery);
  const [edited, setEdited] = useState<string | null>(null);
  const { user, origins } = chat;
  const known = fields.data ?? [];
  const order = [...known.map((it) => it.name), ...Object.keys(user.fields).filter((it) => !known.some((field) => field.name === it))];
  const shown = order.filter((it) => it in user.fields || it === edited);
  const missing = known.filter((it) => !(it.name in user.fields) && it.name !== edited);
  return (
    <>
      {shown.length === 0 ? <p className="muted small">{t("fields.none")}</p> : null}
      <dl className={classes.fields}>
        {shown.map((name) => {
          const field = known.find((it) => it.name === name);
          const label = t(`users:fields.${name}`, { defaultValue: name });
          if (name === edited && field) {
            return (
              <div key={name}>
                <dt className="visually-hidden">{label}</dt>
                <dd className={classes.whole}>
                  <EditField chat={chat} field={field} label={label} onClose={() => setEdited(null)} />
                </dd>
              </div>
            );
          }
          return (
            <div key={name}>
              <dt>{label}</dt>
              <dd className={classes.value}>
                <span dir="auto">{fieldValue(t, format, user.fields[name], field?.type)}</span>
                {edit && field ? (
                  <ActionIcon
                    size={24}
                    variant="subtle"
                    color="gray"
                    aria-label={t("fields.editWhat", { what: label })}
                    onClick={() => setEdited(name)}
                  >
                    <IconPencil size={14} aria-hidden />
                  </ActionIcon>
                ) : null}
                <OriginWords origin={origins.fields[name]} />
              </dd>
            </div>
          );
        })}
      </dl>
      {edit && missing.length > 0 ? (
        <select
          className={classes.more}
          aria-label={t("fields.add")}
          value=""
          onChange={(event) => setEdited(event.currentTarget.value || null)}
        >
          <option value="">{t("fields.add")}</option>
          {missing.map((it) => (
            <option key={it.name} value={it.name}>
              {t(`users:fields.${it.name}`, { defaultValue: it.name })}
            </option>
          ))}
        </select>
      ) : null}
    </>
  );
}

interface EditProps {
  chat: DeskChat;
  field: ProfileField;
  label: string;
  onClose: () => void;
}

function EditField({ chat, field, label, onClose }: EditProps) {
  const { t } = useTranslation("common");
  // What is masked is not known here: it is written anew, or left.
  const before = field.sensitive ? {} : chat.user.fields;
  const [text, setText] = useState(inputsOf([field], before)[field.name] ?? "");
  const save = useChatAct(
    chat.session.id,
    () => setChatFields(chat.session.id, changedFields([field], before, { [field.name]: text })),
    onClose,
  );
  const isSame = Object.keys(changedFields([field], before, { [field.name]: text })).length === 0;
  return (
    <form
      className={classes.edit}
      onSubmit={(event) => {
        event.preventDefault();
        if (isSame) onClose();
        else save.mutate();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
    >
      <FieldInput label={label} type={field.type} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      <ProblemNote error={save.error} />
      <div className="row">
        <Button type="submit" size="compact-sm" loading={save.isPending}>
          {t("save")}
        </Button>
        <Button size="compact-sm" variant="default" onClick={onClose}>
          {t("cancel")}
        </Button>
      </div>
    </form>
  );
}
