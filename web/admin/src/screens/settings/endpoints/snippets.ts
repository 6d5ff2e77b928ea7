/** The receivers of `examples/` and the snippets of the guide, taken from there, so that what is shown is what the tests run. */

import guide from "../../../../../../docs/guides/receiving.md?raw";
import python from "../../../../../../examples/receivers/receiver.py?raw";
import rust from "../../../../../../examples/receivers/receiver.rs?raw";
import typescript from "../../../../../../examples/receivers/receiver.ts?raw";

export interface Snippet {
  language: string;
  code: string;
  /** Whether the tests run it. */
  tested: boolean;
}

/** The first fenced block below a heading of the guide. */
function fromGuide(heading: string): string {
  const section = guide.split(/^## /m).find((it) => it.startsWith(`${heading}\n`));
  const code = section && /^```\w+\n([\s\S]*?)^```/m.exec(section)?.[1];
  if (!code) throw new Error(`the guide to receiving has no code under “${heading}”`);
  return code.trimEnd();
}

export const SNIPPETS: Snippet[] = [
  { language: "TypeScript", code: typescript.trimEnd(), tested: true },
  { language: "Python", code: python.trimEnd(), tested: true },
  { language: "Rust", code: rust.trimEnd(), tested: true },
  { language: "Java", code: fromGuide("Java"), tested: true },
  { language: "C#", code: fromGuide("C#"), tested: false },
  { language: "PHP", code: fromGuide("PHP"), tested: false },
  { language: "Go", code: fromGuide("Go"), tested: false },
];
