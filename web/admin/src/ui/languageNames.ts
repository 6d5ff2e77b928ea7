/** Languages by name, in the words of the reader's own language. */
export function languageNames(codes: readonly string[], reader: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames(reader, { type: "language" });
  return codes.map((value) => ({ value, label: names.of(value) ?? value }));
}
