/** What went wrong with a try, and what to do about it. */
import type { TFunction } from "i18next";

export function deliveryErrorWords(t: TFunction, error: string, status: number | null | undefined): string {
  if (error === "http_status") return t("deliveries:errors.http_status", { status: status ?? "?" });
  return t(`deliveries:errors.${error}`, { defaultValue: error });
}
