/** Opens the palette, for those who do not know its key. */
import { IconSearch } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./Header.module.css";
import { useOverlays } from "./overlays.ts";

export function PaletteButton() {
  const { t } = useTranslation();
  const show = useOverlays((it) => it.show);
  const command = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl";
  return (
    <button type="button" className={classes.palette} onClick={() => show("palette")}>
      <IconSearch size={18} stroke={1.75} aria-hidden />
      <span>{t("header.palette")}</span>
      <kbd aria-hidden>{command} K</kbd>
    </button>
  );
}
