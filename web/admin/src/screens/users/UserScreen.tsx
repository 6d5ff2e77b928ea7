/** One user: fields, flags, and the sessions they had. */
import { Button } from "@mantine/core";
import { IconArrowLeft, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../api/me.ts";
import { type User, userQuery } from "../../api/users.ts";
import { Page } from "../../shell/Page.tsx";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { AnchorLink } from "../../ui/links.tsx";
import { QueryStates } from "../../ui/QueryStates.tsx";
import { useFormat } from "../../ui/useFormat.ts";
import { EraseDialog } from "./EraseDialog.tsx";
import { FieldsPanel } from "./FieldsPanel.tsx";
import { FlagsPanel } from "./FlagsPanel.tsx";
import { SessionsPanel } from "./SessionsPanel.tsx";
import classes from "./UserScreen.module.css";
import { userName } from "./userName.ts";

export function UserScreen() {
  const { t } = useTranslation(["users", "logs"]);
  const { userId } = useParams({ from: "/signed-in/users/$userId" });
  const may = useMay();
  const user = useQuery(userQuery(userId));
  return (
    <Page
      title={user.data ? (userName(user.data) ?? t("unnamed")) : t("one")}
      // The window's title is seen by others, kept in histories and told by screen sharing: it names nobody.
      titleParts={[t("one")]}
      above={
        <AnchorLink to="/users" size="sm" className="back">
          <IconArrowLeft size={16} aria-hidden /> {t("title")}
        </AnchorLink>
      }
      actions={user.data && may("edit_users") ? <Erase user={user.data} /> : null}
    >
      <QueryStates query={user} what={t("one")}>
        {(it) => (
          <>
            <Facts user={it} />
            <div className={classes.both}>
              <FieldsPanel key={it.id} user={it} />
              <FlagsPanel user={it} />
            </div>
            {may("view_chats") ? <SessionsPanel userId={it.id} /> : null}
          </>
        )}
      </QueryStates>
    </Page>
  );
}

function Facts({ user }: { user: User }) {
  const { t } = useTranslation("users");
  const format = useFormat();
  return (
    <dl className="facts">
      <div>
        <dt>{t("column.externalId")}</dt>
        <dd>{user.external_id ? <span className="code">{user.external_id}</span> : <span className="muted">–</span>}</dd>
      </div>
      <div>
        <dt>{t("id")}</dt>
        <dd className="row">
          <span className="code">{user.id}</span>
          <CopyButton value={user.id} what={t("id")} />
        </dd>
      </div>
      <div>
        <dt>{t("created")}</dt>
        <dd>{format.dateTime(user.created_at)}</dd>
      </div>
      <div>
        <dt>{t("column.updated")}</dt>
        <dd>{format.dateTime(user.updated_at)}</dd>
      </div>
    </dl>
  );
}

function Erase({ user }: { user: User }) {
  const { t } = useTranslation("users");
  const navigate = useNavigate();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button variant="default" color="red" leftSection={<IconTrash size={18} aria-hidden />} onClick={() => setOpened(true)}>
        {t("erase.button")}
      </Button>
      {opened ? <EraseDialog user={user} onErased={() => void navigate({ to: "/users" })} onClose={() => setOpened(false)} /> : null}
    </>
  );
}
