"""What a page would run or load, read with the standard library's HTML parser: the tests' way to see hostile markup."""

from __future__ import annotations

from html.parser import HTMLParser

__all__ = ["Page", "read_page"]

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Page(HTMLParser):
    """The elements of a page: what it runs, where it leads, and whether its elements are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.text = ""
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        elif tag not in _VOID:
            self.faults.append(f"</{tag}> inside <{self.open[-1] if self.open else ''}>")

    def handle_data(self, data: str) -> None:
        if "script" not in self.open:
            self.text += data

    @property
    def dangers(self) -> list[str]:
        """What would run and is not ours: scripts of the page itself, event handlers, addresses that run something."""
        found = []
        for tag, attributes in self.elements:
            inert = attributes.get("type") in ("application/json", "application/ld+json")
            if tag == "script" and not inert and "/static/built/" not in attributes.get("src", ""):
                found.append(f"<script> {attributes}")
            found += [f"<{tag} {name}>" for name in attributes if name.startswith("on") or name in ("style", "srcdoc")]
            found += [
                f"{name}={value}"
                for name, value in attributes.items()
                if name in ("href", "src", "action") and value.strip().lower().startswith(("javascript:", "data:"))
            ]
            if tag in ("iframe", "object", "embed", "base", "style"):
                found.append(f"<{tag}>")
        return found

    @property
    def links(self) -> list[str]:
        """Where the page leads and what it loads."""
        return [
            value for _, attributes in self.elements for name, value in attributes.items() if name in ("href", "src")
        ]


def read_page(text: str) -> Page:
    """Read a page, which must be whole."""
    page = Page()
    page.feed(text)
    page.close()
    return page
