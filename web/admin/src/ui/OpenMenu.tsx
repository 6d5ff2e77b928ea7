/** The menu of a `MenuButton`, from the moment on that somebody asked for it. */
import { Menu } from "@mantine/core";
import { type ComponentType, type ReactElement, type Ref, useEffect, useRef, useState } from "react";

export interface MenuTriggerProps {
  ref?: Ref<HTMLButtonElement>;
  "aria-haspopup"?: "menu";
  "aria-expanded"?: boolean;
  onClick?: () => void;
  onPointerEnter?: () => void;
}

interface Props<Content extends object> {
  trigger: (attributes: MenuTriggerProps) => ReactElement;
  content: () => Promise<ComponentType<Content>>;
  contentProps: Content;
  width: number;
}

export function OpenMenu<Content extends object>({ trigger, content, contentProps, width }: Props<Content>) {
  const target = useRef<HTMLButtonElement>(null);
  const [opened, setOpened] = useState(false);
  const [Content, setContent] = useState<ComponentType<Content> | null>(null);
  useEffect(() => {
    let gone = false;
    void content().then((it) => {
      if (gone) return;
      setContent(() => it);
      // This button took the place of the one that was pressed: the focus goes on from here, and comes back to here.
      target.current?.focus();
      setOpened(true);
    });
    return () => {
      gone = true;
    };
  }, [content]);
  return (
    <Menu opened={opened && Content !== null} onChange={setOpened} position="bottom-end" width={width} shadow="md">
      <Menu.Target>{trigger({ ref: target })}</Menu.Target>
      <Menu.Dropdown>{Content ? <Content {...contentProps} /> : null}</Menu.Dropdown>
    </Menu>
  );
}
