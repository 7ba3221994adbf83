"""Who reads a page: the language of the interface, and the languages in which labels are wanted, best first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kg_service.language_tags import direction
from kg_service.negotiation import languages
from kg_service.parameters import readable

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["INTERFACE", "Reader", "fallbacks", "reader_of"]

#: Languages of the interface; the first one speaks to those who read none of them.
INTERFACE = ("en", "ru", "kk", "ar")
#: CLDR's distance up to which who reads one language is taken to read the other, too.
_NEAR = 50


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader of pages.

    interface   the language of the page itself
    languages   those of labels, best first, with the ones that CLDR holds for near; "" stands for a label that names
                no language
    chosen      the language asked for by `?lang=`, which links of the page carry on; "" where the browser decides
    """

    interface: str
    languages: tuple[str, ...]
    chosen: str = ""

    @property
    def direction(self) -> str:
        """The direction of the page: "ltr" or "rtl"."""
        return direction(self.interface)

    def reads(self, tag: str) -> bool:
        """Tell whether a text in this language is what was asked for, and no fallback."""
        primary = tag.lower().partition("-")[0]
        return not primary or primary == self.languages[0]


def reader_of(request: Request) -> Reader:
    """Return who asks: `?lang=` before Accept-Language; a language that the interface lacks still orders labels."""
    asked = [value for name, value in readable(request.scope["query_string"]) if name == "lang"]
    return _reader(asked[0][:20] if asked else "", request.headers.get("accept-language", "")[:1_000])


@lru_cache(maxsize=256)
def _reader(asked: str, accept_language: str) -> Reader:
    chosen = languages(asked)[:1]
    wanted = [*chosen, *languages(accept_language)][:20] or [INTERFACE[0]]
    near = [each for language in wanted for each in (language, *fallbacks(language))]
    interface = next((each for each in near if each in INTERFACE), INTERFACE[0])
    return Reader(interface, tuple(dict.fromkeys([*near, INTERFACE[0], "", *INTERFACE])), *chosen)


@lru_cache(maxsize=256)
def fallbacks(language: str) -> tuple[str, ...]:
    """Return the languages of the interface that readers of this one mostly understand, nearest first.

    CLDR, languageInfo.xml (languageMatching)
    """
    import langcodes  # noqa: PLC0415 - only where a page is shown
    from langcodes.tag_parser import LanguageTagError  # noqa: PLC0415 - the same

    try:
        distances = [(langcodes.tag_distance(language, each), each) for each in INTERFACE if each != language]
    except LanguageTagError:
        return ()
    return tuple(each for distance, each in sorted(distances) if distance <= _NEAR)
