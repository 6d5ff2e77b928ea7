/** Gives a chat back to the bot: where it stopped, or at a box of the bot. */
import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { botBoxesQuery } from "../../api/boxes.ts";
import { type DeskChat, handBack } from "../../api/desk.ts";
import { useMay } from "../../api/me.ts";
import { FormDialog } from "../../ui/FormDialog.tsx";
import { useChatAct } from "./useChatAct.ts";

export function HandBackDialog({ chat, onClose }: { chat: DeskChat; onClose: () => void }) {
  const { t } = useTranslation(["chats", "common"]);
  const { id, function_id, version } = chat.session;
  const may = useMay();
  const boxes = useQuery({ ...botBoxesQuery(function_id, version), enabled: may("view_bots") });
  const [box, setBox] = useState("");
  const run = useChatAct(id, () => handBack(id, box || undefined), onClose);
  return (
    <FormDialog
      title={t("handBack.title")}
      submit={t("handBack.submit")}
      isPending={run.isPending}
      error={run.error}
      onSubmit={(event) => {
        event.preventDefault();
        run.mutate();
      }}
      onClose={onClose}
    >
      <p>{t("handBack.text")}</p>
      <NativeSelect
        label={t("handBack.where")}
        data={[
          { value: "", label: t("handBack.same") },
          ...(boxes.data ?? []).map((it) => ({ value: it.id, label: it.title ? `${it.title} (${it.id})` : it.id })),
        ]}
        value={box}
        onChange={(event) => setBox(event.currentTarget.value)}
        data-autofocus
      />
    </FormDialog>
  );
}
