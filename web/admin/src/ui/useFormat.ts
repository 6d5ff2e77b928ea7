/** Dates and numbers in the way of the person's language. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * 86_400],
  ["month", 30 * 86_400],
  ["week", 7 * 86_400],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

export interface Format {
  /** 26 Nov 2026 */
  date: (at: string | number | Date) => string;
  /** 26 Nov 2026, 14:02 */
  dateTime: (at: string | number | Date) => string;
  /** With seconds and milliseconds, for logs. */
  exact: (at: string | number | Date) => string;
  time: (at: string | number | Date) => string;
  /** 2 minutes ago, in 3 hours */
  relative: (at: string | number | Date, now?: number) => string;
  number: (value: number) => string;
  /** A share of one as per cent. */
  percent: (share: number) => string;
  list: (items: string[]) => string;
}

/** The formats of one language. */
export function formats(language: string): Format {
  const as = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(language, options);
    return (at: string | number | Date) => format.format(new Date(at));
  };
  const ago = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  const number = new Intl.NumberFormat(language);
  const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
  const list = new Intl.ListFormat(language, { style: "long", type: "conjunction" });
  return {
    date: as({ dateStyle: "medium" }),
    dateTime: as({ dateStyle: "medium", timeStyle: "short" }),
    exact: as({
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      fractionalSecondDigits: 3,
    }),
    time: as({ timeStyle: "short" }),
    relative: (at, now = Date.now()) => {
      const seconds = (new Date(at).getTime() - now) / 1_000;
      for (const [unit, size] of STEPS) if (Math.abs(seconds) >= size) return ago.format(Math.trunc(seconds / size), unit);
      return ago.format(0, "second");
    },
    number: (value) => number.format(value),
    percent: (share) => percent.format(share),
    list: (items) => list.format(items),
  };
}

export function useFormat(): Format {
  const { i18n } = useTranslation();
  return useMemo(() => formats(i18n.language), [i18n.language]);
}
