// Solutions of a query as the views read them: terms, the labels of IRIs, and where things are shown.

import type { GraphData, Node } from "./graph";
import type { MapData, Place } from "./map";

/** SPARQL 1.1 Query Results JSON Format, section 3.2.2 */
export interface Term { type: "uri" | "literal" | "bnode" | "triple"; value: string; datatype?: string; "xml:lang"?: string }
export type Row = Record<string, Term>;
export interface Label { value: string; language: string }
export type Labels = Record<string, Label>;
export interface Result { names: string[]; rows: Row[]; labels: Labels }

const { root = "", base = "", lang = "" } = document.documentElement.dataset;
const prefixes: [string, string][] = JSON.parse(document.getElementById("prefixes")?.textContent ?? "[]");

/** Return the address of one of the service's own pages, in the language that the reader chose. */
export function url(path: string, values: Record<string, string> = {}): string {
  const pairs = new URLSearchParams(lang ? { ...values, lang } : values).toString();
  return root + path + (pairs ? `?${pairs}` : "");
}

/** Return the address under which an IRI is shown: here if it is the data set's own, or it has none, else where it says. */
export function link(iri: string): string {
  if (base && iri.startsWith(base)) {
    const [local = "", fragment] = iri.slice(base.length).split("#", 2);
    const segments = local.split("/"), last = segments.pop() ?? "";
    const kept = local !== "" && last !== "." && last !== ".." && !segments.some((each) => each === "" || each === "." || each === "..");
    if (kept) return url(`/page/${local.split("/").map(encodeURIComponent).join("/")}`) + (fragment ? `#${encodeURIComponent(fragment)}` : "");
  } else if (base && /^https?:\/\//.test(iri)) return iri;
  return url("/describe", { iri });
}

const LANGUAGES = /^(?:ar|fa|he|ur|ug|ps|sd|ckb|yi|dv|syr)(?:-|$)/i;
const SCRIPTS = /^(?:arab|aran|hebr|syrc|thaa|nkoo|adlm|samr|mand|rohg)$/i;
const SCRIPT = /^[a-z]+-(?:[a-z]{3}-){0,3}([a-z]{4})(?![a-z0-9])/i;

/** Return the direction of a text in a language: its script decides where the tag names one (language_tags.py). */
export function direction(tag: string): "rtl" | "ltr" {
  const script = SCRIPT.exec(tag)?.[1];
  return (script ? SCRIPTS.test(script) : LANGUAGES.test(tag)) ? "rtl" : "ltr";
}

/** Return the prefixed name of an IRI, or the IRI itself. */
export function shortened(iri: string): string {
  const fitting = prefixes.filter(([, namespace]) => iri.startsWith(namespace)).sort((a, b) => b[1].length - a[1].length)[0];
  return fitting ? `${fitting[0]}:${iri.slice(fitting[1].length)}` : iri;
}

/** Return what a term is called. */
export function worded(term: Term | undefined, labels: Labels): string {
  if (!term) return "";
  return term.type === "uri" ? (labels[term.value]?.value ?? shortened(term.value)) : term.value;
}

/** Return the number that a literal says, or null. */
export function numeric(term: Term | undefined): number | null {
  if (term?.type !== "literal" || term["xml:lang"] || term.value.trim() === "") return null;
  const value = Number(term.value);
  return Number.isFinite(value) ? value : null;
}

const POINT = /POINT[\sZ]{0,9}\(\s{0,9}(-?[\d.]+(?:e-?\d+)?)\s+(-?[\d.]+(?:e-?\d+)?)/i;

/** Read places from a row: `NAME`, `NAMECode`, `NAMELat` and `NAMELong`, or a WKT literal; `lat` and `long` for the first. */
function place(row: Row, name: string, labels: Labels, first = false): Place | null {
  const term = row[name];
  const named = (suffix: string): Term | undefined => row[name + suffix] ?? (first ? row[suffix.toLowerCase()] : undefined);
  const point = [named("Wkt"), named("Point"), term].map((each) => (each?.type === "literal" ? POINT.exec(each.value) : null)).find(Boolean);
  const code = named("Code")?.value;
  const lat = point ? Number(point[2]) : numeric(named("Lat")), long = point ? Number(point[1]) : numeric(named("Long"));
  if (!term && !code && lat === null) return null;
  return {
    key: term?.value ?? code ?? `${lat} ${long}`,
    label: worded(term, labels) || worded(row["label"] ?? row["name"], labels) || code || "",
    ...(term?.type === "uri" ? { href: link(term.value) } : {}),
    ...(code ? { code } : {}),
    ...(lat !== null && long !== null ? { lat, long } : {}),
  };
}

/** Read a map: rows with `from` and `to` are arcs, those with `mark` and `at` marks, others places. */
export function mapOf({ names, rows, labels }: Result): MapData {
  const data: MapData = { arcs: [], marks: [], places: [] };
  const other = names.find((name) => rows.some((row) => row[name]?.type === "uri")) ?? names[0] ?? "";
  for (const row of rows) {
    const from = place(row, "from", labels), to = place(row, "to", labels), at = place(row, "at", labels);
    const href = (term?: Term): { href?: string } => (term?.type === "uri" ? { href: link(term.value) } : {});
    if (from && to) {
      const label = worded(row["arc"], labels) || `${from.label} – ${to.label}`;
      data.arcs.push({ from, to, kind: worded(row["kind"], labels), label, ...href(row["arc"]) });
    } else if (row["mark"] && at) data.marks.push({ at, label: `${worded(row["mark"], labels)} (${at.label})`, kind: worded(row["kind"], labels), ...href(row["mark"]) });
    else {
      const found = place(row, "place" in row ? "place" : other, labels, true);
      if (found && (found.code || found.lat !== undefined)) data.places.push(found);
    }
  }
  return data;
}

/** Read a network: `subject predicate object` as triples, `from to`, or in each row the first term to the others. */
export function graphOf({ names, rows, labels }: Result): GraphData {
  const nodes = new Map<string, Node>(), edges: GraphData["edges"] = [];
  const node = (term: Term): string => {
    const id = term.type === "literal" ? `"${term.value}"@${term["xml:lang"] ?? ""}` : term.value;
    if (!nodes.has(id)) {
      nodes.set(id, { id, label: worded(term, labels), ...(term.type === "uri" ? { href: link(term.value) } : {}), ...(term.type === "literal" ? { kind: "literal" as const } : {}) });
    }
    return id;
  };
  const has = (...wanted: string[]): boolean => wanted.every((name) => names.includes(name));
  const [s, p, o] = has("subject", "predicate", "object") ? ["subject", "predicate", "object"] : has("s", "p", "o") ? ["s", "p", "o"] : has("from", "to") ? ["from", "kind", "to"] : [];
  for (const row of rows) {
    if (s && o) {
      const from = row[s], to = row[o];
      if (from && to) edges.push({ from: node(from), to: node(to), label: worded(row[p ?? ""], labels), plain: p === "kind" });
      continue;
    }
    const [first, ...others] = names.filter((name) => row[name]);
    if (!first) continue;
    const from = node(row[first]!);
    for (const name of others) edges.push({ from, to: node(row[name]!), label: name });
  }
  return { nodes: [...nodes.values()], edges };
}
