/** A literal or a text with fields: what looks like a number, true or JSON is kept as such. */
import { useEffect, useRef, useState } from "react";
import { same } from "../../model/text.ts";
import type { WidgetProps } from "../widget.ts";
import { literal, literalText } from "./map.tsx";
import { LabelledTemplate } from "./template.tsx";

export function ValueWidget(props: WidgetProps) {
  const { value, onChange } = props;
  const [text, setText] = useState(() => literalText(value));
  const written = useRef(value);
  useEffect(() => {
    if (same(value, written.current)) return;
    written.current = value;
    setText(literalText(value));
  }, [value]);
  return (
    <LabelledTemplate
      {...props}
      value={text}
      onChange={(next) => {
        const typed = typeof next === "string" ? next : "";
        const made = typed === "" ? undefined : literal(typed);
        setText(typed);
        written.current = made;
        onChange(made);
      }}
    />
  );
}
