// What every page gains from scripts: notes beside their numbers, facets that apply at once, a key for the search.

/** Show a note beside the number that refers to it, while the pointer or the focus is there. */
function showNotes(): void {
  let shown: HTMLElement | null = null;
  const hide = (): void => {
    shown?.remove();
    shown = null;
  };
  const show = (link: HTMLAnchorElement): void => {
    hide();
    const figure = document.getElementById(link.hash.slice(1))?.querySelector("figure");
    if (!figure) return;
    shown = document.createElement("div");
    shown.className = "note";
    shown.setAttribute("role", "tooltip");
    shown.append(figure.cloneNode(true));
    document.body.append(shown);
    const place = link.getBoundingClientRect();
    const left = Math.min(place.left + scrollX, scrollX + document.documentElement.clientWidth - shown.offsetWidth - 8);
    shown.style.left = `${Math.max(8, left)}px`;
    const below = place.bottom + 4 + shown.offsetHeight <= innerHeight || place.top < shown.offsetHeight;
    shown.style.top = `${(below ? place.bottom + 4 : place.top - 4 - shown.offsetHeight) + scrollY}px`;
    shown.addEventListener("mouseleave", hide);
  };
  for (const link of document.querySelectorAll<HTMLAnchorElement>(".note-link")) {
    link.addEventListener("mouseenter", () => show(link));
    link.addEventListener("focus", () => show(link));
    link.addEventListener("blur", hide);
    link.addEventListener("mouseleave", (event) => {
      const to = event.relatedTarget;
      if (!(to instanceof Node && shown?.contains(to))) setTimeout(() => shown?.matches(":hover") || hide(), 150);
    });
  }
  addEventListener("keydown", (event) => event.key === "Escape" && hide());
}

/** Apply a facet as soon as it is chosen; the button remains for who has no scripts. */
function applyFacets(): void {
  const form = document.querySelector<HTMLFormElement>("#facets");
  form?.querySelector("button")?.classList.add("hidden");
  form?.addEventListener("change", () => form.requestSubmit());
}

/** Go to the search at "/" where nobody is writing. */
function goToSearch(): void {
  addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    const writes = target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName) || target.shadowRoot;
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || writes) return;
    event.preventDefault();
    (document.querySelector<HTMLInputElement>("#q") ?? document.querySelector<HTMLInputElement>("#site-search"))?.focus();
  });
}

showNotes();
applyFacets();
goToSearch();
