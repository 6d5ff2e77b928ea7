/** A day and a time, by the browser's own input: typed or picked, in the person's own way of writing. */
import { TextInput, type TextInputProps } from "@mantine/core";

export function DateTimeField(props: TextInputProps) {
  return <TextInput type="datetime-local" {...props} />;
}
