// Queries asked before, kept in this browser only.

export interface Asked { query: string; when: string; rows: number | null }
const KEY = "kg-queries", MOST = 50;

/** Return what was asked, the latest first. */
export function history(): Asked[] {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "[]") as Asked[];
    return Array.isArray(found) ? found.filter((each) => typeof each?.query === "string") : [];
  } catch {
    return [];
  }
}

/** Note that a query was asked; the same one counts once. */
export function remember(query: string, rows: number | null): void {
  const others = history().filter((each) => each.query !== query);
  store([{ query, when: new Date().toISOString(), rows }, ...others].slice(0, MOST));
}

/** Forget all of them. */
export function forget(): void {
  store([]);
}

function store(asked: Asked[]): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(asked));
  } catch { /* a browser that keeps nothing has no history */ }
}
