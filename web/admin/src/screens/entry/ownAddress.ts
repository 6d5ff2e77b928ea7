/** Where to go after signing in: within this app, or to its start. A link must not lead people elsewhere. */
export function ownAddress(wished: string | undefined): string {
  if (!wished?.startsWith("/") || wished.startsWith("//") || wished.includes("\\")) return "/";
  return wished;
}
