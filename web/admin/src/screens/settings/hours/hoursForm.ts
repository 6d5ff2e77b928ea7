/** Opening hours as the form has them, and what is wrong with them. Pure. */
import { DAYS, type Day, type OpeningHours, type Span } from "../../../api/hours.ts";

export interface DayForm {
  day: Day;
  spans: { from: string; to: string }[];
}

export interface HoursForm {
  isAlways: boolean;
  days: DayForm[];
  closed: { date: string; note: string }[];
}

const WORKDAY = { from: "08:00", to: "17:00" };
const WORKDAYS: readonly Day[] = ["mon", "tue", "wed", "thu", "fri"];

/** What somebody begins with who has had no hours yet. */
export const usual = (): DayForm[] => DAYS.map((day) => ({ day, spans: WORKDAYS.includes(day) ? [{ ...WORKDAY }] : [] }));

export function formOf(hours: OpeningHours | null | undefined): HoursForm {
  if (!hours) return { isAlways: true, days: usual(), closed: [] };
  const spansOf = (day: Day) =>
    hours.weekly
      .filter((it) => it.day === day)
      .map(({ from, to }) => ({ from, to }))
      .sort((a, b) => a.from.localeCompare(b.from));
  return {
    isAlways: false,
    days: DAYS.map((day) => ({ day, spans: spansOf(day) })),
    closed: hours.closed.map(({ date, note }) => ({ date, note: note ?? "" })),
  };
}

export function hoursOf({ isAlways, days, closed }: HoursForm): OpeningHours | null {
  if (isAlways) return null;
  const weekly = days.flatMap(({ day, spans }) => spans.map(({ from, to }): Span => ({ day, from, to: endOf(to) })));
  const kept = closed.filter((it) => it.date).toSorted((a, b) => a.date.localeCompare(b.date));
  return { weekly, closed: kept.map(({ date, note }) => (note.trim() ? { date, note: note.trim() } : { date })) };
}

/** The browser's input ends the day at midnight, which is the beginning of the next. */
const endOf = (to: string): string => (to === "00:00" ? "24:00" : to);
/** And the other way. */
export const inputOf = (time: string): string => (time === "24:00" ? "00:00" : time);

export type Fault = "missing" | "order" | "overlap";

/** What is wrong with the hours of a day; null if nothing is. */
export function faultOf({ spans }: DayForm): Fault | null {
  if (spans.some((it) => !it.from || !it.to)) return "missing";
  const sorted = spans.map(({ from, to }) => ({ from, to: endOf(to) })).toSorted((a, b) => a.from.localeCompare(b.from));
  if (sorted.some((it) => it.from >= it.to)) return "order";
  return sorted.some((it, at) => at > 0 && it.from < (sorted[at - 1]?.to ?? "")) ? "overlap" : null;
}

/** A span to add to a day: after what is there, as long as there is room. */
export function nextSpan({ spans }: DayForm): { from: string; to: string } {
  const last = spans
    .map((it) => endOf(it.to))
    .toSorted()
    .at(-1);
  if (!last) return { ...WORKDAY };
  const hour = Math.min(Number(last.slice(0, 2)) + 1, 22);
  const two = (value: number) => `${String(value).padStart(2, "0")}:00`;
  return { from: two(hour), to: two(Math.min(hour + 3, 23)) };
}
