import { expect, it } from "vitest";
import { userName } from "./userName.ts";

it.each([
  [{ user_name: "Ana López", user_fname: "A." }, "Ana López"],
  [{ user_fname: " Ana ", user_lname: "López" }, "Ana López"],
  [{ user_lname: "López" }, "López"],
  [{ user_fname: 7 }, null],
  [{}, null],
])("of %o is %s", (fields, name) => {
  expect(userName({ fields })).toBe(name);
});
