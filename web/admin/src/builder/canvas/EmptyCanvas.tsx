/** What stands on the canvas before there is a box. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useBuilder } from "../context.ts";
import classes from "./Canvas.module.css";

export function EmptyCanvas() {
  const { t } = useTranslation("builder");
  const { editor, view } = useBuilder();
  return (
    <div className={classes.empty}>
      <p>{t("canvas.empty")}</p>
      {editor.readOnly ? null : <Button onClick={() => view.setState({ dialog: { kind: "add" } })}>{t("canvas.add_first")}</Button>}
    </div>
  );
}
