/** Secrets that headers of External API boxes name. Their values go to the server and never come back. */
import { queryOptions } from "@tanstack/react-query";
import { request, type Schemas } from "./client.ts";
import { everything } from "./everything.ts";

const SECRETS = "/api/v1/admin/secrets";

export type Secret = Schemas["SecretName"];

export const secretsQuery = queryOptions({
  queryKey: ["secrets"],
  staleTime: 30_000,
  queryFn: ({ signal }) => everything<Secret>(SECRETS, signal),
});

const at = (name: string): string => `${SECRETS}/${encodeURIComponent(name)}`;

/** Keeps a secret, in place of an older one of the same name. */
export const setSecret = async (name: string, value: string): Promise<void> => {
  await request("PUT", at(name), { body: { value } });
};

/** Forgets a secret. Calls that name it fail from now on. */
export const deleteSecret = async (name: string): Promise<void> => {
  await request("DELETE", at(name));
};
