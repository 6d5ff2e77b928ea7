/** Asks once what becomes of fields that the pasted boxes use and this bot does not know. */
import { Button, Group, Modal, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useBuilder } from "./context.ts";
import type { Dialog } from "./editor/view.ts";
import { useKnownFields } from "./form/fields.ts";
import { type FieldChoice, unknownFields } from "./model/clipboard.ts";

type Way = "create" | "use" | "leave";

export function PasteDialog({ dialog }: { dialog: Extract<Dialog, { kind: "paste" }> }) {
  const { t } = useTranslation("builder");
  const { editor, view, catalogue, resources, goTo } = useBuilder();
  const known = useKnownFields();
  const workspace = new Set(resources.fields.map((it) => it.name));
  const [fields] = useState(() => unknownFields(editor.document, dialog.clip, catalogue, workspace));
  const [ways, setWays] = useState<Record<string, Way>>({});
  const [names, setNames] = useState<Record<string, string>>({});
  const close = (): void => view.setState({ dialog: null });
  const paste = (): void => {
    const choices = fields.map((it): [string, FieldChoice] => {
      const way = ways[it.name] ?? "create";
      const name = names[it.name];
      return [it.name, way === "leave" || (way === "use" && !name) ? "leave" : way === "use" ? { use: name ?? it.name } : { create: it }];
    });
    close();
    const done = editor.dispatch("paste", { clip: dialog.clip, at: dialog.at, choices: Object.fromEntries(choices) });
    if (done?.box) goTo(done.box);
  };
  return (
    <Modal
      closeButtonProps={{ "aria-label": t("panel.close") }}
      opened
      onClose={close}
      title={t("paste.title", { count: dialog.clip.boxes.length })}
      size="md"
    >
      <p>{t("paste.lead", { from: dialog.clip.from })}</p>
      {fields.map((it) => (
        <Group key={it.name} mt="sm" align="flex-end" wrap="nowrap">
          <NativeSelect
            flex={1}
            label={`${it.name} (${t(`type.${it.type}`)})`}
            value={ways[it.name] ?? "create"}
            data={(["create", "use", "leave"] as const).map((way) => ({ value: way, label: t(`paste.${way}`) }))}
            onChange={(event) => setWays({ ...ways, [it.name]: event.target.value as Way })}
          />
          {ways[it.name] === "use" ? (
            <TextInput
              flex={1}
              aria-label={t("paste.other", { name: it.name })}
              list="paste-fields"
              value={names[it.name] ?? ""}
              onChange={(event) => setNames({ ...names, [it.name]: event.target.value })}
            />
          ) : null}
        </Group>
      ))}
      <datalist id="paste-fields">
        {known.map((it) => (
          <option key={it.name} value={it.name} />
        ))}
      </datalist>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={close}>
          {t("cancel")}
        </Button>
        <Button onClick={paste}>{t("paste.do")}</Button>
      </Group>
    </Modal>
  );
}
