/** A question with its other wordings and its answer: of a FAQ bot, or of the chit-chat. */
import { ActionIcon, NativeSelect, TagsInput, Textarea, TextInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { LANGUAGE_CODES, languageNames } from "../../ui/languageNames.ts";
import classes from "./Faq.module.css";

interface Props {
  /** Its number, for those who hear it. */
  number: number;
  /** Absent where the wordings alone are the question. */
  question?: string;
  phrases: string[];
  answer: string;
  language: string;
  readOnly?: boolean;
  error?: ReactNode;
  onChange: (changes: { question?: string; phrases?: string[]; answer?: string; language?: string }) => void;
  onRemove: () => void;
}

export function EntryCard({ number, question, phrases, answer, language, readOnly = false, error, onChange, onRemove }: Props) {
  const { t, i18n } = useTranslation("faq");
  return (
    <li className={classes.card}>
      <div className={classes.top}>
        <h3>{t("entry.title", { number })}</h3>
        {readOnly ? null : (
          <ActionIcon variant="subtle" color="red" size="lg" aria-label={t("entry.remove", { number })} onClick={onRemove}>
            <IconTrash size={18} aria-hidden />
          </ActionIcon>
        )}
      </div>
      {question === undefined ? null : (
        <TextInput
          label={t("entry.question")}
          maxLength={500}
          dir="auto"
          readOnly={readOnly}
          value={question}
          onChange={(event) => onChange({ question: event.currentTarget.value })}
        />
      )}
      <TagsInput
        label={t(question === undefined ? "entry.phrases" : "entry.variants")}
        description={t("entry.phrasesHint")}
        acceptValueOnBlur
        splitChars={["\n"]}
        disabled={readOnly}
        value={phrases}
        onChange={(next) => onChange({ phrases: next })}
      />
      <Textarea
        label={t("entry.answer")}
        autosize
        minRows={2}
        maxLength={4_000}
        dir="auto"
        readOnly={readOnly}
        value={answer}
        onChange={(event) => onChange({ answer: event.currentTarget.value })}
      />
      <NativeSelect
        className={classes.language}
        label={t("entry.language")}
        disabled={readOnly}
        data={[{ value: "", label: t("entry.anyLanguage") }, ...languageNames(LANGUAGE_CODES, i18n.language)]}
        value={language}
        onChange={(event) => onChange({ language: event.currentTarget.value })}
      />
      {error ? (
        <p role="alert" className={classes.error}>
          {error}
        </p>
      ) : null}
    </li>
  );
}
