/** How much of a list is shown, and the button for more. The rest never comes by itself, so that what is below can be reached. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./ShowMore.module.css";

interface Props {
  shown: number;
  count: number;
  step: number;
  onMore: () => void;
}

export function ShowMore({ shown, count, step, onMore }: Props) {
  const { t } = useTranslation();
  return (
    <div className={classes.more}>
      <span>{t("shown", { shown, count })}</span>
      {shown < count ? (
        <Button variant="default" size="xs" onClick={onMore}>
          {t("showMore", { count: Math.min(step, count - shown) })}
        </Button>
      ) : null}
    </div>
  );
}
