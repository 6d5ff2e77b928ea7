import { expect, it } from "vitest";
import type { FieldType, ProfileField } from "../../api/definitions.ts";
import { changedFields, inputsOf } from "./fieldInputs.ts";

const field = (name: string, type: FieldType): ProfileField => ({ name, type, sensitive: false, built_in: false, description: "" });
const fields = [field("user_fname", "text"), field("weight", "number"), field("smoker", "boolean"), field("allergies", "list")];
const before = { user_fname: "Ana", weight: 70, smoker: false, allergies: ["nuts"] };

it("changes nothing that was not touched", () => {
  expect(changedFields(fields, before, inputsOf(fields, before))).toEqual({});
});

it("sends values in the type of their field, and null for what was emptied", () => {
  const inputs = { user_fname: " ", weight: "71,5", smoker: "true", allergies: '["nuts","milk"]' };
  expect(changedFields(fields, before, inputs)).toEqual({ user_fname: null, weight: 71.5, smoker: true, allergies: ["nuts", "milk"] });
});

it("leaves it to the server to say what is wrong", () => {
  expect(changedFields(fields, before, { ...inputsOf(fields, before), weight: "heavy", allergies: "nuts" })).toEqual({
    weight: "heavy",
    allergies: "nuts",
  });
});
