// A map without tiles: countries of the world as land, and on them what a result says of places.
//
// A row is an arc (`from` to `to`), or a mark (`at`). A place is known by latitude and longitude (`fromLat`,
// `fromLong`) or by the ISO 3166-1 numeric code of its country (`fromCode`); arcs of one `kind` are drawn alike.

import { geoAzimuthalEqualArea, geoCentroid, geoDistance, geoPath, type GeoPermissibleObjects } from "d3-geo";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import type { Feature, MultiPolygon, Polygon } from "geojson";
import world from "world-atlas/countries-110m.json";
import { safe, svg, el } from "./dom";
import { _ } from "./words";

export interface Place { key: string; label: string; href?: string; code?: string; lat?: number; long?: number }
export interface Arc { from: Place; to: Place; kind: string; label: string; href?: string }
export interface Mark { at: Place; label: string; kind: string; href?: string }
export interface MapData { arcs: Arc[]; marks: Mark[]; places: Place[] }

const WIDEST = 760, NARROWEST = 320, EDGE = 60, STYLES = 4;
const CROWDED = 150; // covered square units from which a label would say less than it hides
let width = WIDEST, height = 470; // of the drawing at hand, in units as large as the pixels of its place
const topology = world as unknown as Topology<{ countries: GeometryCollection }>;
const countries = feature(topology, topology.objects.countries).features as Feature<Polygon | MultiPolygon>[];
const byCode = new Map(countries.map((each) => [String(each.id), each]));

/** Draw the map; places that it cannot find are listed under it. */
export function drawMap(target: HTMLElement, data: MapData): void {
  const places = new Map<string, Place>();
  for (const each of [...data.arcs.flatMap((arc) => [arc.from, arc.to]), ...data.marks.map((mark) => mark.at), ...data.places]) {
    places.set(each.key, { ...places.get(each.key), ...each });
  }
  const points = new Map<string, [number, number]>();
  for (const place of places.values()) {
    const point = locate(place);
    if (point) points.set(place.key, point);
  }
  const lost = [...places.values()].filter((place) => !points.has(place.key));
  if (points.size === 0) {
    target.replaceChildren(el("p", { class: "quiet" }, _("No row has a place that the map could show.")));
    return;
  }
  width = Math.max(NARROWEST, Math.min(WIDEST, target.clientWidth || WIDEST));
  const narrow = width < 520;
  height = Math.round(width * (narrow ? 0.85 : 0.62));
  const projection = fitted(middle(data, points), [...points.values()], narrow);
  const path = geoPath(projection);
  const on = (key: string): [number, number] => projection(points.get(key)!)!;
  const taking = new Set([...places.values()].map((place) => place.code));
  const kinds = [...new Set(data.arcs.map((arc) => arc.kind))];
  const style = (kind: string): number => kinds.indexOf(kind) % STYLES;
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "map", role: "group", "aria-label": _("Map") });
  for (const country of countries) {
    const outline = path(country as GeoPermissibleObjects);
    if (outline) drawing.append(svg("path", { d: outline, class: taking.has(String(country.id)) ? "land taking-part" : "land" }));
  }
  const bundles = new Map<string, number>();
  for (const arc of data.arcs) {
    if (!points.has(arc.from.key) || !points.has(arc.to.key) || arc.from.key === arc.to.key) continue;
    const ends = [arc.from.key, arc.to.key].sort().join("\n");
    const before = bundles.get(ends) ?? 0;
    bundles.set(ends, before + 1);
    const line = svg("path", { d: bow(on(arc.from.key), on(arc.to.key), 0.16 + 0.09 * before), class: `arc style-${style(arc.kind)}` },
      svg("title", {}, [arc.label, arc.kind].filter(Boolean).join(" · ")));
    drawing.append(linked(arc.href, arc.label, line));
  }
  const stacks = new Map<string, number>();
  for (const mark of data.marks) {
    if (!points.has(mark.at.key)) continue;
    const [x, y] = on(mark.at.key), before = stacks.get(mark.at.key) ?? 0;
    stacks.set(mark.at.key, before + 1);
    const box = svg("rect", { x: x + 8 + before * 9, y: y - 4, width: 7, height: 7, class: "thing-mark" }, svg("title", {}, mark.label));
    drawing.append(linked(mark.href, mark.label, box));
  }
  const shown = [...places.values()].filter((place) => points.has(place.key));
  const spots = placed(shown.map((place) => ({ label: place.label, at: on(place.key), marks: stacks.get(place.key) ?? 0 })));
  shown.forEach((place, index) => {
    const [x, y] = on(place.key), spot = spots[index]!;
    drawing.append(linked(place.href, place.label, svg("title", {}, place.label),
      svg("circle", { cx: x, cy: y, r: 4, class: "place-mark" }),
      ...(spot.cost < CROWDED ? [svg("text", { x: spot.x, y: spot.y, "text-anchor": spot.anchor, direction: "ltr" }, place.label)] : [])));
  });
  target.replaceChildren(drawing, legend(kinds, [...new Set(data.marks.map((mark) => mark.kind))]));
  if (lost.length) {
    target.append(el("p", { class: "quiet" }, _("Not on the map: {names}", { names: lost.map((place) => place.label).join(", ") })));
  }
}

/** Choose for each label the side of its point on which it covers the least of the others and of the edge. */
function placed(labels: { label: string; at: [number, number]; marks: number }[]): { x: number; y: number; anchor: string; cost: number }[] {
  const taken = labels.map(({ at: [x, y], marks }) => ({ left: x - 5, right: x + 6 + marks * 9, top: y - 5, bottom: y + 5 }));
  return labels.map(({ label, at: [x, y], marks }) => {
    const long = [...label].length * 6.7, right = 9 + marks * 9;
    const sides: [number, number, string, number][] = [
      [right, 4, "start", 0], [-9, 4, "end", -long], [0, -9, "middle", -long / 2], [0, 18, "middle", -long / 2],
      [right, -9, "start", 0], [-9, -9, "end", -long], [right, 17, "start", 0], [-9, 17, "end", -long],
    ];
    const choices = sides.map(([dx, dy, anchor, offset]) => {
      const left = x + dx + offset, box = { left, right: left + long, top: y + dy - 11, bottom: y + dy + 3 };
      const outside = Math.max(0, -box.left) + Math.max(0, box.right - width) + Math.max(0, -box.top) + Math.max(0, box.bottom - height);
      return { x: x + dx, y: y + dy, anchor, box, cost: 20 * outside + taken.reduce((sum, other) => sum + shared(box, other), 0) };
    });
    const best = choices.reduce((a, b) => (b.cost < a.cost ? b : a));
    if (best.cost < CROWDED) taken.push(best.box);
    return best;
  });
}

type Box = { left: number; right: number; top: number; bottom: number };

function shared(a: Box, b: Box): number {
  return Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) * Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
}

function legend(kinds: string[], marks: string[]): HTMLElement {
  const keys = kinds.map((kind, index) =>
    el("span", { class: `key style-${index % STYLES}` },
      svg("svg", { viewBox: "0 0 38 10", "aria-hidden": "true" }, svg("line", { x1: 0, y1: 5, x2: 38, y2: 5 })), kind || _("other")));
  for (const kind of marks) {
    const box = svg("svg", { viewBox: "0 0 38 10", "aria-hidden": "true" }, svg("rect", { x: 15, y: 1, width: 8, height: 8, class: "thing-mark" }));
    keys.push(el("span", { class: "key" }, box, kind || _("things at a place")));
  }
  return el("p", { class: "quiet" }, ...keys);
}

function linked(href: string | undefined, label: string, ...children: SVGElement[]): SVGElement {
  const address = href ? safe(href) : null;
  return address ? svg("a", { href: address, "aria-label": label }, ...children) : svg("g", {}, ...children);
}

function locate(place: Place): [number, number] | null {
  if (place.lat !== undefined && place.long !== undefined && Number.isFinite(place.lat) && Number.isFinite(place.long)) {
    return [place.long, place.lat];
  }
  const country = place.code ? byCode.get(place.code) : undefined;
  return country ? (geoCentroid(largest(country)) as [number, number]) : null;
}

/** Return the mainland: the centroid of a country with islands far away would lie in the sea. */
function largest(country: Feature<Polygon | MultiPolygon>): GeoPermissibleObjects {
  if (country.geometry.type === "Polygon") return country;
  const parts = country.geometry.coordinates.map((coordinates): Polygon => ({ type: "Polygon", coordinates }));
  const size = (part: Polygon): number => part.coordinates[0]?.length ?? 0;
  return parts.reduce((best, part) => (size(part) > size(best) ? part : best));
}

/** Return the place with the most arcs; without arcs the middle of all. */
function middle(data: MapData, points: Map<string, [number, number]>): [number, number] {
  const count = new Map<string, number>();
  for (const arc of data.arcs) for (const key of [arc.from.key, arc.to.key]) count.set(key, (count.get(key) ?? 0) + 1);
  const [best] = [...count].filter(([key]) => points.has(key)).sort((a, b) => b[1] - a[1]);
  if (best && best[1] > 1) return points.get(best[0])!;
  return geoCentroid({ type: "MultiPoint", coordinates: [...points.values()] }) as [number, number];
}

/** Return a projection with the centre in the middle; where there is little room, with the points in the frame instead. */
function fitted(centre: [number, number], points: [number, number][], narrow: boolean) {
  const projection = geoAzimuthalEqualArea().rotate([-centre[0], -centre[1]]).translate([width / 2, height / 2]).scale(1);
  const far = Math.max(0.04, ...points.map((point) => geoDistance(centre, point)));
  projection.clipAngle(Math.min(179, (far * 180) / Math.PI + 35)).precision(0.3);
  if (narrow && points.length > 1) {
    return projection.fitExtent([[34, 26], [width - 44, height - 26]], { type: "MultiPoint", coordinates: points });
  }
  let across = 0.001, up = 0.001;
  for (const point of points) {
    const [x, y] = projection(point)!;
    across = Math.max(across, Math.abs(x - width / 2));
    up = Math.max(up, Math.abs(y - height / 2));
  }
  return projection.scale(Math.min((width / 2 - EDGE) / across, (height / 2 - EDGE) / up, 1400));
}

function bow([x1, y1]: [number, number], [x2, y2]: [number, number], rise: number): string {
  const away = x1 <= x2 ? 1 : -1;
  const x = (x1 + x2) / 2 + (y2 - y1) * rise * away, y = (y1 + y2) / 2 - (x2 - x1) * rise * away;
  return `M${x1} ${y1}Q${x} ${y} ${x2} ${y2}`;
}
