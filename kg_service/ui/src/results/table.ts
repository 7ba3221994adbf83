// Solutions as a table: labels beside IRIs, language and datatype shown, sorted by any column, a page at a time.

import { el } from "../dom";
import { direction, link, numeric, shortened, type Label, type Row, type Term, type Result } from "../rows";
import { language, number, _ } from "../words";

const PAGE = 100;

/** Show the table; `explain`, where given, is called with a row and the place for what is behind it. */
export function showTable(target: HTMLElement, result: Result, explain?: (row: Row, place: HTMLElement) => void): void {
  let rows = result.rows, page = 0, column: string | null = null, down = false;
  const table = el("table");
  const frame = el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": _("Table of the result") }, table);
  const pager = el("nav", { class: "pages", "aria-label": _("Pages") });
  const sort = (name: string): void => {
    down = column === name && !down;
    column = name;
    const order = new Intl.Collator(language, { numeric: true });
    const key = (row: Row): string => (row[name] ? (result.labels[row[name].value]?.value ?? row[name].value) : "");
    rows = [...result.rows].sort((a, b) => {
      const [x, y] = [numeric(a[name]), numeric(b[name])];
      const found = x !== null && y !== null ? x - y : order.compare(key(a), key(b));
      return down ? -found : found;
    });
    page = 0;
    draw();
    table.querySelectorAll<HTMLElement>("thead button")[result.names.indexOf(name)]?.focus();
  };
  const draw = (): void => {
    const heads = result.names.map((name) => {
      const state = column === name ? (down ? "descending" : "ascending") : "none";
      const mark = column === name ? (down ? " ↓" : " ↑") : "";
      return el("th", { scope: "col", "aria-sort": state }, el("button", { type: "button", class: "plain", click: () => sort(name) }, `${name}${mark}`));
    });
    if (explain) heads.push(el("th", { scope: "col" }, el("span", { class: "hidden" }, _("Evidence"))));
    const body = el("tbody");
    for (const row of rows.slice(page * PAGE, (page + 1) * PAGE)) {
      const cells = result.names.map((name) => el("td", {}, row[name] ? shown(row[name], result.labels) : null));
      if (explain) {
        const button = el("button", { type: "button", class: "plain", "aria-expanded": "false", click: () => open(button, row) }, _("Why?"));
        cells.push(el("td", {}, button));
      }
      body.append(el("tr", {}, ...cells));
    }
    table.replaceChildren(el("thead", {}, el("tr", {}, ...heads)), body);
    const pages = Math.ceil(rows.length / PAGE);
    const go = (to: number, name: string): HTMLElement => el("button", { type: "button", disabled: to < 0 || to >= pages, click: () => { page = to; draw(); frame.focus(); } }, name);
    pager.replaceChildren(...(pages > 1 ? [go(page - 1, _("Previous")), el("span", {}, _("Page {page} of {pages}", { page: number(page + 1), pages: number(pages) })), go(page + 1, _("Next"))] : []));
  };
  const open = (button: HTMLButtonElement, row: Row): void => {
    const line = button.closest("tr")!;
    const after = line.nextElementSibling;
    if (after?.classList.contains("behind")) {
      after.remove();
      button.setAttribute("aria-expanded", "false");
      return;
    }
    const place = el("td", { colspan: result.names.length + 1 });
    line.after(el("tr", { class: "behind" }, place));
    button.setAttribute("aria-expanded", "true");
    explain?.(row, place);
  };
  draw();
  target.replaceChildren(frame, pager);
}

/** Return a term for people: a link for an IRI, with its label; a literal with its language or datatype. */
export function shown(term: Term, labels: Record<string, Label>, withName = true): Node {
  if (term.type === "uri") {
    const label = labels[term.value], name = shortened(term.value);
    if (!/^(https?|urn):/i.test(term.value)) return el("code", { dir: "ltr" }, name);
    return el("span", {}, el("a", { href: link(term.value) }, label ? spoken(label.value, label.language) : el("code", { dir: "ltr" }, name)),
      label && withName ? el("small", { class: "iri" }, " ", el("code", { dir: "ltr" }, name)) : null);
  }
  if (term.type !== "literal") return el("code", { dir: "ltr" }, term.type === "triple" ? JSON.stringify(term.value) : `_:${term.value.replace(/^_:/, "")}`);
  const tag = term["xml:lang"], type = term.datatype && shortened(term.datatype);
  return el("span", {}, tag ? spoken(term.value, tag) : el("bdi", {}, term.value), " ",
    tag || (type && type !== "xsd:string") ? el("small", { class: "tag" }, tag ?? type ?? "") : null);
}

/** Return a text that says its language and direction. */
export function spoken(text: string, tag: string): HTMLElement {
  return el("span", { lang: tag || null, dir: tag ? direction(tag) : "auto" }, text);
}
