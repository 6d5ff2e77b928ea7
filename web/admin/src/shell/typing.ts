/** Whether keys that arrive here are text, or belong to a widget that takes letters itself. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  return (
    target.closest('input, textarea, select, [contenteditable="true"], [role="application"], [role="menu"], [role="listbox"]') !== null
  );
}
