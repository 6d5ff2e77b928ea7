/** How a bot is started by a hashtag, and who answers where none of its links fits. */
import { NativeSelect, NumberInput, TagsInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { botsQuery } from "../../api/bots.ts";
import { useBuilder, useEditor } from "../context.ts";

export function CatchAllFields() {
  const { t } = useTranslation("builder");
  const { editor } = useBuilder();
  const { readOnly } = editor;
  const document = useEditor((it) => it.document);
  const bots = useInfiniteQuery(botsQuery("active"));
  const faqs = (bots.data?.pages ?? []).flatMap((page) => page.data).filter((it) => it.type === "faq");
  const chosen = document.catch_all;
  // One that is gone, or not there yet, stays choosable: the server tells what is wrong with it.
  const isUnknown = chosen !== undefined && !faqs.some((it) => it.function_id === chosen.function_id);
  return (
    <>
      <TagsInput
        label={t("bot.hashtags")}
        description={t("bot.hashtags_hint")}
        disabled={readOnly}
        acceptValueOnBlur
        value={document.hashtags ?? []}
        comboboxProps={{ withinPortal: false }}
        onChange={(value) => {
          const plain = value.map((it) => it.replace(/^#/, "")).filter(Boolean);
          editor.dispatch("set_bot", { key: "hashtags", value: plain.length ? plain : undefined });
        }}
      />
      <NativeSelect
        label={t("bot.catch_all")}
        description={t("bot.catch_all_hint")}
        disabled={readOnly}
        data={[
          { value: "", label: t("bot.no_catch_all") },
          ...faqs.map((it) => ({ value: it.function_id, label: `${it.name} (${it.function_id})` })),
          ...(isUnknown ? [{ value: chosen.function_id, label: chosen.function_id }] : []),
        ]}
        value={chosen?.function_id ?? ""}
        onChange={(event) => {
          const { value } = event.currentTarget;
          editor.dispatch("set_bot", { key: "catch_all", value: value ? { ...chosen, function_id: value } : undefined });
        }}
      />
      {chosen ? (
        <NumberInput
          label={t("bot.threshold")}
          description={t("bot.threshold_hint")}
          min={0}
          max={1}
          step={0.05}
          decimalScale={2}
          readOnly={readOnly}
          value={chosen.threshold ?? ""}
          onChange={(value) =>
            editor.dispatch("set_bot", {
              key: "catch_all",
              value: { function_id: chosen.function_id, ...(typeof value === "number" ? { threshold: value } : {}) },
            })
          }
        />
      ) : null}
    </>
  );
}
