/** What the workspace has defined: profile fields, flags, goals. */
import { queryOptions } from "@tanstack/react-query";
import { request, type Schemas } from "./client.ts";
import { everything } from "./everything.ts";

export type ProfileField = Schemas["ProfileField"];
export type FieldType = Schemas["FieldType"];
/** What a field may hold. */
export const FIELD_TYPES: readonly FieldType[] = [
  "text",
  "number",
  "boolean",
  "date",
  "date_time",
  "phone",
  "email",
  "choice",
  "list",
  "json",
];

export type Flag = Schemas["Flag"];
export type Goal = Schemas["Goal"];

const FIELDS = "/api/v1/fields";
const FLAGS = "/api/v1/flags";
const GOALS = "/api/v1/goals";

export const fieldsQuery = queryOptions({
  queryKey: ["fields"],
  staleTime: 60_000,
  queryFn: ({ signal }) => everything<ProfileField>(FIELDS, signal),
});

export const flagsQuery = queryOptions({
  queryKey: ["flags"],
  staleTime: 60_000,
  queryFn: ({ signal }) => everything<Flag>(FLAGS, signal),
});

/** For inputs that suggest flags. */
export const flagNamesQuery = queryOptions({
  ...flagsQuery,
  select: (flags) => flags.map((it) => it.name),
});

export const goalsQuery = queryOptions({
  queryKey: ["goals"],
  staleTime: 60_000,
  queryFn: ({ signal }) => everything<Goal>(GOALS, signal),
});

const at = (base: string, name: string): string => `${base}/${encodeURIComponent(name)}`;

export const createField = async (field: Schemas["CreateField"]): Promise<ProfileField> =>
  (await request<ProfileField>("POST", FIELDS, { body: field })).data;
export const updateField = async (name: string, changes: Schemas["UpdateField"]): Promise<ProfileField> =>
  (await request<ProfileField>("PATCH", at(FIELDS, name), { body: changes })).data;
export const deleteField = async (name: string): Promise<void> => {
  await request("DELETE", at(FIELDS, name));
};

export const createFlag = async (flag: Schemas["CreateFlag"]): Promise<Flag> => (await request<Flag>("POST", FLAGS, { body: flag })).data;
export const updateFlag = async (name: string, changes: Schemas["UpdateFlag"]): Promise<Flag> =>
  (await request<Flag>("PATCH", at(FLAGS, name), { body: changes })).data;
export const deleteFlag = async (name: string): Promise<void> => {
  await request("DELETE", at(FLAGS, name));
};

export const createGoal = async (goal: Schemas["CreateGoal"]): Promise<Goal> => (await request<Goal>("POST", GOALS, { body: goal })).data;
export const updateGoal = async (name: string, changes: Schemas["UpdateGoal"]): Promise<Goal> =>
  (await request<Goal>("PATCH", at(GOALS, name), { body: changes })).data;
export const deleteGoal = async (name: string): Promise<void> => {
  await request("DELETE", at(GOALS, name));
};
