// What is behind a row, and why there is none: asked of the server only when somebody wants to know.

import { el } from "../dom";
import { link, url, type Labels, type Result, type Row, type Term } from "../rows";
import { _ } from "../words";
import { problemOf } from "./run";
import { shown } from "./table";

interface Passage { iri: string; label?: { value: string; language: string } | null; document?: unknown; gloss?: { value: string; language: string } | null }
interface Fact { s: Term; p: Term; o: Term; graphs: Passage[]; inferred?: boolean }
interface RowAnswer { determined: boolean; reason?: string; derivations?: { triples: Fact[] }[]; more?: boolean; absent?: unknown[] }

/** Show the triples and the passages behind a row. */
export async function explainRow(place: HTMLElement, query: string, row: Row, result: Result): Promise<void> {
  const found = await post<RowAnswer>(place, "/sparql/why", { query, row: JSON.stringify(row) });
  if (!found) return;
  if (!found.determined) return void place.replaceChildren(el("p", { class: "quiet" }, _("Not determined:"), ` ${found.reason ?? ""}`));
  place.replaceChildren(...(found.derivations ?? []).map((each) => facts(each.triples, result.labels)));
}

/** Show which part of a query leaves nothing, and what may have been meant. */
export async function explainEmpty(place: HTMLElement, query: string): Promise<void> {
  const found = await post<{ reason?: string }>(place, "/sparql/why-empty", { query });
  if (found) place.replaceChildren(el("p", {}, found.reason ?? ""));
}

function facts(all: Fact[], labels: Labels): HTMLElement {
  return el("ul", { class: "plain" }, ...all.map((each) => el("li", {}, shown(each.s, labels), " ", shown(each.p, labels), " ", shown(each.o, labels), " ",
    ...each.graphs.map((graph) => el("a", { href: link(graph.iri) }, graph.label?.value ?? graph.iri)))));
}

async function post<T>(place: HTMLElement, path: string, values: Record<string, string>): Promise<T | null> {
  place.replaceChildren(el("p", { class: "quiet", role: "status" }, _("looking")));
  const answer = await fetch(url(path), { method: "POST", body: new URLSearchParams(values) }).catch(() => null);
  if (answer?.ok) return (await answer.json()) as T;
  const problem = answer ? problemOf(await answer.text(), answer.status) : null;
  place.replaceChildren(el("p", {}, problem?.detail ?? _("No answer came")));
  return null;
}
