/** Makes a bot: a blank one, a copy, or one from a template. Opens it afterwards. */
import { Button, Modal, Radio, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type BotSummary, createBot, type NewBot, type Template } from "../../api/bots.ts";
import { problemIn } from "../../api/problem.ts";
import { inputErrors } from "../../ui/inputErrors.ts";
import { LANGUAGE_CODES, languageNames } from "../../ui/languageNames.ts";
import { ProblemNote } from "../../ui/ProblemNote.tsx";
import { newFaq } from "../faq/faqDocument.ts";
import { isFunctionId, suggestFunctionId } from "./functionId.ts";

export type From = { kind: "blank" } | { kind: "copy"; bot: BotSummary } | { kind: "template"; template: Template };

interface Props {
  from: From;
  taken: ReadonlySet<string>;
  onClose: () => void;
}

export function NewBotDialog({ from, taken, onClose }: Props) {
  const { t, i18n } = useTranslation("bots");
  const queries = useQueryClient();
  const navigate = useNavigate();
  const given = from.kind === "copy" ? t("new.copyName", { name: from.bot.name }) : from.kind === "template" ? from.template.name : "";
  // The function id follows the name until somebody types one.
  const [own, setOwn] = useState(false);
  const form = useForm({
    initialValues: {
      name: given,
      function_id: given ? suggestFunctionId(given, taken) : "",
      language: "en",
      type: "flow" as "flow" | "faq",
    },
    validate: {
      name: (name) => (name.trim() ? null : t("new.nameNeeded")),
      function_id: (id) => (!isFunctionId(id) ? t("new.functionIdRule") : taken.has(id) ? t("new.functionIdTaken") : null),
    },
  });
  const make = useMutation({
    mutationFn: ({ name, function_id, language, type }: typeof form.values) => {
      const base = { name: name.trim(), function_id };
      const wish: NewBot =
        from.kind === "copy"
          ? { ...base, copy_of: from.bot.function_id }
          : from.kind === "template"
            ? { ...base, template: from.template.id }
            : type === "faq"
              ? { document: newFaq({ ...base, language }, { question: t("new.faqQuestion"), answer: t("new.faqAnswer") }) }
              : { ...base, language };
      return createBot(wish);
    },
    onSuccess: async ({ bot }) => {
      void queries.invalidateQueries({ queryKey: ["bots"] });
      onClose();
      await navigate({ to: "/bots/$functionId", params: { functionId: bot.function_id } });
    },
    onError: (error) => {
      const problem = problemIn(error);
      if (problem?.code === "function_id_taken") form.setFieldError("function_id", t("new.functionIdTaken"));
      else form.setErrors(inputErrors(problem, ["name", "function_id", "language"]));
    },
  });
  const title =
    from.kind === "copy"
      ? t("new.titleCopy", { name: from.bot.name })
      : from.kind === "template"
        ? t("new.titleTemplate", { name: from.template.name })
        : t("new.title");
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ "aria-label": t("common:close") }}>
      <form className="stack" onSubmit={form.onSubmit((values) => make.mutate(values))} noValidate>
        <TextInput
          label={t("new.name")}
          data-autofocus
          maxLength={200}
          {...form.getInputProps("name")}
          onChange={(event) => {
            const name = event.currentTarget.value;
            form.setFieldValue("name", name);
            if (!own) form.setFieldValue("function_id", name.trim() ? suggestFunctionId(name, taken) : "");
          }}
        />
        <TextInput
          label={t("new.functionId")}
          description={t("new.functionIdHint")}
          spellCheck={false}
          autoComplete="off"
          maxLength={64}
          classNames={{ input: "code" }}
          {...form.getInputProps("function_id")}
          onChange={(event) => {
            setOwn(true);
            form.setFieldValue("function_id", event.currentTarget.value);
          }}
        />
        {from.kind === "blank" ? (
          <Radio.Group label={t("new.type")} {...form.getInputProps("type")}>
            <div className="stack">
              <Radio value="flow" label={t("new.types.flow")} description={t("new.typeHints.flow")} />
              <Radio value="faq" label={t("new.types.faq")} description={t("new.typeHints.faq")} />
            </div>
          </Radio.Group>
        ) : null}
        {from.kind === "blank" ? (
          <Select
            label={t("new.language")}
            data={languageNames(LANGUAGE_CODES, i18n.language)}
            allowDeselect={false}
            searchable
            {...form.getInputProps("language")}
          />
        ) : null}
        {problemIn(make.error)?.code === "function_id_taken" ? null : <ProblemNote error={make.error} />}
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {t("common:cancel")}
          </Button>
          <Button type="submit" loading={make.isPending}>
            {t("new.submit")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
