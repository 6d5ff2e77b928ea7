/** Lays boxes out in layers from left to right, by dagre. */
import { graphlib, layout } from "@dagrejs/dagre";
import { type BotDocument, linksOf, type Point } from "./document.ts";
import { GAP, type LookOf, placeOf, sizeOf, snap } from "./geometry.ts";
import { type Outline, readingOrder } from "./order.ts";

/** New places for these boxes. Together they stay where the first of them was. */
export function tidyPlaces(document: BotDocument, ids: readonly string[], outline: Outline, lookOf: LookOf): Record<string, Point> {
  const wanted = new Set(ids);
  // Reading order: dagre keeps what comes first on top.
  const order = readingOrder(outline).filter((it) => wanted.has(it));
  const [first] = order;
  if (!first) return {};
  const graph = new graphlib.Graph({ multigraph: true });
  graph.setGraph({
    rankdir: "LR",
    nodesep: GAP.y,
    ranksep: GAP.x,
    edgesep: 16,
    ranker: order.length > 300 ? "longest-path" : "network-simplex",
  });
  graph.setDefaultEdgeLabel(() => ({}));
  const boxes = new Map(document.boxes.map((it) => [it.id, it]));
  for (const id of order) {
    const box = boxes.get(id);
    if (box) graph.setNode(id, { ...sizeOf(lookOf(box, linksOf(document, id))) });
  }
  for (const id of order) {
    linksOf(document, id).forEach(({ link, index }, place) => {
      const inside = wanted.has(link.to) && link.to !== id && boxes.has(link.to);
      if (inside) graph.setEdge(id, link.to, { weight: place === 0 ? 2 : 1 }, String(index));
    });
  }
  layout(graph);
  const corner = (id: string): Point => {
    const it = graph.node(id) as { x: number; y: number; width: number; height: number };
    return { x: it.x - it.width / 2, y: it.y - it.height / 2 };
  };
  const from = corner(first);
  const to = placeOf(document, first);
  const places = order.map((id): [string, Point] => {
    const it = corner(id);
    return [id, snap({ x: it.x - from.x + to.x, y: it.y - from.y + to.y })];
  });
  return Object.fromEntries(places);
}
