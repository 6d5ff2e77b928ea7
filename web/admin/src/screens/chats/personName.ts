/** How a person at the desk is called. */
import type { DeskUser } from "../../api/desk.ts";

/** The name, else the customer's own id; null for who is unknown. */
export const personName = ({ name, external_id }: Pick<DeskUser, "name" | "external_id">): string | null =>
  name.trim() || external_id || null;
