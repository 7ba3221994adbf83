// Where in a query the cursor stands: in which place of a triple, of which subject and predicate.

export interface Context {
  place: "subject" | "predicate" | "object" | "other";
  subject?: string;
  predicate?: string;
  /** Classes that the query gives the subject. */
  classes: string[];
}

interface Token { text: string; start: number }

// Comments, strings, IRIs, names, variables and marks; what is none of them stands for itself.
const TOKEN = /#[^\n]*|"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|<[^<>"{}|^`\\\s]*>|[?$][\w]+|@[\w-]+|[\p{L}\p{N}_][\p{L}\p{N}_.-]*:?(?:[\p{L}\p{N}_%:-]|\.(?=[\p{L}\p{N}_]))*|:[\p{L}\p{N}_%-]*|\^\^|[^\s]/gu;
const KEYWORD = /^(?:select|construct|describe|ask|where|filter|optional|union|minus|bind|values|graph|service|group|order|having|limit|offset|by|distinct|reduced|prefix|base|from|named|as|exists|not|in|undef)$/i;
const PATH_MARKS = new Set(["/", "|", "^", "*", "+", "?", "!"]);

/** Split a query into tokens, comments left out. */
export function tokens(text: string): Token[] {
  return [...text.matchAll(TOKEN)].filter((match) => !match[0].startsWith("#")).map((match) => ({ text: match[0], start: match.index }));
}

/** Tell where the cursor stands; `from` is where the word under it begins. */
export function contextAt(text: string, from: number): Context {
  const all = tokens(text), before = all.filter((token) => token.start < from);
  let depth = 0, subject: string | undefined, predicate: string | undefined, filled = 0;
  const reset = (): void => { subject = predicate = undefined; filled = 0; };
  let statement = false;
  for (let index = 0; index < before.length; index++) {
    const token = before[index]!.text;
    if (token === "{") { depth++; statement = true; reset(); }
    else if (token === "}") { depth--; reset(); }
    else if (depth === 0) continue;
    else if (token === "(") {
      const previous = before[index - 1]?.text ?? "";
      if (filled === 1 && (previous === subject || PATH_MARKS.has(previous))) continue; // a path in brackets
      index = closing(before, index);
      if (index >= before.length) return { place: "other", classes: [] };
      reset();
    } else if (token === ")") continue;
    else if (token === "." ) reset();
    else if (token === ";") { predicate = undefined; filled = 1; }
    else if (token === ",") filled = 2;
    else if (token === "[" || token === "]") { if (filled === 2) filled = 3; }
    else if (KEYWORD.test(token)) { reset(); statement = !/^(?:filter|bind|values)$/i.test(token); }
    else if (token === "^^" || token.startsWith("@")) continue;
    else if (filled === 0) { subject = token; filled = 1; }
    else if (filled === 1) {
      if (PATH_MARKS.has(token)) continue;
      predicate = token;
      const next = before[index + 1]?.text;
      filled = next !== undefined && (PATH_MARKS.has(next) || next === ")") ? 1 : 2;
    } else if (filled === 2) filled = 3;
  }
  if (depth === 0 || !statement) return { place: "other", classes: [] };
  const place = (["subject", "predicate", "object", "other"] as const)[filled]!;
  return { place, ...(subject ? { subject, classes: classesOf(all, subject) } : { classes: [] }), ...(predicate ? { predicate } : {}) };
}

function closing(all: Token[], open: number): number {
  let depth = 0;
  for (let index = open; index < all.length; index++) {
    if (all[index]!.text === "(") depth++;
    else if (all[index]!.text === ")" && --depth === 0) return index;
  }
  return all.length;
}

/** Return the classes that a query states for a subject, anywhere in it. */
function classesOf(all: Token[], subject: string): string[] {
  const found: string[] = [];
  let current: string | undefined, start = true;
  all.forEach(({ text }, index) => {
    if (start) current = text;
    start = text === "." || text === "{" || text === "}";
    if ((text === "a" || text === "rdf:type") && current === subject) {
      for (let at = index + 1; all[at]; at += 2) {
        found.push(all[at]!.text);
        if (all[at + 1]?.text !== ",") break;
      }
    }
  });
  return found;
}
