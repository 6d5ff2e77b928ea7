/** The light Markdown that bots speak: bold, italics, links, lists. Everything else is plain text. */
import { Fragment, type ReactNode } from "react";

export function Markdown({ text }: { text: string }) {
  return text.split(/\n{2,}/).map((part, place) => {
    const lines = part.split("\n");
    // Parts of a text that never changes have no identity beyond their place.
    const key = place;
    if (lines.every((it) => /^\s*[-*]\s+/.test(it))) {
      return (
        <ul key={key}>
          {lines.map((it, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <li key={at}>{inline(it.replace(/^\s*[-*]\s+/, ""))}</li>
          ))}
        </ul>
      );
    }
    return (
      <p key={key}>
        {lines.map((it, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <Fragment key={at}>
            {at ? <br /> : null}
            {inline(it)}
          </Fragment>
        ))}
      </p>
    );
  });
}

const SPAN = /\*\*(.+?)\*\*|\*(.+?)\*|_(.+?)_|\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)/g;

function inline(text: string): ReactNode[] {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const match of text.matchAll(SPAN)) {
    parts.push(text.slice(at, match.index));
    const [whole, bold, star, low, label, url] = match;
    if (bold) parts.push(<strong key={match.index}>{bold}</strong>);
    else if (label && url) {
      parts.push(
        <a key={match.index} href={url} target="_blank" rel="noreferrer">
          {label}
        </a>,
      );
    } else parts.push(<em key={match.index}>{star ?? low}</em>);
    at = match.index + whole.length;
  }
  parts.push(text.slice(at));
  return parts;
}
