/** A hidden place where words are put for voices to read, and taken away again, so that nobody meets them twice. */
import { useCallback, useRef } from "preact/hooks";

/** Shorter, and some voices miss it; longer, and those who wander about find old words. */
const STAYS = 1_000;

export function useAnnouncer(): { region: preact.JSX.Element; announce(text: string): void } {
  const place = useRef<HTMLDivElement>(null);
  const announce = useCallback((text: string) => {
    if (!place.current || text === "") return;
    const line = document.createElement("div");
    line.textContent = text;
    place.current.append(line);
    setTimeout(() => line.remove(), STAYS);
  }, []);
  // Preact leaves what others put into an element that it has given no children.
  const region = <div ref={place} class="hidden announcer" aria-live="polite" aria-relevant="additions" />;
  return { region, announce };
}
