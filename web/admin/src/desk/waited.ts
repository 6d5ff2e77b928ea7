/** How long somebody has waited, as a clock shows it: `0:40`, `12:05`, `1:02:10`. */
export function clock(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/** How long ago something was, to the second as long as that matters: “2 sec. ago”, “3 min. ago”. */
export function ago(seconds: number, language: string): string {
  const format = new Intl.RelativeTimeFormat(language, { style: "short" });
  return seconds < 60 ? format.format(-seconds, "second") : format.format(-Math.floor(seconds / 60), "minute");
}
