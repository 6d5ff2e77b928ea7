/** What is known of the chat itself. */
import { useTranslation } from "react-i18next";
import type { DeskChat } from "../../api/desk.ts";
import { AnchorLink } from "../../ui/links.tsx";
import { useFormat } from "../../ui/useFormat.ts";
import classes from "./PersonColumn.module.css";

/** Times where the person is, if that is told. */
function timeThere(zone: unknown, language: string): string | null {
  if (typeof zone !== "string") return null;
  try {
    return new Intl.DateTimeFormat(language, { timeStyle: "short", timeZone: zone }).format(new Date());
  } catch {
    return null;
  }
}

export function ChatFacts({ chat: { session, user, agents, variables } }: { chat: DeskChat }) {
  const { t, i18n } = useTranslation(["chats", "logs"]);
  const format = useFormat();
  const { page } = session.metadata ?? {};
  const there = timeThere(user.fields.user_timezone, i18n.language);
  const names = Object.keys(variables);
  const rows: [string, string | null][] = [
    [t("facts.started"), format.dateTime(session.created_at)],
    [t("facts.language"), session.language],
    [t("facts.page"), typeof page === "string" ? page : null],
    [t("facts.localTime"), there],
    [t("facts.agents"), agents.length > 0 ? format.list(agents.map((it) => it.name)) : null],
    ...names.map((name): [string, string | null] => {
      const value = variables[name];
      return [name, typeof value === "string" ? value : JSON.stringify(value)];
    }),
  ];
  return (
    <>
      <dl className={classes.fields}>
        {rows.map(([label, value]) =>
          value === null ? null : (
            <div key={label}>
              <dt>{label}</dt>
              <dd dir="auto">{value}</dd>
            </div>
          ),
        )}
      </dl>
      <AnchorLink to="/logs/$sessionId" params={{ sessionId: session.id }} size="sm">
        {t("facts.log")}
      </AnchorLink>
    </>
  );
}
