"""Texts folded to what spellings of one name have in common; knows writing systems, no data set and no index.

Signs that a keyboard may lack are dropped, letters that are written one for another become one, and Cyrillic becomes
the Latin that the same languages are also written in. It is a table: a language more is lines more.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["fold", "stems"]

#: A letter, and directly after it what it becomes, which may be nothing. All is lower case by then, without marks.
_LATIN = "əe ıi yi qk xh wv ŋn ƣg øo æae œoe łl đd ðd þth ħh ŧt ɵo ƶj ȷj"
#: Russian, and what the Turkic languages, Tajik, Ukrainian and Belarusian have beside it.
_CYRILLIC = (
    "аa бb вv гg дd еe жj зz иi кk лl мm нn оo пp рr сs тt уu фf хh цts чc шs щsc ъ ыi ь эe юiu яia "
    "ёe йi әa ғg қk ңn өo ұu үu һh іi ўo ҳh јi ҝg ҹc җj ҷc ҡk ҥn ҙz ҫs ѕdz єie ґg ђd ћc љli њni џj ӊn "
    "ӄk ҵts ԛk ԝv"
)
#: Arabic, and what Persian, Urdu and the Turkic languages write otherwise; most hamzas come off as marks do.
_ARABIC = "ٱا ىي یي ېي ےي ةه ۃه ەه ہه ھه کك ۇو ۆو ۈو ۋو ۅو ۉو ڭن ںن ڪك ء ٴ ـ"
#: Written between letters or above them, and left out as often.
_DROPPED = "'`´’‘‛ʻʼʹʽʾʿˈ′‵＇ʺ״׳ꞌ\u00ad"
_TABLE = str.maketrans(
    {word[0]: word[1:] for word in f"{_LATIN} {_CYRILLIC} {_ARABIC}".split()} | dict.fromkeys(_DROPPED, "")
)
#: Marks that can be taken off: of Latin, Greek and Cyrillic, of Hebrew, of Arabic. Those of India are vowels, and stay.
_MARKS = re.compile(
    r"[\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u0591-\u05bd\u05bf\u05c1\u05c2"
    r"\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08ca-\u08ff]+"
)
#: Two letters that stand for one sound, which others write as one.
_PAIRS = {"kh": "h", "gh": "g", "zh": "j", "sh": "s", "ch": "c", "dj": "j", "ii": "i"}
_FIRST_TO_LAST = frozenset(pair[1] for pair in _PAIRS)
#: What Arabic writes as the beginning of the next word: and, so; by, for, as; the, and what for the becomes.
_PROCLITICS = [
    joined + before + article
    for joined in ("", "و", "ف")
    for before, article in (("", ""), ("ب", ""), ("ل", ""), ("ك", ""), ("", "ال"), ("ب", "ال"), ("ك", "ال"), ("لل", ""))
]
#: A word has more letters than that; of a shorter one the beginning is as likely its own.
_SHORT = 3


def fold(text: str) -> str:
    """Return what spellings of one name have in common: lower case words with one space between them.

    Folding twice changes nothing more. A text of signs alone becomes "".

    >>> fold("Қазақстан"), fold("Qazaqstan’"), fold("Kırgızistan"), fold("Аль-Фараби")
    ('kazakstan', 'kazakstan', 'kirgizistan', 'al farabi')
    >>> fold("أُوزْبَكِسْتَان") == fold("اوزبكستان") == fold("اوزبکستان")
    True
    """
    # Twice each: folding case may take a letter apart, and a letter may be in the table only without its mark.
    composed = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    bare = _MARKS.sub("", unicodedata.normalize("NFD", composed.translate(_TABLE)))
    letters = unicodedata.normalize("NFC", bare.translate(_TABLE))
    return _joined(" ".join("".join(map(_letter, letters)).split()))


def stems(word: str) -> list[str]:
    """Return what is left of a folded Arabic word without conjunction, preposition and article; all that may be it.

    >>> stems(fold("السينما")), stems(fold("وأذربيجان")), stems(fold("للترجمة")), stems(fold("الفن")), stems("album")
    (['سينما'], ['اذربيجان'], ['لترجمه', 'ترجمه'], [], [])
    """
    found = (word.removeprefix(each) for each in _PROCLITICS if each and word.startswith(each))
    return [each for each in found if len(each) > _SHORT]


def _letter(sign: str) -> str:
    """Return a letter, mark or number as it is, digits of all scripts as ours, and a space for anything else."""
    if sign.isascii():
        return sign if sign.isalnum() else " "
    kind = unicodedata.category(sign)
    if kind == "Nd":
        return str(unicodedata.decimal(sign))
    return sign if kind[0] in "LMN" else "" if kind == "Cf" else " "


def _joined(text: str) -> str:
    found: list[str] = []
    for letter in text:
        sign = letter
        while found and sign in _FIRST_TO_LAST and found[-1] + sign in _PAIRS:
            sign = _PAIRS[found.pop() + sign]
        found.append(sign)
    return "".join(found)
