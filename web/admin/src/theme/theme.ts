/** How Mantine's components look and behave here. Colours are in `tokens.css` and `mantine.css`. */
import { createTheme, Drawer, type MantineColorsTuple, Modal } from "@mantine/core";

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

export const theme = createTheme({
  primaryColor: "brand",
  colors: { brand },
  focusRing: "auto",
  respectReducedMotion: true,
  cursorType: "pointer",
  components: {
    // Its way of locking the scroll injects a style element, which the page's policy refuses: `base.css` does it.
    Modal: Modal.extend({ defaultProps: { lockScroll: false, centered: true, overlayProps: { "data-scroll-lock": true } as object } }),
    Drawer: Drawer.extend({ defaultProps: { lockScroll: false, overlayProps: { "data-scroll-lock": true } as object } }),
  },
});
