/** Stands where something is on its way. Shown after a moment only, so that quick answers do not flicker. */
import { Skeleton } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { announce } from "./announcer.ts";
import classes from "./Waiting.module.css";

const SHOWN_AFTER_MS = 200;
const TOLD_AFTER_MS = 1_000;

export function Waiting({ what, rows = 6 }: { what?: string; rows?: number }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const show = setTimeout(() => setShown(true), SHOWN_AFTER_MS);
    const tell = setTimeout(() => announce(t("loading", { what: what ?? "" }).trim()), TOLD_AFTER_MS);
    return () => {
      clearTimeout(show);
      clearTimeout(tell);
    };
  }, [t, what]);
  return (
    <div aria-busy="true" className={classes.waiting}>
      {shown
        ? Array.from({ length: rows }, (_, row) => row).map((row) => (
            <Skeleton key={row} height={20} width={`${92 - ((row * 17) % 38)}%`} />
          ))
        : null}
    </div>
  );
}
