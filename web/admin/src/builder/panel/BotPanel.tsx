/** What belongs to the bot as a whole: its name, its languages, its fields. */
import { ActionIcon, Badge, Button, Checkbox, NativeSelect, TagsInput, Textarea, TextInput } from "@mantine/core";
import { IconPlus, IconSearch, IconTrash } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useBuilder, useEditor } from "../context.ts";
import { useKnownFields } from "../form/fields.ts";
import type { FieldDefinition } from "../model/document.ts";
import { search } from "../model/search.ts";
import classes from "./BotPanel.module.css";
import { CatchAllFields } from "./CatchAllFields.tsx";

/** Types of fields, as the server knows them. */
const TYPES = ["text", "number", "boolean", "date", "date_time", "phone", "email", "choice", "list", "json"] as const;
const NAME = /^[A-Za-z_]\w{0,63}$/;

export function BotPanel() {
  const { t } = useTranslation("builder");
  const { editor } = useBuilder();
  const { readOnly } = editor;
  const document = useEditor((it) => it.document);
  return (
    <div className={classes.panel} data-commands>
      <TextInput
        label={t("bot.name")}
        dir="auto"
        readOnly={readOnly}
        value={document.name}
        onChange={(event) => editor.dispatch("set_bot", { key: "name", value: event.target.value })}
      />
      <TextInput
        label={t("bot.function_id")}
        description={t("bot.function_id_hint")}
        readOnly
        value={document.function_id}
        styles={{ input: { fontFamily: "var(--font-code)" } }}
      />
      <Textarea
        label={t("bot.description")}
        dir="auto"
        autosize
        minRows={2}
        readOnly={readOnly}
        value={document.description ?? ""}
        onChange={(event) => editor.dispatch("set_bot", { key: "description", value: event.target.value || undefined })}
      />
      <TextInput
        label={t("bot.language")}
        description={t("bot.language_hint")}
        readOnly={readOnly}
        value={document.language}
        onChange={(event) => editor.dispatch("set_bot", { key: "language", value: event.target.value })}
      />
      <TagsInput
        label={t("bot.languages")}
        disabled={readOnly}
        acceptValueOnBlur
        value={document.languages ?? []}
        comboboxProps={{ withinPortal: false }}
        onChange={(value) => editor.dispatch("set_bot", { key: "languages", value: value.length ? value : undefined })}
      />
      <CatchAllFields />
      <Fields />
    </div>
  );
}

function Fields() {
  const { t } = useTranslation("builder");
  const { editor } = useBuilder();
  const document = useEditor((it) => it.document);
  const known = useKnownFields();
  const fields = document.fields ?? [];
  const undeclared = known.filter((it) => it.from === "used");
  return (
    <section aria-labelledby="bot-fields">
      <h3 id="bot-fields" className={classes.heading}>
        {t("bot.fields")}
      </h3>
      <p className={classes.hint}>{t("bot.fields_hint")}</p>
      <ul className={classes.fields}>
        {fields.map((it) => (
          <FieldRow key={it.name} field={it} />
        ))}
      </ul>
      {undeclared.length && !editor.readOnly ? (
        <div className={classes.undeclared}>
          <p className={classes.hint}>{t("bot.undeclared")}</p>
          {undeclared.map((it) => (
            <Button
              key={it.name}
              size="compact-xs"
              variant="light"
              leftSection={<IconPlus size={12} aria-hidden />}
              onClick={() => editor.dispatch("declare_field", { field: { name: it.name, kind: "variable", type: "text" } })}
            >
              {t("form.declare", { name: it.name })}
            </Button>
          ))}
        </div>
      ) : null}
      {editor.readOnly ? null : <NewField taken={fields.map((it) => it.name)} />}
    </section>
  );
}

function FieldRow({ field }: { field: FieldDefinition }) {
  const { t } = useTranslation("builder");
  const { editor, catalogue, view } = useBuilder();
  const document = useEditor((it) => it.document);
  const [name, setName] = useState(field.name);
  useEffect(() => setName(field.name), [field.name]);
  const { readOnly } = editor;
  const uses = search(document, `field:${field.name}`, catalogue).length;
  const change = (next: Partial<FieldDefinition>): void => {
    const made: FieldDefinition = { ...field, ...next };
    if (!made.sensitive) delete made.sensitive;
    editor.dispatch("change_field", { name: field.name, field: made });
  };
  const fine = NAME.test(name) && (name === field.name || !document.fields?.some((it) => it.name === name));
  return (
    <li className={classes.field}>
      <div className={classes.line}>
        <TextInput
          aria-label={t("bot.field_name", { name: field.name })}
          error={fine ? undefined : t("bot.bad_name")}
          readOnly={readOnly}
          styles={{ input: { fontFamily: "var(--font-code)" } }}
          value={name}
          onChange={(event) => setName(event.target.value)}
          onBlur={() => (fine ? change({ name }) : setName(field.name))}
          onKeyDown={(event) => {
            if (event.key === "Enter") event.currentTarget.blur();
          }}
        />
        <NativeSelect
          aria-label={t("bot.field_type", { name: field.name })}
          disabled={readOnly}
          value={field.type}
          data={TYPES.map((it) => ({ value: it, label: t(`type.${it}`) }))}
          onChange={(event) => change({ type: event.target.value })}
        />
        {readOnly ? null : (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("form.remove", { name: field.name })}
            onClick={() => editor.dispatch("remove_field", { name: field.name })}
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        )}
      </div>
      <div className={classes.line}>
        <NativeSelect
          aria-label={t("bot.field_kind", { name: field.name })}
          size="xs"
          disabled={readOnly}
          value={field.kind}
          data={(["variable", "profile"] as const).map((it) => ({ value: it, label: t(`kind.${it}`) }))}
          onChange={(event) => change({ kind: event.target.value === "profile" ? "profile" : "variable" })}
        />
        <Checkbox
          size="xs"
          label={t("bot.sensitive")}
          disabled={readOnly}
          checked={field.sensitive ?? false}
          onChange={(event) => change({ sensitive: event.target.checked })}
        />
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={t("bot.find_uses", { name: field.name })}
          onClick={() => view.setState({ side: "find" })}
        >
          <IconSearch size={14} aria-hidden />
        </ActionIcon>
        <Badge size="xs" variant="light" color="gray">
          {t("bot.uses", { count: uses })}
        </Badge>
      </div>
    </li>
  );
}

function NewField({ taken }: { taken: string[] }) {
  const { t } = useTranslation("builder");
  const { editor } = useBuilder();
  const [name, setName] = useState("");
  const bad = name !== "" && (!NAME.test(name) || taken.includes(name));
  const add = (): void => {
    if (!name || bad) return;
    editor.dispatch("declare_field", { field: { name, kind: "variable", type: "text" } });
    setName("");
  };
  return (
    <form
      className={classes.line}
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <TextInput
        aria-label={t("bot.new_field")}
        placeholder={t("bot.new_field")}
        error={bad ? t("bot.bad_name") : undefined}
        styles={{ input: { fontFamily: "var(--font-code)" } }}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Button type="submit" variant="light" disabled={!name || bad}>
        {t("form.add")}
      </Button>
    </form>
  );
}
