/** Table or cards, as chosen in this browser. */
import { useLocalStorage } from "@mantine/hooks";

export type View = "table" | "cards";

export function useView(): [View, (view: View) => void] {
  const [view, setView] = useLocalStorage<View>({ key: "smartbot.bots.view", defaultValue: "table", getInitialValueInEffect: false });
  return [view, setView];
}
