/** The button of the account's menu. */
import { useTranslation } from "react-i18next";
import { useMe } from "../api/me.ts";
import { MenuButton } from "../ui/MenuButton.tsx";
import classes from "./Header.module.css";

const items = async () => (await import("./AccountMenuItems.tsx")).AccountMenuItems;

/** The first letters of the first two words. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).slice(0, 2);
  return words.map((it) => [...it][0]?.toLocaleUpperCase() ?? "").join("");
}

export function AccountMenu() {
  const { t } = useTranslation();
  const { agent } = useMe();
  return (
    <MenuButton
      width={240}
      trigger={(attributes) => (
        <button type="button" className={classes.account} aria-label={t("header.account", { name: agent.name })} {...attributes}>
          <span className={classes.face} data-initials={initials(agent.name) || "·"} />
        </button>
      )}
      content={items}
      contentProps={{}}
    />
  );
}
