/** How Mantine's components look and behave here. Colours are in `tokens.css` and `mantine.css`. */
import { createTheme, type MantineColorsTuple } from "@mantine/core";

const brand: MantineColorsTuple = [
  "#e3f4f5",
  "#bfe4e7",
  "#8fd0d6",
  "#6dc6ce",
  "#55bcc6",
  "#2a9aa6",
  "#0b7d89",
  "#0b6e79",
  "#095963",
  "#0a3238",
];

/** By name and not by `Modal.extend`: that would bring each of them into the first screen. */
const components = {
  // The placeholder is a child that a menu may not have; without it the first item takes the focus, as it should.
  Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
  // Most inputs are needed: the few that are not say so.
  InputWrapper: { defaultProps: { withAsterisk: false } },
  // Its way of locking the scroll injects a style element, which the page's policy refuses: `base.css` does it.
  Modal: { defaultProps: { lockScroll: false, centered: true, overlayProps: { "data-scroll-lock": true } } },
  Drawer: { defaultProps: { lockScroll: false, overlayProps: { "data-scroll-lock": true } } },
};

export const theme = createTheme({
  primaryColor: "brand",
  colors: { brand },
  focusRing: "auto",
  respectReducedMotion: true,
  cursorType: "pointer",
  components,
});
