/** Fills `{field}` in a canned reply, before it is sent: the agent sees what goes out. */

/** What the server shows in place of what is sensitive: nothing to say to anybody. */
const MASK = "•••";

export function fill(text: string, fields: Readonly<Record<string, unknown>>): string {
  return text.replaceAll(/\{([a-z_][\w.]*)\}/gi, (whole, name: string) => {
    const value = fields[name];
    if (typeof value === "number") return String(value);
    return typeof value === "string" && value !== "" && value !== MASK ? value : whole;
  });
}

/** The names that stayed open: what the agent has to fill in. */
export const open = (text: string): string[] => [...text.matchAll(/\{([a-z_][\w.]*)\}/gi)].map((it) => it[1] ?? "");
