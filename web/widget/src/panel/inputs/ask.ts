/** What all controls for an answer are given. */
import type { Awaiting, Said } from "@smartbot/sdk";

export interface AskProps {
  awaiting: Awaiting;
  /** The id of the element with the question. */
  labelledBy: string;
  answer(said: Said, text: string): void;
}

export function numberOf(awaiting: Awaiting, key: string): number | null {
  const value = awaiting[key];
  return typeof value === "number" ? value : null;
}

export function textOf(awaiting: Awaiting, key: string): string | null {
  const value = awaiting[key];
  return typeof value === "string" && value !== "" ? value : null;
}
