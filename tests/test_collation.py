"""Names in the order of their alphabets: what readers of a language look for where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_service.collation import sort_key

#: Language and names in their order.
ORDERS = [
    ("kk", "Ақтау Ақтөбе Әзірбайжан Өзбекстан"),
    ("kk", "А Ә Б В Г Ғ Д Е Ё Ж З И Й К Қ Л М Н Ң О Ө П Р С Т У Ұ Ү Ф Х Һ Ц Ч Ш Щ Ъ Ы І Ь Э Ю Я"),
    ("kk", "Әзірбайжан Грузия Қазақстан Қырғызстан Литва Өзбекстан Түркия Франция"),
    ("ky", "А К Л М Н Ң О Ө П У Ү Ф"),
    ("uz", "Х Ц Ч Ш Ъ Ь Ў Қ Ғ Ҳ Э Ю Я"),
    ("uk", "Г Ґ Д Е Є Ж З И І Ї Й К"),
    ("ru", "Азербайджан Елена Ёлка Енисей Жезказган Ирак Йемен Казахстан"),
    ("tr", "ağaç cami çay dağ gün ğ hat ılık iki kum oda öz su şehir ud üç van"),
    ("tr", "HAT ILIK İKİ KUM"),
    ("az", "ad bad cad çad dad ed ədəbiyyat fad gad ğ had xan ıd id kad qad lad od öd pad sad şad tad ud üd vad yad"),
    ("de", "Apfel Äpfel Bär Ofen Öl Oper Straße Strasse-Ost Zug"),
    ("fr", "cote coté côte eau école Écouen été Eu"),
    ("es", "nube nuez ñandú oca"),
    ("sv", "zon åka äpple öl"),
    ("en", "Aktau Łódź Lumen São São-Tomé Türkiye"),
    ("", "Aktau Cannes Zürich Ақтау Әзірбайжан Грузия"),
    ("ar", "أذربيجان الأردن إسبانيا أوزبكستان تركيا جورجيا السعودية فرنسا قيرغيزستان كازاخستان"),
    ("fa", "بابل پاریس تهران جلفا چابهار کابل گرگان لندن"),
    ("el", "Άλφα βήτα Έψιλον ζήτα"),
    ("hi", "क कि की ख"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "names"), ORDERS)
def test_names_stand_in_the_order_of_their_alphabet(language: str, names: str) -> None:
    expected = names.split()

    for given_order in (expected[::-1], sorted(expected)):
        assert sorted(given_order, key=lambda each: sort_key(each, language)) == expected


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [("Қазақстан", "ҚАЗАҚСТАН", "kk"), ("«Korkyt Ata»", "Korkyt Ata", "en"), ("الأردن", "أردن", "ar"),
     ("أذربيجان", "اذربيجان", "ar"), ("Ä", "A\u0308", "de"), ("kk", "kk", "kk-Latn-KZ")],
)  # fmt: skip
def test_what_is_written_otherwise_stands_beside(one: str, other: str, language: str) -> None:
    assert sort_key(one, language)[0] == sort_key(other, language)[0]


@given(st.text(), st.text(), st.sampled_from(["", "kk", "tr", "ar", "de", "no-such-Tag"]))
def test_any_two_names_have_one_order(one: str, other: str, language: str) -> None:
    first, second = sort_key(one, language), sort_key(other, language)

    assert (first == second) is (one == other)
    assert (first < second) is not (second <= first)
