/** Times as the browser's own input has them: `2026-11-26T14:02`, in the zone of whoever sits there. */

/** For the input's value. */
export function localInput(at: number): string {
  const date = new Date(at);
  const local = new Date(at - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** The instant of an input's value, as the API takes it; null if it is none. */
export function readLocalInput(text: string): string | null {
  const at = new Date(text);
  return text && Number.isFinite(at.getTime()) ? at.toISOString() : null;
}
