// Bars and a line of time, as SVG with a title for each mark; the table beside them says the same in words.

import { el, safe, svg } from "../dom";
import { link, numeric, worded, type Result, type Row } from "../rows";
import { language, number, _ } from "../words";

const LINE = 24, MOST = 100;

/** Return the units of a drawing: as large as the pixels of its place. */
function widthOf(target: HTMLElement): number {
  return Math.max(300, Math.min(900, target.clientWidth || 760));
}

/** Draw a bar for each row: the first column of numbers, named by the first other column. */
export function drawBars(target: HTMLElement, result: Result): void {
  const values = result.names.find((name) => result.rows.some((row) => numeric(row[name]) !== null) && result.rows.every((row) => !row[name] || numeric(row[name]) !== null));
  const names = result.names.filter((name) => name !== values);
  if (!values) return void target.replaceChildren(el("p", { class: "quiet" }, _("No column holds numbers only.")));
  const name = (row: Row): string => names.map((each) => worded(row[each], result.labels)).filter(Boolean).join(" · ");
  const rows = result.rows.slice(0, MOST);
  const [least, most] = [Math.min(0, ...rows.map((row) => numeric(row[values]) ?? 0)), Math.max(0, ...rows.map((row) => numeric(row[values]) ?? 0))];
  const WIDTH = widthOf(target), LABEL = Math.min(230, WIDTH * 0.45);
  const room = WIDTH - LABEL - 60, x = (value: number): number => LABEL + ((value - least) / (most - least || 1)) * room;
  const drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${rows.length * LINE + 8}`, role: "group", "aria-label": _("Bars") });
  rows.forEach((row, index) => {
    const value = numeric(row[values]) ?? 0, y = index * LINE;
    const uri = names.map((each) => row[each]).find((term) => term?.type === "uri");
    const address = uri ? safe(link(uri.value)) : null;
    const parts = [
      svg("title", {}, `${name(row)}: ${number(value)}`),
      svg("text", { x: LABEL - 8, y: y + 16, "text-anchor": "end", direction: "ltr" }, short(name(row), LABEL)),
      svg("rect", { x: Math.min(x(0), x(value)), y: y + 4, width: Math.abs(x(value) - x(0)), height: LINE - 8, class: "bar" }),
      svg("text", { x: Math.max(x(value), x(0)) + 6, y: y + 16, direction: "ltr" }, number(value)),
    ];
    drawing.append(address ? svg("a", { href: address }, ...parts) : svg("g", {}, ...parts));
  });
  target.replaceChildren(drawing, rest(result.rows.length, rows.length));
}

/** Draw the rows that have a date on a line of time. */
export function drawTimeline(target: HTMLElement, result: Result): void {
  const when = result.names.find((name) => result.rows.some((row) => moment(row, name) !== null));
  if (!when) return void target.replaceChildren(el("p", { class: "quiet" }, _("No column holds dates.")));
  const dated = result.rows.filter((row) => moment(row, when) !== null).sort((a, b) => moment(a, when)! - moment(b, when)!).slice(0, MOST);
  const names = result.names.filter((name) => name !== when);
  const [first, last] = [moment(dated[0]!, when)!, moment(dated.at(-1)!, when)!];
  const WIDTH = widthOf(target), ROOM = Math.min(260, WIDTH * 0.6);
  const x = (time: number): number => 20 + ((time - first) / (last - first || 1)) * (WIDTH - ROOM);
  const drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${dated.length * LINE + 14}`, role: "group", "aria-label": _("Timeline") });
  drawing.append(svg("line", { x1: 20, x2: WIDTH - ROOM + 20, y1: dated.length * LINE + 8, y2: dated.length * LINE + 8, class: "axis" }));
  dated.forEach((row, index) => {
    const at = x(moment(row, when)!), y = index * LINE + 14;
    const words = names.map((name) => worded(row[name], result.labels)).filter(Boolean).join(" · ");
    const day = row[when]!.value;
    const uri = names.map((name) => row[name]).find((term) => term?.type === "uri");
    const address = uri ? safe(link(uri.value)) : null;
    const parts = [
      svg("title", {}, `${day}: ${words}`),
      svg("line", { x1: at, x2: at, y1: y, y2: dated.length * LINE + 8, class: "axis" }),
      svg("circle", { cx: at, cy: y, r: 4, class: "node" }),
      svg("text", { x: at + 9, y: y + 4, direction: "ltr" }, `${day} ${short(words, ROOM - 60)}`),
    ];
    drawing.append(address ? svg("a", { href: address }, ...parts) : svg("g", {}, ...parts));
  });
  target.replaceChildren(drawing, rest(result.rows.length, dated.length));
}

/** Return milliseconds since 1970 of an xsd:date, dateTime, gYearMonth or gYear; years count from their beginning. */
function moment(row: Row, name: string): number | null {
  const term = row[name];
  if (term?.type !== "literal" || !/#(?:date|dateTime|dateTimeStamp|gYear|gYearMonth)$/.test(term.datatype ?? "")) return null;
  const match = /^(-?\d{4,6})(?:-(\d\d))?(?:-(\d\d))?(T.*)?/.exec(term.value);
  if (!match) return null;
  const time = new Date(0);
  time.setUTCFullYear(Number(match[1]), Number(match[2] ?? 1) - 1, Number(match[3] ?? 1));
  return time.getTime();
}

function rest(all: number, drawn: number): HTMLElement | string {
  return all > drawn ? el("p", { class: "quiet" }, _("{shown} of {all} rows are drawn.", { shown: number(drawn), all: number(all) })) : "";
}

/** Return the beginning of a text that fits into some units. */
function short(text: string, room: number): string {
  const most = Math.max(6, Math.floor(room / 6.8));
  const letters = [...new Intl.Segmenter(language).segment(text)].map((each) => each.segment);
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : text;
}
