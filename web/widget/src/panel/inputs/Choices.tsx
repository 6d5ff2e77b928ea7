/** One of several, as buttons; several of several, as boxes to tick. */
import { useState } from "preact/hooks";
import { type Choice, choicesOf } from "../../chat/speech.ts";
import { usePanel } from "../context.ts";
import { Icon } from "../Icon.tsx";
import type { AskProps } from "./ask.ts";

export function Choices({ awaiting, labelledBy, answer }: AskProps) {
  const { words } = usePanel();
  const choices = choicesOf(awaiting);
  const label = ({ value, label }: Choice) => {
    // The server says these two in English only.
    if (awaiting.kind === "yes_no" && value === "yes") return words.yes;
    if (awaiting.kind === "yes_no" && value === "no") return words.no;
    return label;
  };
  if (awaiting.many === true) return <Many choices={choices} labelledBy={labelledBy} answer={answer} />;
  const isShort = choices.length <= 3 && choices.every((it) => it.label.length <= 14);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset needs a legend, and the question stands above as a message.
    <div class={`choices ${isShort ? "choices-row" : ""}`} role="group" aria-labelledby={labelledBy}>
      {choices.map((it) => (
        <button key={it.value} type="button" class="choice" onClick={() => answer({ choice: it.value }, label(it))}>
          <bdi>{label(it)}</bdi>
        </button>
      ))}
    </div>
  );
}

function Many({ choices, labelledBy, answer }: { choices: Choice[] } & Pick<AskProps, "labelledBy" | "answer">) {
  const { words } = usePanel();
  const [picked, setPicked] = useState<readonly string[]>([]);
  const flip = (value: string) => setPicked(picked.includes(value) ? picked.filter((it) => it !== value) : [...picked, value]);
  const send = () => {
    const taken = choices.filter((it) => picked.includes(it.value));
    answer({ choices: taken.map((it) => it.value) }, taken.map((it) => it.label).join(", "));
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset needs a legend, and the question stands above as a message.
    <div class="choices" role="group" aria-labelledby={labelledBy}>
      {choices.map((it) => (
        <label key={it.value} class="choice tick">
          <input type="checkbox" checked={picked.includes(it.value)} onChange={() => flip(it.value)} />
          <span class="box">
            <Icon name="check" />
          </span>
          <bdi>{it.label}</bdi>
        </label>
      ))}
      <button type="button" class="primary" aria-disabled={picked.length === 0} onClick={() => picked.length > 0 && send()}>
        {picked.length === 0 ? words.chooseSome : words.sendCount(picked.length)}
      </button>
    </div>
  );
}
