/** Function ids: the short names that the API calls bots by. */

/** 1 to 64 letters, digits, `_` or `-`, as the server has it. */
export const isFunctionId = (text: string): boolean => /^[A-Za-z0-9_-]{1,64}$/.test(text);

/** A function id from a bot's name: “Doctor's appointment” becomes `DoctorsAppointment`. */
export function suggestFunctionId(name: string, taken: ReadonlySet<string> = new Set()): string {
  const words = name
    .normalize("NFKD")
    .replaceAll(/\p{M}|['’]/gu, "")
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
  const base = (words.map((it) => it.charAt(0).toUpperCase() + it.slice(1)).join("") || "Bot").slice(0, 60);
  if (!taken.has(base)) return base;
  for (let count = 2; ; count += 1) if (!taken.has(`${base}${count}`)) return `${base}${count}`;
}
