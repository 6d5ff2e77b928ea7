import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useBuilder } from "../context.ts";
import type { Box, Condition } from "../model/document.ts";
import { sentenceOf } from "./sentence.ts";

/** How conditions are said in the reader's language. */
export function useSentence(): (when: Condition | undefined, box?: Box) => string {
  const { t } = useTranslation("builder");
  const { catalogue } = useBuilder();
  return useCallback((when, box) => sentenceOf(when, { t, catalogue, box }), [t, catalogue]);
}
