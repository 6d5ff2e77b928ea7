/** Dates as the picker sends them, and as people read them. */

const EXACT = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}))?$/;

/** An answer of the picker in the words of the language; any other text as it is. */
export function prettyMoment(text: string, locale: string): string {
  const found = EXACT.exec(text);
  if (!found) return text;
  const [year, month, day, hour, minute] = found.slice(1).map(Number) as [number, number, number, number, number];
  const hasTime = found[4] !== undefined;
  const moment = new Date(Date.UTC(year, month - 1, day, hasTime ? hour : 12, hasTime ? minute : 0));
  // What is no day stays what it is, instead of becoming another one.
  if (moment.getUTCMonth() !== month - 1 || moment.getUTCDate() !== day || hour > 23 || minute > 59) return text;
  const looks: Intl.DateTimeFormatOptions = { dateStyle: "long", timeZone: "UTC", ...(hasTime ? { timeStyle: "short" } : {}) };
  return new Intl.DateTimeFormat(locale, looks).format(moment);
}

export interface Day {
  year: number;
  /** From 1 to 12. */
  month: number;
  day: number;
}

export function toDay(moment: Date): Day {
  return { year: moment.getUTCFullYear(), month: moment.getUTCMonth() + 1, day: moment.getUTCDate() };
}

/** The day on the clock of the visitor. */
export function today(now = new Date()): Day {
  return { year: now.getFullYear(), month: now.getMonth() + 1, day: now.getDate() };
}

export function toIso({ year, month, day }: Day): string {
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

export function noon({ year, month, day }: Day): Date {
  return new Date(Date.UTC(year, month - 1, day, 12));
}

export function addDays(day: Day, count: number): Day {
  return toDay(new Date(noon(day).getTime() + count * 86_400_000));
}

/** The same day of another month, or its last one. */
export function addMonths({ year, month, day }: Day, count: number): Day {
  const at = year * 12 + (month - 1) + count;
  const to = { year: Math.floor(at / 12), month: (((at % 12) + 12) % 12) + 1 };
  const last = new Date(Date.UTC(to.year, to.month, 0)).getUTCDate();
  return { ...to, day: Math.min(day, last) };
}

/** The first day of a week as `getUTCDay` counts, 0 for Sunday. */
export function firstOfWeek(locale: string): number {
  try {
    const known = new Intl.Locale(locale) as Intl.Locale & { getWeekInfo?: () => { firstDay: number }; weekInfo?: { firstDay: number } };
    return (known.getWeekInfo?.() ?? known.weekInfo)?.firstDay ?? 1;
  } catch {
    return 1;
  }
}

/** The weeks that show a month, each with seven days. */
export function weeksOf(day: Day, first: number): Day[][] {
  const start = { ...day, day: 1 };
  const before = (noon(start).getUTCDay() - (first % 7) + 7) % 7;
  const length = new Date(Date.UTC(day.year, day.month, 0)).getUTCDate();
  const weeks = Math.ceil((before + length) / 7);
  return Array.from({ length: weeks }, (_, week) => Array.from({ length: 7 }, (_, at) => addDays(start, week * 7 + at - before)));
}
