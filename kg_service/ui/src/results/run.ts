// Asking: one query at a time, with what came of it, and a way to stop it on the server.

import { bare, block } from "../dom";
import { url, type Label, type Labels, type Row } from "../rows";
import { _ } from "../words";

export interface Problem { title: string; detail: string; status: number; line?: number; column?: number; remedy?: string }
export type Outcome =
  | { kind: "rows"; names: string[]; rows: Row[]; labels: Labels; more: boolean; text: string; ms: number }
  | { kind: "boolean"; value: boolean; text: string; ms: number }
  | { kind: "problem"; problem: Problem; ms: number }
  | { kind: "stopped"; ms: number };

/** Kind of problem → title and remedy in the reader's language. */
const words: Record<string, [string, string]> = bare(block("problems") ?? {});

/** Solutions that a page takes; the files have them all. */
export const MOST = 10_000;
const LABELS = 2_000;
const ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9";

/** Ask the endpoint. Aborting the signal ends the query on the server, too: it watches whether its client is there. */
export async function ask(query: string, signal: AbortSignal): Promise<Outcome> {
  const began = performance.now();
  const ms = (): number => performance.now() - began;
  try {
    const answer = await fetch(url("/sparql"), {
      method: "POST", headers: { Accept: ACCEPT }, signal,
      body: new URLSearchParams({ query, "limit-rows": String(MOST) }),
    });
    const text = await answer.text();
    if (!answer.ok) return { kind: "problem", problem: problemOf(text, answer.status), ms: ms() };
    const spent = ms(), more = answer.headers.get("x-more-rows") === "true";
    if (answer.headers.get("content-type")?.startsWith("application/n-triples")) {
      const rows = triples(text).slice(0, MOST);
      return { kind: "rows", names: ["subject", "predicate", "object"], rows, labels: await labelled(rows, signal), more, text, ms: spent };
    }
    const found = JSON.parse(text) as { boolean?: boolean; head: { vars?: string[] }; results?: { bindings: Row[] } };
    if (found.boolean !== undefined) return { kind: "boolean", value: found.boolean, text, ms: spent };
    const rows = (found.results?.bindings ?? []).map(bare);
    return { kind: "rows", names: found.head.vars ?? [], rows, labels: await labelled(rows, signal), more, text, ms: spent };
  } catch (error) {
    if (signal.aborted) return { kind: "stopped", ms: ms() };
    const detail = error instanceof Error ? error.message : String(error);
    return { kind: "problem", problem: { title: _("No answer came"), detail, status: 0, remedy: _("Look whether the service is reachable, and ask again.") }, ms: ms() };
  }
}

/** Read a problem document (RFC 9457); of anything else the beginning. */
export function problemOf(text: string, status: number): Problem {
  try {
    const found = JSON.parse(text) as Partial<Problem> & { type?: string };
    const slug = found.type?.split("/").at(-1) ?? "";
    const [title, remedy] = words[slug] ?? [];
    return { title: "", detail: "", status, ...found, ...(title ? { title } : {}), ...(remedy ? { remedy } : {}) };
  } catch {
    return { title: `HTTP ${status}`, detail: text.slice(0, 300), status };
  }
}

/** Fetch what the things of a result are called. */
export async function labelled(rows: Row[], signal?: AbortSignal): Promise<Labels> {
  const iris = new Set<string>();
  for (const row of rows) {
    for (const term of Object.values(row)) if (term.type === "uri" && iris.size < LABELS) iris.add(term.value);
  }
  if (iris.size === 0) return {};
  const body = new URLSearchParams([...iris].map((iri) => ["iri", iri]));
  const answer = await fetch(url("/sparql/labels"), { method: "POST", body, signal: signal ?? null }).catch(() => null);
  return bare(answer?.ok ? ((await answer.json()) as Record<string, Label>) : {});
}

const TRIPLE = /^(<[^>]*>|_:\S+)\s+<([^>]*)>\s+(?:<([^>]*)>|(_:\S+)|"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<([^>]*)>)?)\s*\.$/;

/** Read N-Triples as solutions. */
function triples(text: string): Row[] {
  const rows: Row[] = [];
  for (const line of text.split("\n")) {
    const match = TRIPLE.exec(line.trim());
    if (!match) {
      if (line.trim()) rows.push({ subject: { type: "literal", value: line.trim() } }); // a triple of triples, as it is written
      continue;
    }
    const [, subject = "", predicate = "", iri, blank, literal, tag, datatype] = match;
    const plain = (value: string): string => value.replace(/\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})|\\(.)/g, (_all, short?: string, long?: string, mark = "") =>
      short || long ? String.fromCodePoint(parseInt(short ?? long ?? "", 16)) : ({ n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" }[mark as string] ?? mark));
    rows.push({
      subject: subject.startsWith("<") ? { type: "uri", value: plain(subject.slice(1, -1)) } : { type: "bnode", value: subject },
      predicate: { type: "uri", value: plain(predicate) },
      object: iri !== undefined ? { type: "uri", value: plain(iri) } : blank !== undefined ? { type: "bnode", value: blank }
        : { type: "literal", value: plain(literal ?? ""), ...(tag ? { "xml:lang": tag } : {}), ...(datatype ? { datatype } : {}) },
    });
  }
  return rows;
}

