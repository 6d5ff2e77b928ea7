/** The person in the open chat: flags, fields, what is known of the chat, its way through the boxes, and earlier chats. */
import { ActionIcon } from "@mantine/core";
import { IconArrowLeft, IconShieldCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { DeskChat } from "../../api/desk.ts";
import { useMay } from "../../api/me.ts";
import { deskChatQuery } from "../../desk/cache.ts";
import { AnchorLink } from "../../ui/links.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { ChatFacts } from "./ChatFacts.tsx";
import { Group } from "./Group.tsx";
import { PastChats } from "./PastChats.tsx";
import classes from "./PersonColumn.module.css";
import { PersonFields } from "./PersonFields.tsx";
import { PersonFlags } from "./PersonFlags.tsx";
import { personName } from "./personName.ts";
import { Way } from "./Way.tsx";

export function PersonColumn({ id, onBack }: { id: string; onBack: () => void }) {
  const { t } = useTranslation("chats");
  // The column beside it tells of loading and of faults.
  const { data: chat } = useQuery(deskChatQuery(id));
  return (
    <aside className={classes.column} aria-label={t("person")} data-column="person" tabIndex={-1}>
      <div className={classes.head}>
        <ActionIcon className={classes.back} variant="subtle" color="gray" size={30} aria-label={t("toChat")} onClick={onBack}>
          <IconArrowLeft size={18} aria-hidden />
        </ActionIcon>
        {chat ? <Who chat={chat} /> : null}
      </div>
      {chat ? (
        <>
          <Group name="flags" title={t("flags.title")}>
            <PersonFlags chat={chat} />
          </Group>
          <Group name="fields" title={t("fields.title")}>
            <PersonFields chat={chat} />
          </Group>
          <Group name="facts" title={t("facts.title")}>
            <ChatFacts chat={chat} />
          </Group>
          <Group name="way" title={t("way.title")}>
            <Way chat={chat} />
          </Group>
          <Group name="past" title={t("past.title")}>
            <PastChats chat={chat} />
          </Group>
        </>
      ) : null}
    </aside>
  );
}

function Who({ chat: { user, session } }: { chat: DeskChat }) {
  const { t } = useTranslation("chats");
  const may = useMay();
  const name = personName(user) ?? t("unnamed");
  const isVerified = session.metadata?.verified === true;
  return (
    <div>
      <h2 dir="auto">
        {may("view_users") ? (
          <AnchorLink to="/users/$userId" params={{ userId: user.id }} inherit data-focus-first>
            {name}
          </AnchorLink>
        ) : (
          name
        )}
      </h2>
      <Tag tone={isVerified ? "success" : "neutral"} icon={isVerified ? IconShieldCheck : undefined}>
        {t(isVerified ? "verified" : "notVerified")}
      </Tag>
    </div>
  );
}
