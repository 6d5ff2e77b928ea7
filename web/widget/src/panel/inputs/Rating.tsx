/** A scale. With a word for each step it is a list, else a row of numbers with words at its ends. */
import { usePanel } from "../context.ts";
import { type AskProps, numberOf } from "./ask.ts";

export function Rating({ awaiting, labelledBy, answer }: AskProps) {
  const { locale } = usePanel();
  const from = numberOf(awaiting, "from") ?? 1;
  const to = numberOf(awaiting, "to") ?? 5;
  const labels = (awaiting.labels ?? {}) as Record<string, string>;
  const steps = Array.from({ length: Math.min(101, Math.max(0, to - from + 1)) }, (_, at) => from + at);
  const isList = steps.length <= 7 && steps.every((it) => labels[it]);
  const format = new Intl.NumberFormat(locale);
  const say = (step: number) =>
    answer({ text: String(step) }, labels[step] ? `${format.format(step)} – ${labels[step]}` : format.format(step));
  const button = (step: number) => (
    <button
      key={step}
      type="button"
      class={isList ? "choice step-line" : "step"}
      aria-label={!isList && labels[step] ? `${format.format(step)}, ${labels[step]}` : undefined}
      onClick={() => say(step)}
    >
      <span class="step-number">{format.format(step)}</span>
      {isList && <bdi>{labels[step]}</bdi>}
    </button>
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset needs a legend, and the question stands above as a message.
    <div class={isList ? "choices" : "rating"} role="group" aria-labelledby={labelledBy}>
      {isList ? steps.map(button) : <div class="steps">{steps.map(button)}</div>}
      {!isList && (labels[from] || labels[to]) && (
        <div class="ends" aria-hidden="true">
          <span>{labels[from]}</span>
          <span>{labels[to]}</span>
        </div>
      )}
    </div>
  );
}
