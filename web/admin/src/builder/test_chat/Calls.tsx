/** What the webhook would have got, and the calls of External APIs. In a test nothing of it is sent unless one asks for it. */
import { useTranslation } from "react-i18next";
import { CodeBlock } from "../CodeBlock.tsx";
import type { Turn } from "./session.ts";
import classes from "./TestChat.module.css";

export function Calls({ turns }: { turns: readonly Turn[] }) {
  const { t } = useTranslation("builder");
  const all = turns.flatMap(({ step }) => [
    ...step.events.map((it) => ({ title: it.type, body: it.data })),
    ...(step.call ? [{ title: `${step.call.method} ${step.call.url}`, body: step.call.body }] : []),
  ]);
  if (!all.length) return <p className={classes.note}>{t("test.no_calls")}</p>;
  return (
    <div className={classes.calls}>
      <p className={classes.note}>{t("test.calls_hint")}</p>
      {all.map((it, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: what happened never changes places
        <details key={place}>
          <summary>
            <code>{it.title}</code>
          </summary>
          <CodeBlock label={it.title} text={JSON.stringify(it.body, null, 2)} />
        </details>
      ))}
    </div>
  );
}
