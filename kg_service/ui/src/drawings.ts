// Drawings of a page: each element with data-drawing is filled from the JSON block that its data-source names.

import { bare, block } from "./dom";
import type { GraphData } from "./graph";
import { link, mapOf, type Labels, type Row } from "./rows";

const drawers: Record<string, (target: HTMLElement, source: string) => Promise<void>> = {
  async map(target, source) {
    const rows = (block<Row[]>(source) ?? []).map(bare);
    const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const { drawMap } = await import("./map");
    drawMap(target, mapOf({ names, rows, labels: bare(block<Labels>("labels") ?? {}) }));
  },
  async graph(target, source) {
    const { drawGraph } = await import("./graph");
    const { nodes, edges } = block<GraphData>(source) ?? { nodes: [], edges: [] };
    drawGraph(target, { nodes: nodes.map((node) => (node.iri ? { ...node, href: link(node.iri) } : node)), edges });
  },
};

for (const target of document.querySelectorAll<HTMLElement>("[data-drawing]")) {
  const draw = drawers[target.dataset["drawing"] ?? ""];
  const source = target.dataset["source"] ?? "";
  const folded = target.closest("details");
  if (folded && !folded.open) folded.addEventListener("toggle", () => draw?.(target, source), { once: true });
  else void draw?.(target, source);
}
