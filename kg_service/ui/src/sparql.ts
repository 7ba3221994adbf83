// The page where queries are written: editor, asking and stopping, views of a result, sharing, history.

import { replaceText, makeEditor, offset } from "./editor/editor";
import { tidied } from "./editor/tidy";
import { block, el } from "./dom";
import { forget, history as asked, remember } from "./history";
import { drawBars, drawTimeline } from "./results/charts";
import { programs } from "./results/code";
import { ask, MOST, problemOf, type Outcome, type Problem } from "./results/run";
import { showTable } from "./results/table";
import { explainEmpty, explainRow } from "./results/why";
import { graphOf, mapOf, url } from "./rows";
import { _, language, number } from "./words";

interface Example { name: string; summary: string; view: string }
interface Format { name: string; title: string }
type Rows = Extract<Outcome, { kind: "rows" }>;

const form = document.querySelector<HTMLFormElement>("#query-form")!;
const field = form.querySelector<HTMLTextAreaElement>("#query")!;
const results = document.querySelector<HTMLElement>("#results")!;
const examples = block<Example[]>("examples") ?? [];
const formats = block<{ rows: Format[]; graphs: Format[] }>("formats") ?? { rows: [], graphs: [] };
const endpoint = form.dataset["endpoint"] ?? location.origin + url("/sparql");
const VIEWS: Record<string, { title: string; show: (target: HTMLElement, result: Rows) => void | Promise<void> }> = {
  table: { title: _("Table"), show: (target, result) => showTable(target, result, (row, place) => void explainRow(place, query(), row)) },
  map: { title: _("Map"), show: async (target, result) => (await import("./map")).drawMap(target, mapOf(result)) },
  graph: { title: _("Network"), show: async (target, result) => (await import("./graph")).drawGraph(target, graphOf(result)) },
  timeline: { title: _("Timeline"), show: drawTimeline },
  bar: { title: _("Bars"), show: drawBars },
  raw: { title: _("Raw"), show: (target, result) => target.replaceChildren(el("pre", { dir: "ltr", tabindex: 0 }, el("code", {}, pretty(result.text)))) },
};

const first = field.value;
const heading = document.querySelector("h1");
const question = document.querySelector(".question"); // the form of the question that the page was opened with
let view = results.dataset["view"] || "table";
let running: AbortController | null = null;

const editor = makeEditor(field, () => void run());
const query = (): string => editor.state.doc.toString();
const go = form.querySelector<HTMLButtonElement>("button[type=submit]")!;
const stop = el("button", { type: "button", hidden: true, click: () => running?.abort() }, _("Stop"));
const tidy = el("button", { type: "button", click: () => replaceText(editor, tidied(query())) }, _("Tidy up"));
const share = el("button", { type: "button", click: () => void shareLink() }, _("Share"));
const status = el("span", { role: "status", class: "quiet" });
const actions = form.querySelector<HTMLElement>("#query-actions")!;
actions.replaceChildren(go, stop, tidy, share, status);
go.title = "Ctrl+Enter";
form.before(choices());
form.after(past());
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void run();
});
addEventListener("popstate", () => {
  const before = new URLSearchParams(location.search).get("query");
  replaceText(editor, before ?? first);
  if (before !== null || results.dataset["ran"] === "yes") void run(false);
  else results.replaceChildren();
});
if (results.dataset["ran"] === "yes") void run(false);
else {
  const { line, column } = results.dataset;
  if (line) editor.dispatch({ selection: { anchor: offset(editor.state.doc, Number(line), Number(column ?? 1)) }, scrollIntoView: true });
  editor.focus();
}

/** Ask the query that stands in the editor, and show what comes. */
async function run(anew = true): Promise<void> {
  running?.abort();
  const mine = (running = new AbortController()), text = query(), began = performance.now();
  stop.hidden = false;
  const tick = setInterval(() => { status.textContent = _("asking, {seconds} s", { seconds: number(Math.round((performance.now() - began) / 100) / 10) }); }, 200);
  const outcome = await ask(text, mine.signal);
  clearInterval(tick);
  if (running !== mine) return; // another query was asked meanwhile
  running = null;
  stop.hidden = true;
  if (anew) {
    const address = url("/sparql", { query: text });
    if (address.length < 6000 && location.search !== new URL(address, location.href).search) history.pushState(null, "", address);
  }
  status.textContent = outcome.kind === "stopped" ? _("Stopped after {seconds} s.", { seconds: spent(outcome.ms) }) : _("{seconds} s", { seconds: spent(outcome.ms) });
  if (outcome.kind === "stopped") return;
  if (outcome.kind !== "problem") remember(text, outcome.kind === "rows" ? outcome.rows.length : null);
  show(outcome);
}

function show(outcome: Exclude<Outcome, { kind: "stopped" }>): void {
  if (outcome.kind === "problem") return showProblem(outcome.problem);
  const title = el("h2", { tabindex: -1 }, _("Result"));
  if (outcome.kind === "boolean") {
    results.replaceChildren(title, el("p", { class: "lead" }, outcome.value ? _("Yes.") : _("No.")), files(formats.rows.filter((each) => /^(?:json|xml|csv|tsv)$/.test(each.name))));
    return;
  }
  const found = outcome.rows.length;
  const count = outcome.more ? _("The first {count} rows; there are more, and the files have them all.", { count: number(MOST) })
    : found === 1 ? _("1 row") : _("{count} rows", { count: number(found) });
  if (found === 0) {
    const place = el("div", { tabindex: -1 });
    const why = el("button", { type: "button", click: () => { why.remove(); place.focus(); void explainEmpty(place, editor); } }, _("Why empty?"));
    results.replaceChildren(title, el("p", {}, _("No solution matches.")), why, place);
    return;
  }
  const target = el("div", { class: "drawing" });
  const tabs = el("div", { class: "field views", role: "group", "aria-label": _("View") });
  const choose = (name: string): void => {
    view = name;
    for (const button of tabs.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset["name"] === name));
    void VIEWS[name]!.show(target, outcome);
  };
  for (const [name, { title: words }] of Object.entries(VIEWS)) tabs.append(el("button", { type: "button", class: "plain", "data-name": name, click: () => choose(name) }, words));
  const isGraph = outcome.text.length > 0 && !outcome.text.trimStart().startsWith("{");
  results.replaceChildren(title, el("p", {}, count), tabs, target, files(isGraph ? formats.graphs : formats.rows), asProgram());
  choose(view in VIEWS ? view : "table");
}

function showProblem(problem: Problem): void {
  const place = problem.line ? el("p", {}, _("Line {line}, column {column}", { line: problem.line, column: problem.column ?? 1 })) : null;
  results.replaceChildren(
    el("h2", {}, problem.title), el("p", {}, el("span", { dir: "ltr", lang: "en" }, problem.detail)), place ?? "",
    problem.remedy ? el("p", {}, problem.remedy) : "");
  if (problem.line) {
    const at = offset(editor.state.doc, problem.line, problem.column ?? 1);
    editor.dispatch({ selection: { anchor: at }, scrollIntoView: true });
    editor.focus();
  }
}

/** Offer the result as files; each has all of it. */
function files(offered: Format[]): HTMLElement {
  const links = offered.filter((each) => each.name !== "html").flatMap((each, index) => [
    index ? ", " : "", el("a", { href: url("/sparql", { query: query(), format: each.name }) }, each.title),
  ]);
  return el("p", {}, _("As a file:"), " ", ...links);
}

function asProgram(): HTMLElement {
  const text = el("code");
  const known = programs(endpoint, query());
  const pick = (name: string): void => { text.textContent = known[name] ?? ""; };
  const names = Object.keys(known).map((name) => el("button", { type: "button", class: "plain", click: () => pick(name) }, name));
  pick(Object.keys(known)[0] ?? "");
  return el("details", {}, el("summary", {}, _("As a program")), el("div", { class: "field views" }, ...names), el("pre", { dir: "ltr", tabindex: 0 }, text));
}

/** Offer the data set's own queries. */
function choices(): HTMLElement {
  if (!examples.length) return el("span");
  const list = el("select", { id: "question", change: async () => {
    const chosen = examples.find((each) => each.name === list.value);
    const text = chosen && (await textOf(chosen.name));
    if (!chosen || !text) return;
    replaceText(editor, text);
    view = chosen.view;
    if (heading) heading.textContent = chosen.summary;
    question?.remove();
    void run();
  } }, el("option", { value: "" }, _("Choose a question")), ...examples.map((each) => el("option", { value: each.name }, each.summary)));
  return el("p", { class: "field" }, el("label", { for: "question" }, _("Questions of this data set")), list);
}

/** Return the text of one of the data set's queries. */
async function textOf(name: string): Promise<string | undefined> {
  const answer = await fetch(url("/queries"), { headers: { Accept: "application/json" } }).catch(() => null);
  const { queries } = answer?.ok ? ((await answer.json()) as { queries: { name: string; text: string }[] }) : { queries: [] };
  return queries.find((each) => each.name === name)?.text;
}

/** Show what was asked before in this browser. */
function past(): HTMLElement {
  const list = el("ol", { class: "plain results" });
  const fill = (): void => {
    const dates = new Intl.DateTimeFormat(`${language}-u-nu-latn`, { dateStyle: "medium", timeStyle: "short" });
    list.replaceChildren(...asked().map((each) => el("li", {},
      el("button", { type: "button", class: "plain asked", dir: "ltr", click: () => { replaceText(editor, each.query); editor.focus(); } }, el("code", {}, each.query.replace(/^PREFIX.*$/gim, "").trim().slice(0, 160) || each.query.slice(0, 160))),
      el("small", { class: "quiet" }, ` ${dates.format(new Date(each.when))}${each.rows === null ? "" : ` · ${each.rows === 1 ? _("1 row") : _("{count} rows", { count: number(each.rows) })}`}`))));
    if (!list.children.length) list.append(el("li", { class: "quiet" }, _("Nothing yet. Queries asked here are kept in this browser only.")));
  };
  const details = el("details", { toggle: () => { if (details.open) fill(); } }, el("summary", {}, _("Asked before")), list,
    el("button", { type: "button", click: () => { forget(); fill(); } }, _("Forget them")));
  return details;
}

/** Make a short link to the query, with the version of the data, and copy it. */
async function shareLink(): Promise<void> {
  const answer = await fetch(url("/sparql/shared"), { method: "POST", body: new URLSearchParams({ query: query() }) }).catch(() => null);
  if (!answer?.ok) {
    status.textContent = answer ? problemOf(await answer.text(), answer.status).detail : _("No answer came");
    return;
  }
  const { link } = (await answer.json()) as { link: string };
  const shown = el("input", { readonly: true, value: link, "aria-label": _("Link to this query"), size: 40, dir: "ltr" });
  const copied = await navigator.clipboard?.writeText(link).then(() => true, () => false);
  status.replaceChildren(shown, copied ? ` ${_("copied")}` : "");
  shown.focus();
  shown.select();
}

function pretty(text: string): string {
  const most = 200_000;
  const shown = text.startsWith("{") && text.length < most ? JSON.stringify(JSON.parse(text), null, 2) : text;
  return shown.length > most ? `${shown.slice(0, most)}\n…` : shown;
}

function spent(ms: number): string {
  return number(ms < 1000 ? Math.round(ms) / 1000 : Math.round(ms / 100) / 10);
}

