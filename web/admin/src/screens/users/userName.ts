/** How a user is called, from what is known. */
import type { User } from "../../api/users.ts";

const text = (value: unknown): string => (typeof value === "string" ? value.trim() : "");

/** The name, or null when nobody has told one. */
export function userName({ fields }: Pick<User, "fields">): string | null {
  const whole = text(fields.user_name);
  if (whole) return whole;
  return [text(fields.user_fname), text(fields.user_lname)].filter(Boolean).join(" ") || null;
}
