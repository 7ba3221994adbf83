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

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request

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
    from playwright.sync_api import sync_playwright

    program = next((found for name in _NAMES if (found := shutil.which(name))), None)
    built = (ROOT / "kg_service" / "web" / "static" / "built" / "manifest.json").is_file()
    missing = "no Chromium is installed" if program is None else "" if built else "the front end is not built"
    if missing:
        if os.environ.get("CI"):
            pytest.fail(f"{missing}, which CI must have")
        pytest.skip(missing)
    with sync_playwright() as playwright:
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
    _watch(page, address, faults if faults is not None else [])
    try:
        yield page
    finally:
        context.close()


def _watch(page: Page, address: str, told: list[str]) -> None:
    """Note errors, what is asked of others, and whatever opens a dialogue."""

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource"):  # tests assert statuses
            told.append(f"console: {message.text}")

    def on_request(request: Request) -> None:
        if not request.url.startswith((address, "data:", "blob:")):
            told.append(f"asked {request.url}")

    def on_dialog(dialog: Dialog) -> None:
        told.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("pageerror", lambda error: told.append(f"error: {error}"))
    page.on("console", on_console)
    page.on("request", on_request)
    page.on("dialog", on_dialog)
