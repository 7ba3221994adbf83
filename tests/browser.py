"""A real browser for tests: the Chromium that the system has, driven by Playwright; never one that is downloaded."""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from worlds import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

__all__ = ["AXE", "chromium", "tab"]

#: The accessibility checker, which comes with the front end's own build.
AXE = ROOT / "kg_service" / "ui" / "node_modules" / "axe-core" / "axe.min.js"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: A browser in a test asks nobody but the page's server for anything.
_QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
          "--disable-component-update", "--disable-sync"]  # fmt: skip


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Run the browser; tests are skipped where there is none or the front end was not built, but not in CI."""
    sync_api = pytest.importorskip("playwright.sync_api") if not os.environ.get("CI") else None
    if sync_api is None:
        from playwright import sync_api
    program = next((found for name in _NAMES if (found := shutil.which(name))), None)
    built = (ROOT / "kg_service" / "web" / "static" / "built" / "manifest.json").is_file()
    missing = "no Chromium is installed" if program is None else "" if built else "the front end is not built"
    if missing:
        if os.environ.get("CI"):
            pytest.fail(f"{missing}, which CI must have")
        pytest.skip(missing)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_QUIET)
        yield browser
        browser.close()


@contextlib.contextmanager
def tab(browser: Browser, address: str, faults: list[str] | None = None, **options: Any) -> Iterator[Page]:
    """Open a tab whose relative addresses start at `address`; what goes wrong in it is added to `faults`.

    options   of the context: locale, color_scheme, viewport, java_script_enabled …
    """
    context: BrowserContext = browser.new_context(base_url=address, **{"locale": "en", **options})
    context.set_default_timeout(20_000)
    page = context.new_page()
    told: list[str] = [] if faults is None else faults
    page.on("pageerror", lambda error: told.append(f"error: {error}"))
    page.on("console", lambda message: told.append(f"console: {message.text}") if message.type == "error" else None)
    page.on("request", lambda request: _note_foreign(request.url, address, told))
    page.on("dialog", lambda dialog: (told.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    try:
        yield page
    finally:
        context.close()


def _note_foreign(url: str, address: str, told: list[str]) -> None:
    if not url.startswith((address, "data:", "blob:")):
        told.append(f"asked {url}")
