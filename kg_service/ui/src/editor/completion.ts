// Completion from the static schema document: nothing is asked of the endpoint while somebody writes.

import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import type { EditorView } from "@codemirror/view";
import { _, number } from "../words";
import { contextAt, tokens } from "./context";
import { best, schema, type Class, type Entity, type Property, type Schema, type Use } from "./schema";

const KEYWORDS = ["SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "WHERE", "FILTER", "OPTIONAL", "UNION", "MINUS", "GRAPH", "BIND", "VALUES", "PREFIX", "DISTINCT", "GROUP BY", "ORDER BY", "HAVING", "LIMIT", "OFFSET", "DESC", "ASC", "EXISTS", "NOT EXISTS", "FROM", "FROM NAMED", "AS", "UNDEF"];
const FUNCTIONS = ["COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "STR", "LANG", "LANGMATCHES", "DATATYPE", "BOUND", "IRI", "COALESCE", "IF", "STRLEN", "SUBSTR", "UCASE", "LCASE", "STRSTARTS", "STRENDS", "CONTAINS", "STRBEFORE", "STRAFTER", "CONCAT", "REPLACE", "REGEX", "ABS", "ROUND", "YEAR", "MONTH", "DAY", "NOW", "isIRI", "isLiteral", "isBlank", "STRDT", "STRLANG"];
const WORD = /[?$]?[\p{L}\p{N}_:.\-<>@%]*$/u;

/** Offer what can stand at the cursor. */
export async function complete(context: CompletionContext): Promise<CompletionResult | null> {
  const word = context.matchBefore(WORD);
  if (!word || (word.from === word.to && !context.explicit)) return null;
  const text = context.state.doc.toString();
  if (word.text.startsWith("?") || word.text.startsWith("$")) {
    const names = new Set(tokens(text).filter((token) => /^[?$]\w/.test(token.text) && token.start !== word.from).map((token) => token.text));
    return { from: word.from, options: [...names].map((label) => ({ label, type: "variable" })), validFor: /^[?$]\w*$/ };
  }
  const known = await schema();
  if (word.text.startsWith("@")) {
    const options = Object.entries(known.languages ?? {}).map(([tag, count]) => ({ label: `@${tag}`, detail: number(count), boost: Math.log(count) }));
    return { from: word.from, options, validFor: /^@[\w-]*$/ };
  }
  const at = contextAt(text, word.from);
  const options: Completion[] = [];
  if (at.place === "predicate") options.push(...predicates(known, at.classes));
  else if (at.place === "object" && (at.predicate === "a" || at.predicate === "rdf:type")) options.push(...known.classes.map(ofClass));
  else if (at.place === "object") options.push(...objects(known, at.predicate ?? "", at.classes));
  else options.push(...(at.place === "subject" ? known.entities.map(ofEntity) : []), ...keywords());
  if (at.place === "other") options.push(...known.classes.map(ofClass), ...known.properties.map((each) => ofProperty(each)), ...known.entities.map(ofEntity));
  return { from: word.from, options, validFor: /^[\p{L}\p{N}_:.\-<>%]*$/u };
}

function keywords(): Completion[] {
  return [...KEYWORDS.map((label) => ({ label, type: "keyword" })), ...FUNCTIONS.map((label) => ({ label, type: "function", apply: `${label}(` }))];
}

/** Offer the properties of the classes at hand first, with what shapes ask of them; then the others. */
function predicates(known: Schema, classes: string[]): Completion[] {
  const uses = known.classes.filter((each) => classes.includes(each.name)).flatMap((each) => each.properties ?? []);
  const named = new Map<string, Use>();
  for (const use of uses) if (!named.has(use.name)) named.set(use.name, use);
  const words = { mandatory: _("mandatory"), optional: _("optional"), used: _("used here") };
  const mine = [...named.values()].map((use) => {
    const property = known.properties.find((each) => each.name === use.name);
    const rank = { mandatory: 60, optional: 40, used: 20 }[use.presence];
    return property ? { ...ofProperty(property, `${words[use.presence]} · ${use.many ? _("many") : _("one")}`), boost: rank } : null;
  });
  const others = known.properties.filter((each) => !named.has(each.name)).map((each) => ({ ...ofProperty(each), boost: named.size ? -50 : 0 }));
  return [{ label: "a", detail: _("is a"), type: "keyword", boost: 10 }, ...mine.filter((each) => each !== null), ...others];
}

/** Offer the values that a shape lists, else things of the classes that the property leads to. */
function objects(known: Schema, predicate: string, classes: string[]): Completion[] {
  const uses = known.classes.flatMap((each) => (classes.length === 0 || classes.includes(each.name) ? (each.properties ?? []) : []));
  const use = uses.filter((each) => each.name === predicate);
  const values = new Set(use.flatMap((each) => each.values ?? []));
  const byName = new Map(known.entities.map((each) => [each.name, each]));
  if (values.size) return [...values].map((name) => ({ ...(byName.has(name) ? ofEntity(byName.get(name)!) : plain(known, name)), boost: 50 }));
  const property = known.properties.find((each) => each.name === predicate);
  const wanted = new Set([...use.flatMap((each) => each.classes ?? []), ...(property?.range ?? [])]);
  for (let grown = true; grown; ) { // things of the classes below count, too
    grown = false;
    for (const each of known.classes) {
      if (!wanted.has(each.name) && each.superclasses?.some((name) => wanted.has(name))) grown = Boolean(wanted.add(each.name));
    }
  }
  const fitting = known.entities.filter((each) => each.classes?.some((name) => wanted.has(name)));
  return (wanted.size ? fitting : known.entities).map(ofEntity);
}

function ofClass(each: Class): Completion {
  const label = best(each.labels);
  return named(each.name, label, each.instances ? `${label} · ${number(each.instances)}` : label, "class", best(each.comments), each.deprecated);
}

function ofProperty(each: Property, detail = ""): Completion {
  const label = best(each.labels);
  return named(each.name, label, [label, detail].filter(Boolean).join(" · "), "property", best(each.comments), each.deprecated);
}

function ofEntity(each: Entity): Completion {
  const label = best(each.labels);
  return { ...named(each.name, Object.values(each.labels ?? {}).join(" "), label, "constant", (each.classes ?? []).join(", ")), displayLabel: each.name };
}

function plain(known: Schema, name: string): Completion {
  return named(name, "", best(known.classes.find((each) => each.name === name)?.labels), "constant", "");
}

function named(name: string, words: string, detail: string, type: string, info: string, deprecated = false): Completion {
  return {
    label: words ? `${name} ${words}` : name, // found by its words, too
    displayLabel: name, detail: deprecated ? `${detail} · ${_("deprecated")}` : detail, type,
    ...(info ? { info } : {}), ...(deprecated ? { boost: -90 } : {}),
    apply: (view: EditorView, _completion: Completion, from: number, to: number) => void insert(view, name, from, to),
  };
}

/** Put a name in, and its prefix at the head of the query where none declares it. */
async function insert(view: EditorView, name: string, from: number, to: number): Promise<void> {
  const prefix = name.startsWith("<") ? null : name.slice(0, name.indexOf(":"));
  const namespace = prefix === null ? undefined : (await schema()).prefixes[prefix];
  const declared = new RegExp(`PREFIX\\s+${prefix}:`, "i").test(view.state.doc.toString());
  const head = namespace && !declared ? `PREFIX ${prefix}: <${namespace}>\n` : "";
  view.dispatch({
    changes: [...(head ? [{ from: 0, insert: head }] : []), { from, to, insert: name }],
    selection: { anchor: from + head.length + name.length },
    userEvent: "input.complete",
  });
}
