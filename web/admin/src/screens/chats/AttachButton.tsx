/** Sends a file. The server looks at its content and keeps it sealed. */
import { ActionIcon } from "@mantine/core";
import { IconPaperclip } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { uploadToChat } from "../../api/desk.ts";
import { say } from "../../desk/outbox.ts";
import { ProblemNote } from "../../ui/ProblemNote.tsx";
import classes from "./Composer.module.css";

export function AttachButton({ id }: { id: string }) {
  const { t } = useTranslation("chats");
  const chooser = useRef<HTMLInputElement>(null);
  const upload = useMutation({
    mutationFn: (file: File) => uploadToChat(id, file),
    onSuccess: (file) => say(id, { file_id: file.id }, { text: file.name, file }),
  });
  return (
    <div className={classes.attach}>
      <input
        ref={chooser}
        type="file"
        hidden
        data-attach
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          event.currentTarget.value = "";
          if (file) upload.mutate(file);
        }}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        size={30}
        loading={upload.isPending}
        aria-label={t("attach")}
        title={t("attach")}
        onClick={() => chooser.current?.click()}
      >
        <IconPaperclip size={18} aria-hidden />
      </ActionIcon>
      <ProblemNote error={upload.error} />
    </div>
  );
}
