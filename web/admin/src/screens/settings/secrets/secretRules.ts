/** What a secret may be called, and how headers name it. */

/** As the server has it. */
export const isSecretName = (name: string): boolean => /^[A-Za-z][\w-]{0,63}$/.test(name);

export const reference = (name: string): string => `{{secret:${name}}}`;

/** The names of the secrets that a text asks for, each once, in their order. */
export function secretsIn(text: string): string[] {
  return [...new Set([...text.matchAll(/\{\{secret:([\w-]+)\}\}/g)].map((it) => it[1] ?? ""))];
}
