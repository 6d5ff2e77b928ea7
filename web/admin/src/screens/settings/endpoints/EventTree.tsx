/** Which events an endpoint takes: groups that can be ticked as a whole, with what each type means. */
import { Button, Checkbox } from "@mantine/core";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { EVENT_GROUPS, EVENT_TYPES, NAMED_ONLY } from "../../../api/events.ts";
import type { EventType } from "../../../api/webhooks.ts";
import { SearchField } from "../../../ui/SearchField.tsx";
import { Tag } from "../../../ui/Tag.tsx";
import classes from "./EventTree.module.css";

interface Props {
  chosen: EventType[];
  onChange: (chosen: EventType[]) => void;
  error?: string | undefined;
}

export function EventTree({ chosen, onChange, error }: Props) {
  const { t } = useTranslation(["endpoints", "events"]);
  const [search, setSearch] = useState("");
  const id = useId();
  const wanted = search.trim().toLocaleLowerCase();
  const fits = (type: EventType) => !wanted || type.includes(wanted) || t(`events:${type}`).toLocaleLowerCase().includes(wanted);
  const set = (types: readonly EventType[], on: boolean) =>
    onChange(on ? [...new Set([...chosen, ...types])] : chosen.filter((it) => !types.includes(it)));
  const groups = EVENT_GROUPS.map((group) => ({ ...group, types: group.types.filter(fits) })).filter((it) => it.types.length > 0);
  return (
    <fieldset className={classes.tree} aria-describedby={error ? `${id}-error` : undefined}>
      <legend>{t("events.legend", { count: chosen.length, all: EVENT_TYPES.length })}</legend>
      <div className={classes.bar}>
        <div className={classes.search}>
          <SearchField label={t("events.search")} value={search} onChange={setSearch} />
        </div>
        <Button size="xs" variant="default" onClick={() => set(EVENT_TYPES, true)}>
          {t("events.all")}
        </Button>
        <Button size="xs" variant="default" onClick={() => set(EVENT_TYPES, false)}>
          {t("events.none")}
        </Button>
      </div>
      {error ? (
        <p id={`${id}-error`} className={classes.error}>
          {error}
        </p>
      ) : null}
      {groups.length === 0 ? <p className="muted">{t("events.nothing")}</p> : null}
      {groups.map(({ name, types }) => {
        const on = types.filter((it) => chosen.includes(it)).length;
        return (
          <div key={name} className={classes.group}>
            <Checkbox
              label={<strong>{t(`events:groups.${name}`)}</strong>}
              checked={on === types.length}
              indeterminate={on > 0 && on < types.length}
              onChange={(event) => set(types, event.currentTarget.checked)}
            />
            <ul>
              {types.map((type) => (
                <li key={type}>
                  <Checkbox
                    label={
                      <>
                        <span className="code">{type}</span>
                        {NAMED_ONLY.includes(type) ? <Tag tone="warning">{t("events.chatText")}</Tag> : null}
                      </>
                    }
                    description={t(`events:${type}`)}
                    checked={chosen.includes(type)}
                    onChange={(event) => set([type], event.currentTarget.checked)}
                  />
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </fieldset>
  );
}
