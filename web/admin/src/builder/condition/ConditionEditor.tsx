/** Edits a condition as a plain sentence: what is looked at, how it is compared, with what. Groups join conditions by all, any, not. */
import { ActionIcon, Button, NativeSelect, TagsInput, TextInput } from "@mantine/core";
import { IconFolderPlus, IconPlus, IconTrash } from "@tabler/icons-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { GROUPS, isGroup, type OperatorInfo } from "../catalogue/operators.ts";
import { useBuilder, useEditor } from "../context.ts";
import { useKnownFields, useKnownNames } from "../form/fields.ts";
import { DurationInput } from "../form/widgets/duration.tsx";
import { literal, literalText } from "../form/widgets/map.tsx";
import type { Box, Condition } from "../model/document.ts";
import { fieldType } from "../model/references.ts";
import classes from "./ConditionEditor.module.css";
import { operatorName } from "./sentence.ts";
import { emptyCondition, knownValues, suitedOperators } from "./suited.ts";

export interface ConditionEditorProps {
  box: Box;
  value: Condition;
  onChange: (value: Condition) => void;
  /** Takes this condition out of its group. */
  onRemove?: (() => void) | undefined;
  readOnly: boolean;
  /** What is edited, for screen readers. */
  label: string;
  id?: string;
}

export function ConditionEditor(props: ConditionEditorProps) {
  return isGroup(props.value.op) ? <GroupEditor {...props} /> : <LeafEditor {...props} />;
}

function GroupEditor({ box, value, onChange, onRemove, readOnly, label, id }: ConditionEditorProps) {
  const { t } = useTranslation("builder");
  const { catalogue } = useBuilder();
  const inner = Array.isArray(value.of) ? value.of : value.of ? [value.of] : [];
  const isNot = value.op === "not";
  const set = (of: Condition[]): void => onChange({ op: value.op, of: isNot ? (of[0] ?? newLeaf()) : of });
  const newLeaf = (): Condition => {
    const { usual, others } = suitedOperators(box, catalogue);
    const first = usual[0] ?? others.find((it) => it.hasSubject) ?? others[0];
    return first ? emptyCondition(first) : { op: "is_set" };
  };
  return (
    <fieldset className={classes.group} aria-label={label}>
      <div className={classes.line}>
        <NativeSelect
          id={id}
          aria-label={t("condition.join")}
          disabled={readOnly}
          value={value.op}
          data={GROUPS.map((it) => ({ value: it, label: t(`condition.group_${it}`) }))}
          onChange={(event) => {
            const op = event.target.value;
            onChange(
              op === "not"
                ? { op, of: inner.length > 1 ? { op: "all", of: inner } : (inner[0] ?? newLeaf()) }
                : { op, of: inner.length ? inner : [newLeaf()] },
            );
          }}
        />
        {onRemove && !readOnly ? <Remove onClick={onRemove} name={label} /> : null}
      </div>
      {inner.map((it, place) => (
        <ConditionEditor
          // Conditions of a group have no identity beyond their place.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          key={place}
          box={box}
          value={it}
          readOnly={readOnly}
          label={t("condition.part", { place: place + 1, of: inner.length })}
          onChange={(next) => set(inner.map((other, at) => (at === place ? next : other)))}
          onRemove={inner.length > 1 ? () => set(inner.filter((_, at) => at !== place)) : undefined}
        />
      ))}
      {readOnly || isNot ? null : (
        <div className={classes.line}>
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => set([...inner, newLeaf()])}
          >
            {t("condition.add")}
          </Button>
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconFolderPlus size={14} aria-hidden />}
            onClick={() => set([...inner, { op: value.op === "all" ? "any" : "all", of: [newLeaf()] }])}
          >
            {t("condition.add_group")}
          </Button>
        </div>
      )}
    </fieldset>
  );
}

/** The answer is no field, and no field can have this name. */
const ANSWER = "";

function LeafEditor({ box, value, onChange, onRemove, readOnly, label, id }: ConditionEditorProps) {
  const { t } = useTranslation("builder");
  const { catalogue } = useBuilder();
  const document = useEditor((it) => it.document);
  const fields = useKnownFields();
  const asks = catalogue.find(box.type)?.asks ?? false;
  const savedTo = typeof box.save_to === "string" ? box.save_to : undefined;
  const type = fieldType(document, value.field ?? savedTo ?? "");
  const { usual, others } = suitedOperators(box, catalogue, value.field || !savedTo ? (value.field ? type : undefined) : type);
  const info = catalogue.operators.find((it) => it.op === value.op);
  const all = [...usual, ...others];
  const listed = all.some((it) => it.op === value.op) || !info ? all : [...all, info];
  const option = (it: OperatorInfo) => ({ value: it.op, label: operatorName(it.op, t) });
  return (
    <fieldset className={classes.leaf} aria-label={label}>
      {info?.hasSubject || value.field !== undefined ? (
        <NativeSelect
          aria-label={t("condition.subject")}
          disabled={readOnly}
          value={value.field ?? ANSWER}
          onChange={(event) => {
            const { field: _, ...rest } = value;
            onChange(event.target.value === ANSWER ? rest : { ...rest, field: event.target.value });
          }}
        >
          <option value={ANSWER} disabled={!asks}>
            {asks ? t("condition.answer") : t("condition.choose_field")}
          </option>
          {value.field && !fields.some((it) => it.name === value.field) ? <option value={value.field}>{value.field}</option> : null}
          <FieldOptions fields={fields} />
        </NativeSelect>
      ) : null}
      <NativeSelect
        id={id}
        aria-label={t("condition.operator")}
        disabled={readOnly}
        value={value.op}
        onChange={(event) => {
          const next = event.target.value;
          if (isGroup(next)) return onChange({ op: next, of: next === "not" ? value : [value] });
          const it = catalogue.operators.find((other) => other.op === next);
          if (it) onChange(emptyCondition(it, it.hasSubject || !value.field ? value : { op: value.op, value: value.value }));
        }}
      >
        {info ? null : <option value={value.op}>{operatorName(value.op, t)}</option>}
        {usual.length ? (
          <optgroup label={t("condition.usual")}>
            {usual.map(option).map((it) => (
              <option key={it.value} value={it.value}>
                {it.label}
              </option>
            ))}
          </optgroup>
        ) : null}
        <optgroup label={t(usual.length ? "condition.others" : "condition.all_operators")}>
          {listed
            .filter((it) => !usual.includes(it))
            .map(option)
            .map((it) => (
              <option key={it.value} value={it.value}>
                {it.label}
              </option>
            ))}
        </optgroup>
        <optgroup label={t("condition.groups")}>
          {GROUPS.map((it) => (
            <option key={it} value={it}>
              {t(`condition.group_${it}`)}
            </option>
          ))}
        </optgroup>
      </NativeSelect>
      {info ? <Operands box={box} info={info} value={value} onChange={onChange} readOnly={readOnly} type={type} /> : null}
      {onRemove && !readOnly ? <Remove onClick={onRemove} name={label} /> : null}
    </fieldset>
  );
}

function FieldOptions({ fields }: { fields: ReturnType<typeof useKnownFields> }) {
  const { t } = useTranslation("builder");
  const groups = (["bot", "used", "workspace", "built_in"] as const).map(
    (from) => [from, fields.filter((it) => it.from === from)] as const,
  );
  return groups.map(([from, list]) =>
    list.length ? (
      <optgroup key={from} label={t(`form.from_${from}`)}>
        {list.map((it) => (
          <option key={it.name} value={it.name}>
            {it.name}
          </option>
        ))}
      </optgroup>
    ) : null,
  );
}

interface OperandsProps {
  box: Box;
  info: OperatorInfo;
  value: Condition;
  onChange: (value: Condition) => void;
  readOnly: boolean;
  type: string | undefined;
}

function Operands({ box, info, value, onChange, readOnly, type }: OperandsProps) {
  const { t } = useTranslation("builder");
  const { catalogue } = useBuilder();
  const id = useId();
  const flags = useKnownNames("flags");
  const list = value.values ?? (value.value === undefined ? [] : [value.value]);
  if (info.compares === "nothing") return null;
  if (info.compares === "two") {
    const change = (place: number, text: string): void =>
      onChange({ ...value, values: [0, 1].map((it) => (it === place ? operand(text, info) : (list[it] ?? ""))) });
    return (
      <div className={classes.bounds}>
        {[0, 1].map((place) => (
          <TextInput
            key={place}
            aria-label={t(place ? "condition.high" : "condition.low")}
            placeholder={t(place ? "condition.high" : "condition.low")}
            readOnly={readOnly}
            value={literalText(list[place])}
            onChange={(event) => change(place, event.target.value)}
          />
        ))}
      </div>
    );
  }
  if (info.compares === "one") {
    return (
      <DurationInput
        id={id}
        label={t("condition.length")}
        readOnly={readOnly}
        value={list[0] === undefined ? "" : String(list[0])}
        onChange={(next) => onChange({ ...value, value: next })}
      />
    );
  }
  const offers = info.op.endsWith("_flag") ? flags.map((it) => ({ value: it, label: it })) : value.field ? [] : knownValues(box, catalogue);
  if (offers.length && /choice|split/.test(info.op))
    return <OneOf offers={offers} list={list} onChange={(next) => onChange(withValues(value, next))} readOnly={readOnly} />;
  return (
    <TagsInput
      aria-label={t("condition.values")}
      className={classes.values}
      placeholder={list.filter((it) => it !== "").length ? undefined : placeholderOf(info, type, t)}
      disabled={readOnly}
      acceptValueOnBlur
      splitChars={[]}
      data={offers.map((it) => it.value)}
      comboboxProps={{ withinPortal: false }}
      value={list.filter((it) => it !== "").map(literalText)}
      onChange={(next) =>
        onChange(
          withValues(
            value,
            next.map((it) => operand(it, info)),
          ),
        )
      }
    />
  );
}

/** Choices by their labels, several at once. */
function OneOf({
  offers,
  list,
  onChange,
  readOnly,
}: {
  offers: { value: string; label: string }[];
  list: unknown[];
  onChange: (list: unknown[]) => void;
  readOnly: boolean;
}) {
  const { t } = useTranslation("builder");
  const picked = list.map(String).filter((it) => it !== "");
  if (picked.length <= 1) {
    const value = picked[0] ?? "";
    const unknown = value !== "" && !offers.some((it) => it.value === value);
    return (
      <div className={classes.line}>
        <NativeSelect
          aria-label={t("condition.values")}
          className={classes.values}
          disabled={readOnly}
          value={value}
          data={[
            { value: "", label: t("condition.choose_value"), disabled: true },
            ...(unknown ? [{ value, label: value }] : []),
            ...offers,
          ]}
          onChange={(event) => onChange([event.target.value])}
        />
        {readOnly || !value ? null : (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("condition.or_another")}
            onClick={() => onChange([value, offers.find((it) => it.value !== value)?.value ?? value])}
          >
            <IconPlus size={16} aria-hidden />
          </ActionIcon>
        )}
      </div>
    );
  }
  return (
    <TagsInput
      aria-label={t("condition.values")}
      className={classes.values}
      disabled={readOnly}
      data={offers.map((it) => it.value)}
      comboboxProps={{ withinPortal: false }}
      value={picked}
      onChange={onChange}
    />
  );
}

function withValues(value: Condition, list: unknown[]): Condition {
  const { value: _, values: __, ...rest } = value;
  return list.length > 1 ? { ...rest, values: list } : { ...rest, value: list[0] ?? "" };
}

/** Numbers and truth are kept as such where the operator takes them. */
function operand(text: string, info: OperatorInfo): unknown {
  const made = literal(text);
  return info.valueTypes.includes(typeof made) || (typeof made === "number" && info.valueTypes.includes("integer")) ? made : text;
}

function placeholderOf(info: OperatorInfo, type: string | undefined, t: (key: string) => string): string {
  if (info.op.endsWith("_flag")) return t("condition.hint_flag");
  if (info.op === "before" || info.op === "after" || info.op === "on" || type === "date" || type === "date_time")
    return t("condition.hint_moment");
  return t("condition.hint_values");
}

function Remove({ onClick, name }: { onClick: () => void; name: string }) {
  const { t } = useTranslation("builder");
  return (
    <ActionIcon variant="subtle" color="gray" aria-label={t("form.remove", { name })} onClick={onClick}>
      <IconTrash size={16} aria-hidden />
    </ActionIcon>
  );
}
