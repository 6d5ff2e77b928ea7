/** The tree of the light Markdown as elements. */
import type { Inline } from "../markdown/parse.ts";
import { parseBlocks } from "../markdown/parse.ts";
import { usePanel } from "./context.ts";

export function Markdown({ text }: { text: string }) {
  return (
    <>
      {parseBlocks(text).map((block, at) => {
        if (block.type === "paragraph") return <p key={at}>{<Words list={block.children} />}</p>;
        const items = block.items.map((it, index) => (
          <li key={index}>
            <Words list={it} />
          </li>
        ));
        return block.ordered ? (
          <ol key={at} start={block.start}>
            {items}
          </ol>
        ) : (
          <ul key={at}>{items}</ul>
        );
      })}
    </>
  );
}

function Words({ list }: { list: Inline[] }) {
  return (
    <>
      {list.map((it, at) => (
        <Word key={at} it={it} />
      ))}
    </>
  );
}

function Word({ it }: { it: Inline }) {
  switch (it.type) {
    case "text":
      return <>{it.text}</>;
    case "break":
      return <br />;
    case "code":
      return <code>{it.text}</code>;
    case "strong":
      return (
        <strong>
          <Words list={it.children} />
        </strong>
      );
    case "em":
      return (
        <em>
          <Words list={it.children} />
        </em>
      );
    case "link":
      return <OutLink href={it.href}>{<Words list={it.children} />}</OutLink>;
  }
}

/** A link out of the chat: in a tab of its own, which learns nothing of where it came from. */
export function OutLink({ href, className, children }: { href: string; className?: string; children: preact.ComponentChildren }) {
  const { words } = usePanel();
  const isPage = /^https?:/.test(href);
  return (
    <a href={href} class={className} {...(isPage ? { target: "_blank", rel: "noopener noreferrer" } : {})}>
      {children}
      {isPage && <span class="hidden"> ({words.openLink})</span>}
    </a>
  );
}
