import { boxName, type Command } from "./command.ts";

export interface SetStart {
  box: string;
}

export const setStart: Command<SetStart> = (draft, { box }, scene) => {
  if (scene.before.start === box || !scene.before.boxes.some((it) => it.id === box)) return null;
  draft.start = box;
  return { label: { key: "set_start", values: { title: boxName(scene, box) } }, box };
};
