/** Phones: the panel fills what is really visible, which shrinks when the keyboard comes. */

export const PHONE = "(max-width: 600px)";

/** Keeps an element within the visual viewport until the answer is called. */
export function fillVisible(panel: HTMLElement): () => void {
  const view = window.visualViewport;
  const fit = () => {
    // Whoever zooms in with two fingers wants to see a part of it large, not all of it small.
    if (!view || view.scale > 1.01) return;
    const places = { top: view.offsetTop, left: view.offsetLeft, width: view.width, height: view.height };
    for (const [name, value] of Object.entries(places)) panel.style.setProperty(`--view-${name}`, `${value}px`);
  };
  fit();
  view?.addEventListener("resize", fit);
  view?.addEventListener("scroll", fit);
  return () => {
    view?.removeEventListener("resize", fit);
    view?.removeEventListener("scroll", fit);
  };
}

/** Takes the page behind out of reach, and answers with how to give it back as it was. */
export function holdPage(): () => void {
  const { documentElement: root, body } = document;
  const before = { overflow: root.style.overflow, inert: body.inert };
  root.style.overflow = "hidden";
  body.inert = true;
  return () => {
    root.style.overflow = before.overflow;
    body.inert = before.inert;
  };
}

/** The scheme that the page shows: what it says itself, else what light browsers paint. */
export function schemeOfPage(): "light" | "dark" {
  const words = getComputedStyle(document.documentElement).colorScheme.split(/\s+/);
  const meta = document.querySelector('meta[name="color-scheme"]')?.getAttribute("content")?.split(/\s+/) ?? [];
  const said = words.includes("normal") ? meta : words;
  if (!said.includes("dark")) return "light";
  return said.includes("light") && !matchMedia("(prefers-color-scheme: dark)").matches ? "light" : "dark";
}
