/** A document and whether somebody agrees to it: an address is a link, a long text can be read in place. */
import { safeHref } from "../../markdown/parse.ts";
import { usePanel } from "../context.ts";
import { Icon } from "../Icon.tsx";
import { Markdown, OutLink } from "../Markdown.tsx";
import { type AskProps, textOf } from "./ask.ts";

const LONG = 160;

export function Consent({ awaiting, labelledBy, answer }: AskProps) {
  const { words } = usePanel();
  const document = textOf(awaiting, "document") ?? "";
  const version = textOf(awaiting, "version");
  const address = /^https?:\/\/\S+$/.test(document) ? safeHref(document) : null;
  const isLong = !address && (document.length > LONG || document.includes("\n"));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset needs a legend, and the question stands above as a message.
    <div class="consent" role="group" aria-labelledby={labelledBy}>
      <div class="document">
        <Icon name="file" />
        <div class="document-words">
          {address && <OutLink href={address}>{words.document}</OutLink>}
          {!address && !isLong && <strong dir="auto">{document}</strong>}
          {isLong && (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
            <section class="document-text" tabIndex={0} aria-label={words.document} dir="auto">
              <Markdown text={document} />
            </section>
          )}
          {version && <span class="fine">{words.version(version)}</span>}
        </div>
      </div>
      <div class="choices choices-row">
        <button type="button" class="primary" onClick={() => answer({ choice: "yes" }, words.agree)}>
          {words.agree}
        </button>
        <button type="button" class="choice" onClick={() => answer({ choice: "no" }, words.disagree)}>
          {words.disagree}
        </button>
      </div>
    </div>
  );
}
