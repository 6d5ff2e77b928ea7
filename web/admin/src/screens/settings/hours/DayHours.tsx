/** The hours of one day of the week: none, one span, or several. */
import { ActionIcon, Button } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import classes from "./HoursScreen.module.css";
import { type DayForm, faultOf, inputOf, nextSpan } from "./hoursForm.ts";

export function DayHours({ day, onChange }: { day: DayForm; onChange: (spans: DayForm["spans"]) => void }) {
  const { t } = useTranslation("hours");
  const id = useId();
  const name = t(`days.${day.day}`);
  const fault = faultOf(day);
  const change = (at: number, end: "from" | "to", value: string) =>
    onChange(day.spans.map((it, place) => (place === at ? { ...it, [end]: value } : it)));
  return (
    <fieldset className={classes.day} aria-describedby={fault ? id : undefined}>
      <legend>{name}</legend>
      <div className={classes.spans}>
        {day.spans.length === 0 ? <span className="muted small">{t("closedDay")}</span> : null}
        {day.spans.map((span, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a span has nothing else that is its own
          <span key={at} className={classes.span}>
            {(["from", "to"] as const).map((end) => (
              <input
                key={end}
                type="time"
                className={classes.time}
                aria-label={t(end, { day: name })}
                aria-invalid={fault !== null}
                value={inputOf(span[end])}
                onChange={(event) => change(at, end, event.currentTarget.value)}
              />
            ))}
            <ActionIcon
              variant="subtle"
              color="gray"
              size={28}
              aria-label={t("removeSpan", { day: name, from: span.from, to: span.to })}
              onClick={() => onChange(day.spans.filter((_, place) => place !== at))}
            >
              <IconX size={16} aria-hidden />
            </ActionIcon>
          </span>
        ))}
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={14} aria-hidden />}
          aria-label={t("addSpanTo", { day: name })}
          onClick={() => onChange([...day.spans, nextSpan(day)])}
        >
          {t("addSpan")}
        </Button>
        {fault ? (
          <p id={id} className={classes.fault} role="alert">
            {t(`faults.${fault}`)}
          </p>
        ) : null}
      </div>
    </fieldset>
  );
}
