/** When somebody last used the app, in whichever of its tabs. */
const EVENTS = ["pointerdown", "keydown", "wheel", "touchstart"] as const;

let usedAt = Date.now();

export const lastUsedAt = (): number => usedAt;

/** Whether somebody was here lately and looks at this tab: only then does a screen ask for news by itself. */
export function isAttended(): boolean {
  return document.visibilityState === "visible" && Date.now() - usedAt < 120_000;
}

/** Begins to notice use. Returns how to stop. */
export function noticeUse(): () => void {
  const note = () => {
    usedAt = Date.now();
  };
  note();
  for (const event of EVENTS) addEventListener(event, note, { passive: true, capture: true });
  return () => {
    for (const event of EVENTS) removeEventListener(event, note, { capture: true });
  };
}
