/** What to tell a person about a problem: our own words where we have better ones than the server, in the person's language. */
import type { TFunction } from "i18next";
import type { Problem } from "../api/problem.ts";

export function problemWords(t: TFunction, problem: Problem): string {
  const { code, retry_after: count } = problem;
  if (code === "sign_in_failed" && count) return t("problems:sign_in_wait", { count });
  if (problem.status === 429 && count) return t("problems:rate_limited", { count });
  const own = t(`problems:${code}`, { defaultValue: "" });
  return own || problem.detail || t("problems:unknown", { code });
}
