/** A row of buttons with one tab stop: the arrow keys go from one to the next (APG toolbar). */
import { type ReactNode, useEffect, useRef } from "react";

export interface ToolbarProps {
  label: string;
  className?: string | undefined;
  vertical?: boolean;
  children: ReactNode;
}

const ITEMS = "button:not(:disabled), a[href], input:not(:disabled)";

export function Toolbar({ label, className, vertical = false, children }: ToolbarProps) {
  const frame = useRef<HTMLDivElement>(null);
  const items = (): HTMLElement[] =>
    [...(frame.current?.querySelectorAll<HTMLElement>(ITEMS) ?? [])].filter((it) => !it.closest("[role=menu]"));

  // Buttons come and go with what is selected; exactly one of those that are there is reached by the tab key.
  useEffect(() => {
    const all = items();
    const current = all.find((it) => it === document.activeElement) ?? all.find((it) => it.tabIndex === 0) ?? all[0];
    for (const it of all) it.tabIndex = it === current ? 0 : -1;
  });

  const press = (event: React.KeyboardEvent): void => {
    const [back, on] = vertical ? ["ArrowUp", "ArrowDown"] : ["ArrowLeft", "ArrowRight"];
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLElement);
    if (at < 0 || (event.target instanceof HTMLInputElement && event.key !== on && event.key !== back)) return;
    const to =
      event.key === on
        ? (at + 1) % all.length
        : event.key === back
          ? (at - 1 + all.length) % all.length
          : event.key === "Home"
            ? 0
            : event.key === "End"
              ? all.length - 1
              : -1;
    if (to < 0) return;
    event.preventDefault();
    event.stopPropagation();
    all[to]?.focus();
  };

  const enter = (event: React.FocusEvent): void => {
    const all = items();
    if (!all.includes(event.target as HTMLElement)) return;
    for (const it of all) it.tabIndex = it === event.target ? 0 : -1;
  };

  return (
    <div
      ref={frame}
      role="toolbar"
      aria-label={label}
      aria-orientation={vertical ? "vertical" : "horizontal"}
      className={className}
      onKeyDown={press}
      onFocus={enter}
    >
      {children}
    </div>
  );
}
