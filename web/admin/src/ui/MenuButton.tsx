/**
 * A button that opens a menu. What a menu needs (placing, focus, keys) is a good part of the first screen's script, so it is loaded
 * when somebody reaches for the first menu, and not before.
 */
import { type ComponentType, type ReactElement, useState } from "react";
import type { MenuTriggerProps, OpenMenu } from "./OpenMenu.tsx";

const load = () => import("./OpenMenu.tsx");

interface Props<Content extends object> {
  /** Draws the button with the attributes that make it one of a menu. */
  trigger: (attributes: MenuTriggerProps) => ReactElement;
  /** Loads what is in the menu. */
  content: () => Promise<ComponentType<Content>>;
  contentProps: Content;
  width?: number;
}

export function MenuButton<Content extends object>({ trigger, content, contentProps, width = 220 }: Props<Content>) {
  const [Open, setOpen] = useState<typeof OpenMenu | null>(null);
  if (Open) return <Open trigger={trigger} content={content} contentProps={contentProps} width={width} />;
  return trigger({
    "aria-haspopup": "menu",
    "aria-expanded": false,
    onClick: () => {
      void load().then((it) => setOpen(() => it.OpenMenu));
    },
    onPointerEnter: () => {
      void load();
      void content();
    },
  });
}
