// The static schema document of the service: what queries of this data set can be written with.
// Its members are described in kg_service/schema/document.py; `name` is what stands for a term in a query.

import { language } from "../words";
import { url } from "../rows";

type Texts = Record<string, string>;
export interface Use { name: string; presence: "mandatory" | "optional" | "used"; many: boolean; uses?: number; values?: string[]; classes?: string[]; datatypes?: string[] }
export interface Class { iri: string; name: string; labels?: Texts; comments?: Texts; instances?: number; superclasses?: string[]; deprecated?: boolean; properties?: Use[] }
export interface Property { iri: string; name: string; labels?: Texts; comments?: Texts; uses?: number; range?: string[]; datatypes?: Record<string, number>; languages?: string[]; deprecated?: boolean }
export interface Entity { iri: string; name: string; labels?: Texts; classes?: string[] }
export interface Schema { prefixes: Record<string, string>; classes: Class[]; properties: Property[]; entities: Entity[]; languages?: Record<string, number> }

let loaded: Promise<Schema> | null = null;

/** Return the document; it is fetched once, when the editor first wants it. */
export function schema(): Promise<Schema> {
  loaded ??= fetch(url("/sparql/schema")).then((answer) => {
    if (!answer.ok) throw new Error(`schema: ${answer.status}`);
    return answer.json() as Promise<Schema>;
  }).then((found) => ({ ...found, classes: found.classes ?? [], properties: found.properties ?? [], entities: found.entities ?? [] }));
  loaded.catch(() => { loaded = null; });
  return loaded;
}

/** Return a text in the page's language, in English, or any. */
export function best(texts: Texts | undefined): string {
  if (!texts) return "";
  return texts[language] ?? texts["en"] ?? texts[""] ?? Object.values(texts)[0] ?? "";
}
