"""What pages say, in the reader's language: gettext catalogues beside this file; numbers, dates and names from CLDR."""

from __future__ import annotations

import datetime as dt
import io
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg_service.web.reader import INTERFACE

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog
    from babel.support import NullTranslations

__all__ = ["CATALOGUES", "LOCALES", "date", "language_name", "number", "script_words", "translations"]

#: Folder of the catalogues, `<language>.po`; the messages themselves are the English ones.
CATALOGUES = Path(__file__).parent / "locale"
LOCALES = tuple(each for each in INTERFACE if each != INTERFACE[0])


@cache
def translations(language: str) -> NullTranslations:
    """Return the translations into a language of the interface; for English the messages as they are."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - only where a page is shown
    from babel.support import NullTranslations, Translations  # noqa: PLC0415 - the same

    if language not in LOCALES:
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, _catalogue(language))
    compiled.seek(0)
    return Translations(compiled)


@cache
def script_words(language: str) -> dict[str, str]:
    """Return the messages of scripts with their translations; what is missing a script says in English."""
    if language not in LOCALES:
        return {}
    return {
        str(message.id): str(message.string)
        for message in _catalogue(language)
        if isinstance(message.id, str) and message.string and any(path.endswith(".ts") for path, _ in message.locations)
    }


def number(value: Any, language: str) -> str:
    """Return a number in the way of the language, with its groups of digits."""
    from babel.numbers import format_decimal  # noqa: PLC0415 - only where a page is shown

    return format_decimal(value, locale=language, numbering_system="default" if language != "ar" else "latn")


def date(day: str, language: str) -> str:
    """Return a day, given as YYYY-MM-DD, in the way of the language."""
    from babel.dates import format_date  # noqa: PLC0415 - only where a page is shown

    return format_date(dt.date.fromisoformat(day), format="long", locale=language)


@cache
def language_name(tag: str, language: str) -> str:
    """Return what a language is called in another one; the tag itself where CLDR does not know it."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - only where a page is shown

    try:
        found = Locale.parse(tag.replace("-", "_")).get_display_name(language)
    except (UnknownLocaleError, ValueError):
        return tag
    return found or tag


@cache
def _catalogue(language: str) -> Catalog:
    from babel.messages.pofile import read_po  # noqa: PLC0415 - only where a page is shown

    with (CATALOGUES / f"{language}.po").open("rb") as stream:
        return read_po(stream, locale=language)
