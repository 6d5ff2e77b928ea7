/** The opening hours of the workspace, as a part of its settings. */

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Day = (typeof DAYS)[number];

export interface Span {
  day: Day;
  from: string;
  /** Up to `24:00`. */
  to: string;
}

/** In the time zone of the settings. */
export interface OpeningHours {
  weekly: Span[];
  /** Days on which it is closed whatever day of the week it is. */
  closed: { date: string; note?: string }[];
}
