/** Says that what is on the screen may be old, for as long as it may be. */
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useLive } from "../../desk/live.ts";
import { useFormat } from "../../ui/useFormat.ts";
import classes from "./ChatsScreen.module.css";

export function ConnectionBanner() {
  const { t } = useTranslation("chats");
  const format = useFormat();
  const { connected, lostAt } = useLive();
  return (
    <div role="status" className={classes.connection} data-connected={connected}>
      {connected === "lost" && lostAt !== null ? (
        <>
          <IconPlugConnectedX size={16} aria-hidden /> {t("lost", { at: format.time(lostAt) })}
        </>
      ) : null}
      {connected === "refused" ? t("refused") : null}
    </div>
  );
}
