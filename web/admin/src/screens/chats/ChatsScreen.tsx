/** CHATS, the live desk: the lists, the chat that is open, and the person in it, beside each other where there is room. */
import { useParams } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLive } from "../../desk/live.ts";
import { Page } from "../../shell/Page.tsx";
import { ChatColumn } from "./ChatColumn.tsx";
import classes from "./ChatsScreen.module.css";
import { ConnectionBanner } from "./ConnectionBanner.tsx";
import { ListColumn } from "./ListColumn.tsx";
import { PersonColumn } from "./PersonColumn.tsx";
import { useDeskKeys } from "./useDeskKeys.ts";

export function ChatsScreen() {
  const { t } = useTranslation("chats");
  const { sessionId = null } = useParams({ strict: false });
  // On narrow screens the person is behind a button.
  const [isPersonShown, setPersonShown] = useState(false);
  const desk = useRef<HTMLDivElement>(null);
  useEffect(() => {
    useLive.setState({ openChat: sessionId });
    setPersonShown(false);
    return () => useLive.setState({ openChat: null });
  }, [sessionId]);
  useDeskKeys(desk);
  return (
    <Page title={t("title")} layout="full">
      <ConnectionBanner />
      <div ref={desk} className={classes.desk} data-desk data-at={sessionId === null ? "list" : isPersonShown ? "person" : "chat"}>
        <ListColumn open={sessionId} />
        {sessionId === null ? (
          <section className={classes.nothing} aria-label={t("conversation")} data-column="chat" tabIndex={-1}>
            <p>{t("chooseOne")}</p>
          </section>
        ) : (
          <>
            <ChatColumn key={`chat ${sessionId}`} id={sessionId} onPerson={() => setPersonShown(true)} />
            <PersonColumn key={`person ${sessionId}`} id={sessionId} onBack={() => setPersonShown(false)} />
          </>
        )}
      </div>
    </Page>
  );
}
