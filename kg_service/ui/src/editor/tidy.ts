// A query in the house's layout: two spaces a brace, keywords in capitals, one line where the text has one.

import { tokens } from "./context";

const KEYWORDS = new Set(`select construct describe ask where filter optional union minus bind values graph order group by
having limit offset distinct reduced prefix base from named as exists not in undef asc desc count sum min max avg sample
group_concat separator`.split(/\s+/));

/** Return the query laid out anew; lines stay lines, comments and strings stay as they are. */
export function tidied(text: string): string {
  const all = tokens(text);
  let changed = "", at = 0;
  for (const { text: token, start } of all) {
    changed += text.slice(at, start) + (KEYWORDS.has(token.toLowerCase()) ? token.toUpperCase() : token);
    at = start + token.length;
  }
  changed += text.slice(at);
  const inside = new Set<number>(); // lines that begin within a string: their spaces are part of it
  const depths: number[] = [];
  let depth = 0, line = 0, position = 0;
  const marks = tokens(changed);
  const lines = changed.split("\n");
  let next = 0;
  for (const each of lines) {
    const end = position + each.length;
    let low = depth;
    for (; next < marks.length && marks[next]!.start <= end; next++) {
      const { text: token, start } = marks[next]!;
      if (token === "{") depth++;
      else if (token === "}") {
        depth = Math.max(0, depth - 1);
        if (changed.slice(position, start).trim().replace(/}/g, "") === "") low = Math.min(low, depth);
      }
      const breaks = token.split("\n").length - 1;
      for (let number = 1; number <= breaks; number++) inside.add(line + number);
    }
    depths.push(low);
    line++;
    position = end + 1;
  }
  const laid = lines.map((each, index) => (inside.has(index) ? each : each.trim() ? "  ".repeat(depths[index]!) + each.trim() : ""));
  return laid.join("\n").replace(/\n{3,}/g, "\n\n").trim() + "\n";
}
