/** A month to pick a day from, by mouse, finger or keys, and a time of day where one is asked for. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { usePanel } from "../context.ts";
import { Icon } from "../Icon.tsx";
import { addDays, addMonths, type Day, firstOfWeek, noon, today, toIso, weeksOf } from "../moments.ts";

interface Props {
  hasTime: boolean;
  prefersPast: boolean;
  onPick(iso: string): void;
  onClose(): void;
}

export function Calendar({ hasTime, prefersPast, onPick, onClose }: Props) {
  const { words, locale } = usePanel();
  const now = useMemo(() => today(), []);
  // Who was born lately asks others to type.
  const [day, setDay] = useState<Day>(prefersPast && !hasTime ? { ...now, year: now.year - 30 } : now);
  const [time, setTime] = useState("");
  const [isMissing, setMissing] = useState(false);
  const grid = useRef<HTMLTableElement>(null);
  const clock = useRef<HTMLInputElement>(null);
  const wantsFocus = useRef(true);
  const first = firstOfWeek(locale);
  const weeks = weeksOf(day, first);

  useEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    grid.current?.querySelector<HTMLButtonElement>('button[tabindex="0"]')?.focus();
  });

  const go = (to: Day, focus: boolean) => {
    wantsFocus.current = focus;
    setDay(to);
  };
  const isRight = () => document.documentElement.dir === "rtl";
  const onKeyDown = (event: KeyboardEvent) => {
    const ahead = isRight() ? "ArrowLeft" : "ArrowRight";
    const back = isRight() ? "ArrowRight" : "ArrowLeft";
    const weekday = (noon(day).getUTCDay() - (first % 7) + 7) % 7;
    const moves: Record<string, () => Day> = {
      [ahead]: () => addDays(day, 1),
      [back]: () => addDays(day, -1),
      ArrowDown: () => addDays(day, 7),
      ArrowUp: () => addDays(day, -7),
      Home: () => addDays(day, -weekday),
      End: () => addDays(day, 6 - weekday),
      PageDown: () => addMonths(day, event.shiftKey ? 12 : 1),
      PageUp: () => addMonths(day, event.shiftKey ? -12 : -1),
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    go(move(), true);
  };
  const pick = (picked: Day) => {
    if (!hasTime) {
      onPick(toIso(picked));
      return;
    }
    go(picked, false);
    clock.current?.focus();
  };
  const use = () => {
    setMissing(time === "");
    if (time === "") clock.current?.focus();
    else onPick(`${toIso(day)}T${time}`);
  };

  const monthNames = Array.from({ length: 12 }, (_, at) => format(locale, { month: "long" }, { year: 2026, month: at + 1, day: 1 }));
  const years = Array.from({ length: prefersPast ? 121 : 12 }, (_, at) => now.year + (prefersPast ? -at : at - 1));
  if (!years.includes(day.year)) years.unshift(day.year);
  const isSame = (one: Day, other: Day) => toIso(one) === toIso(other);
  return (
    <section
      class="calendar"
      aria-label={words.pickDate}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
    >
      <div class="calendar-head">
        <button type="button" class="plain" aria-label={words.previousMonth} onClick={() => go(addMonths(day, -1), false)}>
          <Icon name="previous" />
        </button>
        <select
          aria-label={words.month}
          value={String(day.month)}
          onChange={(event) => go(addMonths(day, Number(event.currentTarget.value) - day.month), false)}
        >
          {monthNames.map((name, at) => (
            <option key={name} value={String(at + 1)}>
              {name}
            </option>
          ))}
        </select>
        <select
          aria-label={words.year}
          value={String(day.year)}
          onChange={(event) => go(addMonths(day, (Number(event.currentTarget.value) - day.year) * 12), false)}
        >
          {years.map((year) => (
            <option key={year} value={String(year)}>
              {format(locale, { year: "numeric" }, { year, month: 6, day: 1 })}
            </option>
          ))}
        </select>
        <button type="button" class="plain" aria-label={words.nextMonth} onClick={() => go(addMonths(day, 1), false)}>
          <Icon name="next" />
        </button>
      </div>
      <table ref={grid} onKeyDown={onKeyDown}>
        <caption class="hidden" aria-live="polite">
          {format(locale, { month: "long", year: "numeric" }, day)}
        </caption>
        <thead>
          <tr>
            {weeks[0]?.map((it) => (
              <th key={toIso(it)} scope="col" abbr={format(locale, { weekday: "long" }, it)}>
                {format(locale, { weekday: "narrow" }, it)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week[0] && toIso(week[0])}>
              {week.map((it) => (
                <td key={toIso(it)}>
                  <button
                    type="button"
                    class={it.month === day.month ? "" : "outside"}
                    tabIndex={isSame(it, day) ? 0 : -1}
                    aria-pressed={hasTime ? isSame(it, day) : undefined}
                    aria-current={isSame(it, now) ? "date" : undefined}
                    aria-label={format(locale, { dateStyle: "full" }, it)}
                    onClick={() => pick(it)}
                  >
                    {format(locale, { day: "numeric" }, it)}
                  </button>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {hasTime && (
        <div class="calendar-foot">
          <label>
            <span>{words.time}</span>
            <input
              ref={clock}
              type="time"
              step={300}
              value={time}
              aria-invalid={isMissing}
              aria-describedby={isMissing ? "time-missing" : undefined}
              onInput={(event) => setTime(event.currentTarget.value)}
              onKeyDown={(event) => event.key === "Enter" && use()}
            />
          </label>
          <button type="button" class="primary" onClick={use}>
            {words.useDate}
          </button>
          {isMissing && (
            <p class="error" id="time-missing" role="alert">
              {words.timeMissing}
            </p>
          )}
        </div>
      )}
    </section>
  );
}

function format(locale: string, looks: Intl.DateTimeFormatOptions, day: Day): string {
  return new Intl.DateTimeFormat(locale, { ...looks, timeZone: "UTC", calendar: "gregory" }).format(noon(day));
}
