/** SETTINGS → Goals: the successes that bots are there for. */
import { useForm } from "@mantine/form";
import { IconTargetArrow } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { createGoal, deleteGoal, type Goal, goalsQuery, updateGoal } from "../../../api/definitions.ts";
import { Moment } from "../../../ui/Moment.tsx";
import { DefinitionDialog } from "./DefinitionDialog.tsx";
import { DefinitionsScreen } from "./DefinitionsScreen.tsx";

export function GoalsScreen() {
  const { t } = useTranslation(["definitions", "settings"]);
  const goals = useQuery(goalsQuery);
  return (
    <DefinitionsScreen
      of="goals"
      icon={IconTargetArrow}
      query={goals}
      columns={[{ key: "created", header: t("created"), cell: (it) => <Moment at={it.created_at} /> }]}
      remove={deleteGoal}
      dialog={(goal, close) => <GoalDialog goal={goal} onClose={close} />}
    />
  );
}

function GoalDialog({ goal, onClose }: { goal: Goal | null; onClose: () => void }) {
  const { t } = useTranslation("definitions");
  const queries = useQueryClient();
  const form = useForm({
    initialValues: { name: goal?.name ?? "", description: goal?.description ?? "" },
    validate: { name: (name) => (name.trim() ? null : t("nameNeeded")) },
  });
  const save = async ({ name, description }: typeof form.values) => {
    if (goal) await updateGoal(goal.name, { description: description.trim() });
    else await createGoal({ name: name.trim(), description: description.trim() });
    await queries.invalidateQueries({ queryKey: goalsQuery.queryKey });
  };
  return (
    <DefinitionDialog
      title={goal ? t("editWhat", { name: goal.name }) : t("goals.add")}
      fresh={goal === null}
      nameHint={t("goals.nameHint")}
      form={form}
      onSave={save}
      onClose={onClose}
    />
  );
}
