/** SETTINGS → Flags: the labels that are put on users. */
import { useForm } from "@mantine/form";
import { IconFlag } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { createFlag, deleteFlag, type Flag, flagsQuery, updateFlag } from "../../../api/definitions.ts";
import { AnchorLink } from "../../../ui/links.tsx";
import { Moment } from "../../../ui/Moment.tsx";
import { DefinitionDialog } from "./DefinitionDialog.tsx";
import { DefinitionsScreen } from "./DefinitionsScreen.tsx";

export function FlagsScreen() {
  const { t } = useTranslation(["definitions", "settings"]);
  const flags = useQuery(flagsQuery);
  return (
    <DefinitionsScreen
      of="flags"
      icon={IconFlag}
      query={flags}
      columns={[
        {
          key: "users",
          header: t("flags.users"),
          cell: (it) => (
            <AnchorLink to="/users" search={{ flag: it.name, changed: "any" }} size="sm">
              {t("flags.show")} <span className="visually-hidden">{it.name}</span>
            </AnchorLink>
          ),
        },
        { key: "created", header: t("created"), cell: (it) => <Moment at={it.created_at} /> },
      ]}
      remove={deleteFlag}
      dialog={(flag, close) => <FlagDialog flag={flag} onClose={close} />}
    />
  );
}

function FlagDialog({ flag, onClose }: { flag: Flag | null; onClose: () => void }) {
  const { t } = useTranslation("definitions");
  const queries = useQueryClient();
  const form = useForm({
    initialValues: { name: flag?.name ?? "", description: flag?.description ?? "" },
    validate: { name: (name) => (name.trim() ? null : t("nameNeeded")) },
  });
  const save = async ({ name, description }: typeof form.values) => {
    if (flag) await updateFlag(flag.name, { description: description.trim() });
    else await createFlag({ name: name.trim(), description: description.trim() });
    await queries.invalidateQueries({ queryKey: flagsQuery.queryKey });
  };
  return (
    <DefinitionDialog
      title={flag ? t("editWhat", { name: flag.name }) : t("flags.add")}
      fresh={flag === null}
      nameHint={t("flags.nameHint")}
      form={form}
      onSave={save}
      onClose={onClose}
    />
  );
}
