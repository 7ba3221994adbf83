// The editor of queries: CodeMirror in a shadow tree, whose styles the page's policy allows without inline ones.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { linter, lintKeymap, type Diagnostic } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, type Text } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";
import { url } from "../rows";
import { _ } from "../words";
import { complete } from "./completion";

interface Place { line: number; column: number; endLine: number; endColumn: number }
interface Finding extends Place { severity: "error" | "warning" | "info"; message: string; remedy?: string; replacement?: Place & { text: string } }

const LOOK = EditorView.theme({
  "&": { fontSize: ".94rem", border: "1px solid var(--line)", backgroundColor: "var(--paper)", color: "var(--ink)" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "1px" },
  ".cm-content, .cm-gutter": { minHeight: "15rem" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--quiet)", border: "0" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--line) 30%, transparent)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--accent) 28%, transparent)" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--line)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "17rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--paper)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected] .cm-completionDetail": { color: "var(--paper)" },
  ".cm-completionDetail": { fontFamily: "var(--sans)", fontStyle: "normal", color: "var(--quiet)" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "600" },
  ".cm-completionInfo": { maxWidth: "20rem", fontFamily: "var(--sans)" },
  ".cm-diagnostic": { fontFamily: "var(--sans)" },
  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--ink)" },
});

const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.definitionKeyword], color: "var(--accent)", fontWeight: "600" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--warning)" },
  { tag: [tags.string, tags.literal], color: "light-dark(#3d6b1f, #a6cf86)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--quiet)", fontStyle: "italic" },
  { tag: [tags.number, tags.bool], color: "light-dark(#7a3b8f, #d3a6e4)" },
]);

/** Make the editor in place of a text field, which keeps its text; `run` is called at Ctrl+Enter. */
export function makeEditor(field: HTMLTextAreaElement, run: () => void): EditorView {
  const host = document.createElement("div");
  host.dir = "ltr"; // a query is code, in whatever language the page is
  host.className = "editor";
  field.before(host);
  const root = host.attachShadow({ mode: "open" });
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: field.value,
      extensions: [
        keymap.of([{ key: "Mod-Enter", run: () => { run(); return true; } }]),
        lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(), highlightActiveLine(), highlightSelectionMatches(),
        autocompletion({ override: [complete], icons: false, maxRenderedOptions: 100 }),
        linter(check, { delay: 500 }),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap, ...searchKeymap]),
        sparql(), syntaxHighlighting(COLOURS), LOOK, EditorView.lineWrapping,
        EditorState.phrases.of(phrases()),
        EditorView.contentAttributes.of({ "aria-label": _("Query"), spellcheck: "false" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) field.value = update.state.doc.toString();
        }),
      ],
    }),
  });
  field.hidden = true;
  field.required = false; // a hidden field cannot be asked to be filled
  document.querySelector(`label[for="${field.id}"]`)?.addEventListener("click", () => view.focus());
  return view;
}

/** Put another text into the editor. */
export function replaceText(view: EditorView, text: string): void {
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: 0 }, scrollIntoView: true });
}

/** Ask the server's real parser what is wrong with the query. */
async function check(view: EditorView): Promise<Diagnostic[]> {
  const text = view.state.doc;
  if (text.length === 0) return [];
  const answer = await fetch(url("/sparql/check"), { method: "POST", body: new URLSearchParams({ query: text.toString() }) }).catch(() => null);
  if (!answer?.ok) return [];
  const found = (await answer.json()) as Finding[];
  return found.map((each) => {
    const from = offset(text, each.line, each.column), fix = each.replacement;
    return {
      from, to: Math.max(from, offset(text, each.endLine, each.endColumn)), severity: each.severity,
      message: [each.message, each.remedy].filter(Boolean).join("\n"),
      ...(fix ? { actions: [{ name: _("Do it"), apply: (target: EditorView) => target.dispatch({ changes: { from: offset(text, fix.line, fix.column), to: offset(text, fix.endLine, fix.endColumn), insert: fix.text } }) }] } : {}),
    };
  }).sort((a, b) => a.from - b.from);
}

/** Return the position of a line and a column, which counts code points from 1. */
export function offset(text: Text, line: number, column: number): number {
  const found = text.line(Math.min(Math.max(1, line), text.lines));
  return Math.min(found.from + [...found.text].slice(0, column - 1).join("").length, found.to);
}

function phrases(): Record<string, string> {
  return { Find: _("Find"), Replace: _("Replace"), next: _("next"), previous: _("previous"), close: _("close"), "No diagnostics": _("Nothing is wrong"), Diagnostics: _("What is wrong") };
}
