// A small network as SVG: nodes are links, edges carry their words, and everything can be reached by keyboard.

import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY, type SimulationNodeDatum } from "d3-force";
import { el, safe, svg } from "./dom";
import { _, number } from "./words";

export interface Node extends SimulationNodeDatum { id: string; label: string; href?: string; iri?: string; kind?: "literal" | "centre" }
export interface Edge { from: string; to: string; label?: string; style?: number; plain?: boolean }
export interface GraphData { nodes: Node[]; edges: Edge[] }

const MOST = 300, STEPS = 300, LINES = 5;

/** Draw the network; of one too large to read the first nodes are drawn, and it says so. */
export function drawGraph(target: HTMLElement, data: GraphData): void {
  const WIDTH = Math.max(540, Math.min(1100, target.clientWidth || 760)); // units as large as the pixels of its place
  const nodes = data.nodes.slice(0, MOST).map((node) => ({ ...node }));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const edges = merged(data.edges.filter((edge) => byId.has(edge.from) && byId.has(edge.to)));
  const links = edges.map((edge) => ({ source: byId.get(edge.from)!, target: byId.get(edge.to)! }));
  const height = Math.min(1000, 240 + nodes.length * 22);
  const room = Math.max(46, 150 - nodes.length * 2);
  nodes.forEach((node, index) => { // a fixed start, so that the same data are always drawn alike
    const angle = index * 2.399963;
    node.x = WIDTH / 2 + 18 * Math.sqrt(index) * Math.cos(angle);
    node.y = height / 2 + 18 * Math.sqrt(index) * Math.sin(angle);
  });
  forceSimulation(nodes)
    .force("link", forceLink(links).distance(room * 1.1).strength(0.5))
    .force("charge", forceManyBody().strength(-room * 7))
    .force("x", forceX(WIDTH / 2).strength((0.05 * height) / WIDTH))
    .force("y", forceY(height / 2).strength(0.07))
    .force("room", forceCollide(room / 2))
    .stop()
    .tick(STEPS);
  const spread = box(nodes);
  const scale = Math.min(1.4, (WIDTH - 170) / (spread.width || 1), (height - 60) / (spread.height || 1));
  const x = (node: Node): number => WIDTH / 2 + (node.x! - spread.x) * scale;
  const y = (node: Node): number => height / 2 + (node.y! - spread.y) * scale;
  const drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${height}`, class: "graph", role: "group", "aria-label": _("Network") });
  const tip = `tip-${Math.random().toString(36).slice(2)}`;
  drawing.append(svg("defs", {}, svg("marker", { id: tip, viewBox: "0 0 8 8", refX: 15, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto-start-reverse" },
    svg("path", { d: "M0 1L8 4L0 7z", fill: "context-stroke" }))));
  for (const edge of edges) {
    const from = byId.get(edge.from)!, to = byId.get(edge.to)!;
    drawing.append(svg("path", { d: `M${x(from)} ${y(from)}L${x(to)} ${y(to)}`, class: "edge", "marker-end": edge.plain ? null : `url(#${tip})`, "stroke-dasharray": edge.style ? "4 3" : null }));
    const middle = (y(from) + y(to)) / 2 - 3 - (edge.labels.length - 1) * 6;
    edge.labels.forEach((label, line) => {
      drawing.append(svg("text", { x: (x(from) + x(to)) / 2, y: middle + line * 12, "text-anchor": "middle", class: "edge-label" }, short(label, 26)));
    });
  }
  for (const node of nodes) {
    const address = node.href ? safe(node.href) : null;
    const parts = [
      svg("title", {}, node.label),
      svg("circle", { cx: x(node), cy: y(node), r: node.kind === "centre" ? 7 : 5, class: `node ${node.kind ?? ""}` }),
      svg("text", { x: x(node), y: y(node) - 9, "text-anchor": "middle" }, short(node.label, 30)),
    ];
    drawing.append(address ? svg("a", { href: address }, ...parts) : svg("g", {}, ...parts));
  }
  target.replaceChildren(drawing);
  if (data.nodes.length > nodes.length) {
    target.append(el("p", { class: "quiet" }, _("The first {shown} of {all} nodes are drawn.", { shown: number(nodes.length), all: number(data.nodes.length) })));
  }
}

/** Return one edge for all between the same two nodes in the same direction, with the labels of each. */
function merged(edges: Edge[]): (Edge & { labels: string[] })[] {
  const found = new Map<string, Edge & { labels: string[] }>();
  for (const edge of edges) {
    const key = `${edge.from}\n${edge.to}\n${edge.style ?? 0}`;
    const known = found.get(key) ?? { ...edge, labels: [] };
    if (edge.label && !known.labels.includes(edge.label)) known.labels.push(edge.label);
    found.set(key, known);
  }
  for (const edge of found.values()) if (edge.labels.length > LINES) edge.labels = [...edge.labels.slice(0, LINES - 1), "…"];
  return [...found.values()];
}

function box(nodes: Node[]): { x: number; y: number; width: number; height: number } {
  const xs = nodes.map((node) => node.x!), ys = nodes.map((node) => node.y!);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  return { x: (left + right) / 2, y: (top + bottom) / 2, width: right - left, height: bottom - top };
}

function short(text: string, most: number): string {
  const letters = [...text];
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : text;
}
