"""In which order names stand in a list, by the alphabets of their languages; pure, a table: a language more is a line.

Where `casefold()` orders by code points, readers look for Ғ after Г, for Š beside S, and for an Arabic name behind
its article.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

__all__ = ["sort_key"]

#: Language, or script after "-" → letters, each group after the first letter of it. Others have those of "".
_AFTER = {
    "": "аә гғґ еє иії кқҡ нңӈ оө уўұү хҳһ чҷ بپ جچ زژ \u0643\u06a9\u06af وۆۇۋ",
    "be": "её",
    "kk": "аә гғ её кқ нң оө уұү хһ ыі",
    "ky": "её нң оө уү",
    "uz": "ьўқғҳ",
    "az": "cç eə gğ hxı kq oö sş uü",
    "tr": "cç gğ hı oö sş uü",
    "kk-latn": "aäá gğǵ iıï nñń oöó sş uūüú",
    "tk": "cç eä jž nň oö sş uü yý",
    "sv": "zåäö",
    "fi": "zåäö",
    "da": "zæøå",
    "nb": "zæøå",
    "es": "nñ",
    "et": "sšzž võäöü",
    "pl": "aą cć eę lł nń oó sś zźż",
}
#: The capital of ı is I, and that of i is İ, where both are letters.
_DOTLESS = ("az", "tr", "kk-latn", "tt", "crh")
_ALEFS = str.maketrans(dict.fromkeys("أإآٱ", "ا") | {"ى": "ي", "ة": "ه", "ـ": ""})
_ARTICLE = re.compile(r"\bال(?=\w{2})")
_NO_LETTERS = re.compile(r"^[\W_]+|[\W_]+$")
_LETTERS_APART = str.maketrans({"æ": "ae", "œ": "oe", "ß": "ss", "ø": "o", "đ": "d", "ł": "l", "ð": "d", "þ": "th"})

#: A letter by itself, though it can be written as another one with a mark.
_WHOLE = "й"

Key = tuple[tuple[tuple[str, int], ...], str, str]


@lru_cache(maxsize=20_000)
def sort_key(text: str, language: str = "") -> Key:
    """Return what a name in a language is sorted by; "" where it names none.

    Names of several languages may stand in one list: scripts follow each other as their code points do.

    >>> sorted(["Өзбекстан", "Қазақстан", "Әзірбайжан", "Грузия"], key=lambda each: sort_key(each, "kk"))
    ['Әзірбайжан', 'Грузия', 'Қазақстан', 'Өзбекстан']
    >>> sorted(["Zürich", "Österreich", "Oman"], key=lambda each: sort_key(each, "de"))
    ['Oman', 'Österreich', 'Zürich']
    """
    tag = language.lower()
    names = (tag, "-".join(tag.split("-")[:2]), tag.partition("-")[0])
    own = next((each for each in names if each in _AFTER), "")
    lower = unicodedata.normalize("NFC", text)
    if own in _DOTLESS or tag.partition("-")[0] in _DOTLESS:
        lower = lower.replace("I", "ı").replace("İ", "i")
    lower = _NO_LETTERS.sub("", _ARTICLE.sub("", lower.casefold().translate(_ALEFS)))
    places = _places(own)
    letters = tuple(place for letter in lower for place in _place(letter, places))
    return letters, text.casefold(), text


def _place(letter: str, places: dict[str, tuple[str, int]]) -> list[tuple[str, int]]:
    """Return where a letter stands: after which one, and how far; marks that make none of their own count nothing."""
    if letter in places:
        return [places[letter]]
    if letter.isascii() or letter in _WHOLE:
        return [(letter, 0)]
    if unicodedata.combining(letter):
        return []
    plain = letter.translate(_LETTERS_APART)
    if letter < "\u0530" or "\u1e00" <= letter < "\u2000":  # Latin, Greek, Cyrillic; elsewhere marks may be vowels
        plain = "".join(each for each in unicodedata.normalize("NFD", plain) if not unicodedata.combining(each))
    return [(each, 0) for each in plain]


@cache
def _places(own: str) -> dict[str, tuple[str, int]]:
    groups = _AFTER[own].split() + (_AFTER[""].split() if own else [])
    found: dict[str, tuple[str, int]] = {}
    for group in groups:
        found |= {each: (group[0], number) for number, each in enumerate(group) if number and each not in found}
    return found
