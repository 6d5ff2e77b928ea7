/** What a form has after it was saved. */
import { same } from "../builder/model/text.ts";

/** The values that the server kept, but for those that somebody has changed while its answer was on the way. */
export function typedSince<Values extends object>(now: Values, sent: Values, saved: Values): Values {
  const kept = { ...saved };
  for (const key of Object.keys(saved) as (keyof Values)[]) if (!same(now[key], sent[key])) kept[key] = now[key];
  return kept;
}
