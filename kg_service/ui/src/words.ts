// What scripts say, in the reader's language: English messages are the keys, translations stand in the page.

const block = document.getElementById("words");
const known: Record<string, string> = block ? JSON.parse(block.textContent ?? "{}") : {};

/** The language of the page, for numbers and dates. */
export const language = document.documentElement.lang || "en";

/** Return a message in the reader's language, with its `{name}`s replaced. */
export function _(message: string, values: Record<string, string | number> = {}): string {
  const text = known[message] ?? message;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Return a number in the way of the page's language, in the digits that its tables have. */
export function number(value: number): string {
  return new Intl.NumberFormat(`${language}-u-nu-latn`).format(value);
}
