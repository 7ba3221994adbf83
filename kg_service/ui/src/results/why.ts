// What is behind a row, and why there is none: asked of the server only when somebody wants to know.
// The answers are described in kg_service/explanation/: why.py, empty.py and misses.py.

import type { EditorView } from "@codemirror/view";
import { offset } from "../editor/editor";
import { el } from "../dom";
import { link, url, type Label, type Labels, type Row, type Term } from "../rows";
import { _, number } from "../words";
import { labelled, problemOf } from "./run";
import { shown, spoken } from "./table";

interface Place { line: number; column: number; endLine: number; endColumn: number }
interface Graph { iri: string; name: string; label: Label | null; document?: { iri: string; name: string; label: Label | null } | null; fragment?: string; texts?: Label[] }
interface Triple { s: Term; p: Term; o: Term; graphs: string[]; inferred: boolean; rule?: string; because?: Triple[] }
interface Undetermined { determined: false; reason: string; line?: number; column?: number }
interface Behind { determined: true; derivations: { triples: Triple[] }[]; more: boolean; absent: Place[]; graphs: Record<string, Graph> }
interface Miss { kind: string; message: string; replacement?: Place & { text: string }; values?: Term[] }
interface Cause extends Place { kind: string; text: string; solutions?: number; counted?: boolean; misses: Miss[]; branches?: Cause[][] }
type Emptiness = { empty: false } | ({ empty: true } & (Undetermined | { determined: true; causes: Cause[]; together: boolean }));

/** Show the triples behind a row, and the passages that state them. */
export async function explainRow(place: HTMLElement, query: string, row: Row): Promise<void> {
  const found = await post<Behind | Undetermined>(place, "/sparql/why", { query, row: JSON.stringify(row) });
  if (!found) return;
  if (!found.determined) return void place.replaceChildren(undetermined(found));
  const all = found.derivations.flatMap((way) => way.triples);
  const terms = [...all, ...all.flatMap((triple) => triple.because ?? [])].map(({ s, p, o }): Row => ({ s, p, o }));
  const labels = await labelled(terms);
  const numbers = new Map<string, number>(); // of the graphs that state something, in the order of reading
  const ways = found.derivations.map((way) => el("ul", { class: "plain" }, ...way.triples.map((triple) => stated(triple, numbers, labels))));
  const sources = [...numbers.keys()].map((iri) => source(found.graphs[iri] ?? { iri, name: iri, label: null }));
  place.replaceChildren(
    ...ways.flatMap((way, index) => (index ? [el("p", { class: "quiet" }, _("or")), way] : [way])),
    el("ol", { class: "sources" }, ...sources),
    found.more ? el("p", { class: "quiet" }, _("There are more ways to this row.")) : "",
    found.absent.length ? el("p", { class: "quiet" }, _("The row also needs something not to be there, which no passage can state (line {lines}).", { lines: found.absent.map((each) => each.line).join(", ") })) : "");
}

/** Show which parts of a query leave nothing, and what may have been meant. */
export async function explainEmpty(place: HTMLElement, editor: EditorView): Promise<void> {
  const found = await post<Emptiness>(place, "/sparql/why-empty", { query: editor.state.doc.toString() });
  if (!found) return;
  if (!found.empty) return void place.replaceChildren(el("p", {}, _("It has results now; run it again.")));
  if (!found.determined) return void place.replaceChildren(undetermined(found));
  place.replaceChildren(
    el("p", {}, found.together && found.causes.length > 1 ? _("Each of these has solutions by itself, all of them together have none:") : _("This part leaves nothing:")),
    el("ul", { class: "plain results" }, ...found.causes.map((cause) => because(cause, editor))));
}

function stated(triple: Triple, numbers: Map<string, number>, labels: Labels): HTMLElement {
  const noted = triple.graphs.map((iri) => {
    if (!numbers.has(iri)) numbers.set(iri, numbers.size + 1);
    return numbers.get(iri);
  });
  return el("li", {}, shown(triple.s, labels, false), " ", shown(triple.p, labels, false), " ", shown(triple.o, labels, false), " ",
    triple.inferred ? el("span", { class: "inferred" }, _("inferred")) : el("sup", {}, noted.join(", ")),
    triple.because?.length ? el("div", { class: "inside" }, el("p", { class: "quiet" }, _("because")), el("ul", { class: "plain" }, ...triple.because.map((each) => stated(each, numbers, labels)))) : null);
}

function source(graph: Graph): HTMLElement {
  const named = graph.document ? `${graph.document.label?.value ?? graph.document.name}, ${graph.fragment ?? ""}` : (graph.label?.value ?? graph.name);
  return el("li", {}, el("a", { href: link(graph.iri) }, named),
    ...(graph.texts ?? []).slice(0, 1).map((text) => el("p", { class: "gloss" }, spoken(text.value, text.language))));
}

function because(cause: Cause, editor: EditorView): HTMLElement {
  const go = (): void => {
    editor.dispatch({ selection: { anchor: offset(editor.state.doc, cause.line, cause.column), head: offset(editor.state.doc, cause.endLine, cause.endColumn) }, scrollIntoView: true });
    editor.focus();
  };
  const count = cause.solutions === undefined ? "" : cause.counted
    ? _("{count} solutions without it", { count: number(cause.solutions) }) : _("more than {count} solutions without it", { count: number(cause.solutions) });
  return el("li", {}, el("button", { type: "button", class: "plain", dir: "ltr", click: go }, el("code", {}, cause.text)), " ",
    el("small", { class: "quiet" }, [_("line {line}", { line: cause.line }), count].filter(Boolean).join(" · ")),
    ...cause.misses.map((miss) => el("p", {}, miss.message, " ",
      ...(miss.values ?? []).flatMap((value, index) => [index ? ", " : "", shown(value, {})]), " ",
      miss.replacement ? mend(miss.replacement, editor) : null)),
    ...(cause.branches ?? []).map((branch) => el("ul", { class: "plain inside" }, ...branch.map((each) => because(each, editor)))));
}

function mend(change: Place & { text: string }, editor: EditorView): HTMLElement {
  return el("button", { type: "button", click: () => {
    const doc = editor.state.doc;
    editor.dispatch({ changes: { from: offset(doc, change.line, change.column), to: offset(doc, change.endLine, change.endColumn), insert: change.text } });
    editor.focus();
  } }, _("Write {text}", { text: change.text.trim().slice(0, 60) }));
}

function undetermined(found: Undetermined): HTMLElement {
  return el("p", { class: "quiet" }, _("Not determined."), " ", el("span", { lang: "en", dir: "ltr" }, found.reason));
}

async function post<T>(place: HTMLElement, path: string, values: Record<string, string>): Promise<T | null> {
  place.replaceChildren(el("p", { class: "quiet", role: "status" }, _("looking")));
  const answer = await fetch(url(path), { method: "POST", body: new URLSearchParams(values) }).catch(() => null);
  if (answer?.ok) return (await answer.json()) as T;
  const problem = answer ? problemOf(await answer.text(), answer.status) : null;
  place.replaceChildren(el("p", {}, problem ? `${problem.title}. ${problem.detail}` : _("No answer came")));
  return null;
}
