/** Lists that an agent has given a name to. They are kept in this browser, for each agent apart; nothing of a patient is in them. */
import { useLocalStorage } from "@mantine/hooks";
import { type ChatSearch, readChatSearch } from "./chatSearch.ts";

export interface SavedView {
  name: string;
  search: ChatSearch;
}

const MOST = 20;

/** What was kept, without what is nonsense. */
export function readViews(kept: string | undefined): SavedView[] {
  try {
    const told: unknown = JSON.parse(kept ?? "[]");
    if (!Array.isArray(told)) return [];
    return told.flatMap((it: { name?: unknown; search?: object } | null) =>
      typeof it?.name === "string" && it.name && typeof it.search === "object" && it.search
        ? [{ name: it.name, search: readChatSearch(it.search) }]
        : [],
    );
  } catch {
    return [];
  }
}

/** The views with one more; one of the same name is that one from now on. */
export const withView = (views: readonly SavedView[], view: SavedView): SavedView[] =>
  [...views.filter((it) => it.name !== view.name), view].slice(-MOST);

export interface Views {
  views: SavedView[];
  save: (view: SavedView) => void;
  forget: (name: string) => void;
}

export function useViews(agentId: string): Views {
  const [views, setViews] = useLocalStorage<SavedView[]>({
    key: `smartbot.chats.views.${agentId}`,
    defaultValue: [],
    getInitialValueInEffect: false,
    deserialize: readViews,
  });
  return {
    views,
    // Values and no functions of the one before: a dialog that closes with it would be gone before such a function is called.
    save: (view) => setViews(withView(views, view)),
    forget: (name) => setViews(views.filter((it) => it.name !== name)),
  };
}
