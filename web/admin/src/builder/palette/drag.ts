/** The kind of data under which a type of box is dragged from the palette to the canvas. */
export const BOX_TYPE = "application/x-smartbot-box-type";
