/** Puts what the server says of single inputs beside them. */
import type { Problem } from "../api/problem.ts";

/** Messages by the name of the input. `names` maps JSON pointers that differ from the form's own names. */
export function inputErrors(problem: Problem | null, known: readonly string[], names: Record<string, string> = {}): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { pointer, message } of problem?.errors ?? []) {
    const top = pointer.split("/")[1] ?? "";
    const name = names[pointer] ?? names[`/${top}`] ?? top;
    if (known.includes(name)) found[name] ??= message;
  }
  return found;
}
