"""Search by label: spellings and scripts meet, the best comes first, and nothing that is typed is a query language."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import BASE, ROOT, lay_out, project

from kg_service.search.folding import fold
from kg_service.search.index import Classed, Labelled, build_index, open_index
from kg_service.search.nearness import distance

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyoxigraph as ox

    from kg_service.search.index import LabelIndex, Row

#: Spellings that meet.
SAME = [
    ["Қазақстан", "Qazaqstan", "Qazaqstan'", "ҚАЗАҚСТАН", "  qazaqstan ’", "Казакстан"],
    ["Казахстан", "Kazakhstan", "KAZAKHSTAN"],
    ["Өзбекстан", "Ozbekstan", "Özbekstan"],
    ["Oʻzbekiston", "O'zbekiston", "O‘zbekiston", "Ўзбекистон", "Ozbekiston"],
    ["Türkiye", "Turkiye", "TURKIYE", "TÜRKİYE", "türkıye"],
    ["Diyarbakır", "DIYARBAKIR", "diyarbakir", "DİYARBAKIR"],
    ["Түркия", "Turkiya", "Türkiya"],
    ["Azərbaycan", "Azerbaycan", "AZƏRBAYCAN"],
    ["Азербайджан", "Azerbaijan"],
    ["Кыргызстан", "Kyrgyzstan", "Кыргызстан".upper()],
    ["Түркменистан", "Türkmenistan", "Turkmenistan"],
    ["Ашгабат", "Aşgabat", "Ashgabat", "Asgabat"],
    ["Бухара", "Bukhara"],
    ["Şımkent", "Shymkent", "Шымкент"],
    ["Жезқазған", "Jezqazgan", "Zhezkazghan"],
    ["Straße", "STRASSE", "strasse"],
    ["São Tomé", "Sao Tome", "SÃO  TOMÉ"],
    ["أُوزْبَكِسْتَان", "اوزبكستان", "أوزبكستان", "اوزبکستان", "أوزبـكـستان"],
    ["إيران", "ايران", "ایران"],
    ["آسيا", "اسيا", "ٱسيا"],
    ["مؤسسة", "موسسه", "مُؤَسَّسَة"],
    ["مستشفى", "مستشفي"],
    ["رئيس", "رييس"],
    ["بناء", "بنا"],
    ["١٩٩١ سنة", "1991 سنه"],
    ["file 12", "ﬁle １２", "file-12", "«File: 12»"],
]
#: Names that must not meet.
OTHER = [("Қазан", "Казань и"), ("كتاب", "كتب"), ("हिन्दी", "हिन्द"), ("Iran", "Iraq"), ("क", "ख")]


@pytest.mark.parametrize("spellings", SAME, ids=[each[0] for each in SAME])
def test_spellings_of_one_name_meet(spellings: list[str]) -> None:
    assert {fold(spellings[0])} == set(map(fold, spellings))
    assert fold(spellings[0])


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_other_names_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


LETTERS = st.text(st.sampled_from("kghzscdjiyшхжқЎйІıİßﬁأةىـٴَ'ʻ’ -٣k\u0301\u0308\u200d"))


@given(st.text() | LETTERS)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text() | LETTERS)
def test_case_makes_no_difference(text: str) -> None:
    assert fold(text.upper()) == fold(text) == fold(text.lower())


@given(st.text())
def test_what_is_folded_is_words_with_one_space_between(text: str) -> None:
    assert fold(text) == " ".join(fold(text).split())


ROWS: list[Row] = [
    Labelled("e:kz", "Қазақстан", "kk", 0), Labelled("e:kz", "Kazakhstan", "en", 0),
    Labelled("e:kz", "كازاخستان", "ar", 0), Labelled("e:kz", "Republic of Kazakhstan", "en", 2),
    Labelled("e:uz", "أوزبكستان", "ar", 0), Labelled("e:uz", "Oʻzbekiston", "uz", 0),
    Labelled("e:uz", "Uzbekistan", "en", 0), Labelled("e:tr", "Türkiye", "tr", 0), Labelled("e:tr", "Turkey", "en", 2),
    Labelled("e:di", "Diyarbakır", "tr", 0), Labelled("e:union", "Union of Kazakhstan and Uzbekistan", "en", 0),
    Labelled("e:kz-studio", "Kazakhstan Studio", "en", 0), Labelled("e:kz-studio", "Студия Казахстан", "ru", 0),
    Labelled("e:long", "Kazakhstan Studio of the North", "en", 0), Labelled("e:plain", "Studio", "", 0),
    Labelled("e:sign", "---", "", 0), Labelled("e:cinema", "السينما", "ar", 0),
    Labelled("e:office", "مركز سينما", "ar", 0), Labelled("e:both", "مذكرة أرمينيا وأذربيجان", "ar", 0),
    Labelled("e:dub", "للترجمة والدبلجة", "ar", 0), Labelled("e:art", "الفن", "ar", 0),
    Labelled("e:dubbing", "Dubbing", "en", 0), Labelled("e:during", "During", "en", 0),
    Labelled("e:memo", "Меморандум о сотрудничестве", "ru", 0),
    Classed("e:kz", "c:Country"), Classed("e:uz", "c:Country"), Classed("e:kz-studio", "c:Studio"),
    Classed("e:long", "c:Studio"), Classed("e:nameless", "c:Country"), Classed("e:kz", "c:Place"),
    Classed("e:kz", "c:Place"),
]  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabelIndex]:
    path = tmp_path_factory.mktemp("search") / "a file?#%.sqlite"
    build_index(path, ROWS)
    with open_index(path) as opened:
        path.unlink()  # whoever has it open keeps it
        yield opened


FOUND = [
    ("كازاخستان", ["e:kz"]), ("أُوزبكستان", ["e:uz"]), ("اوزبكستان", ["e:uz"]), ("اوزبک", ["e:uz"]),
    ("Qazaqstan", ["e:kz"]), ("қазақ", ["e:kz"]), ("TURKIYE", ["e:tr"]), ("türkiye", ["e:tr"]),
    ("diyarbakir", ["e:di"]), ("DIYARBAKIR", ["e:di"]), ("DİYARBAKIR", ["e:di"]), ("dıyarbakır", ["e:di"]),
    ("O'zbek", ["e:uz"]), ("Kazakhstan", ["e:kz", "e:kz-studio", "e:long", "e:union"]),
    ("kazakhstan studio", ["e:kz-studio", "e:long"]), ("studio kazakhstan", ["e:kz-studio", "e:long"]),
    ("studio", ["e:plain", "e:kz-studio", "e:long"]), ("uzbekistan kazakh", ["e:union"]),
    ("Студия", ["e:kz-studio"]), ("nothing", []), ("", []), ("   ", []), ("---", []), ("«»!?", []), ("\u200f", []),
    ("سينما", ["e:office", "e:cinema"]), ("السينما", ["e:cinema", "e:office"]), ("بالسينما", ["e:cinema", "e:office"]),
    ("اذربيجان", ["e:both"]), ("مذكره اذربيجان", ["e:both"]), ("ترجمة", ["e:dub"]), ("والترجمة", ["e:dub"]),
    ("دبلج", ["e:dub"]), ("الفن", ["e:art"]), ("فن", []),
]  # fmt: skip
#: What nothing bears, and what comes near, the nearest first.
NEAR = [
    ("kazahstan studo", ["e:kz-studio", "e:long"]), ("dubing", ["e:dubbing", "e:during"]),
    ("tukrey", ["e:tr"]), ("мемарандум", ["e:memo"]), ("uzbekistn", ["e:uz", "e:union"]),
    ("kazakhstan qq studoi", ["e:kz-studio", "e:long"]), ("xyzzy", []), ("zz", []), ("", []), ("---", []),
    ("kazakhstan dubbing", ["e:kz", "e:kz-studio", "e:long", "e:union", "e:dubbing", "e:during"]), ('" OR *', []),
]  # fmt: skip


def test_where_nothing_is_found_what_comes_near_is_offered(index: LabelIndex) -> None:
    for text, iris in NEAR:
        assert [hit.iri for hit in index.near(text, ["en"])] == iris, text
        assert index.search(text).total == 0


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [("", "", 0), ("a", "", 1), ("ab", "ba", 1), ("abc", "acb", 1), ("kitten", "sitting", 3), ("ab", "cd", 2),
     ("abcdef", "bcdefg", 2), ("film", "films", 1), ("ca", "abc", 3)],
)  # fmt: skip
def test_words_are_as_far_as_letters_are_to_be_changed(one: str, other: str, steps: int) -> None:
    assert distance(one, other, 5) == distance(other, one, 5) == steps
    assert distance(one, other, 1) == min(steps, 2)


@given(st.text("abc", max_size=6), st.text("abc", max_size=6), st.integers(0, 3))
def test_a_distance_is_bounded_and_the_same_both_ways(one: str, other: str, most: int) -> None:
    found = distance(one, other, most)

    assert found == distance(other, one, most) <= most + 1
    assert (found == 0) is (one == other)
    assert found >= min(abs(len(one) - len(other)), most + 1)


@given(st.text(max_size=60) | LETTERS)
def test_any_text_is_answered_with_what_comes_near(text: str) -> None:
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        build_index(Path(folder) / "x", [Labelled("e:x", "Kazakhstan", "", 0)])
        with open_index(Path(folder) / "x") as opened:
            assert len(opened.near(text)) <= 1


def test_what_comes_near_is_bounded_however_long_the_text_and_large_the_index(tmp_path: Path) -> None:
    names = [f"{'abcdefghij'[number % 10]}{'klmnopqrst'[number // 10 % 10]}name{number:05}" for number in range(20_000)]
    rows = [Labelled(f"e:{name}", f"{name} common", "", 0) for name in names]
    build_index(tmp_path / "x", rows)
    with open_index(tmp_path / "x") as opened:
        assert opened.near("hknmae00007 comon")[0].label == "hkname00007 common"
        assert len(opened.near("comon " * 100_000)) == 10
        assert opened.near("q" * 10_000_000) == ()


def test_what_comes_near_may_be_held_to_a_class(index: LabelIndex) -> None:
    assert [hit.iri for hit in index.near("kazahkstan", ["en"], class_iri="c:Studio")] == ["e:kz-studio", "e:long"]
    assert index.near("kazahkstan", ["en"], class_iri="c:Nothing") == ()


@pytest.mark.parametrize(("text", "iris"), FOUND)
def test_what_is_found_and_in_which_order(text: str, iris: list[str], index: LabelIndex) -> None:
    found = index.search(text, ["en"])

    assert [hit.iri for hit in found.hits] == iris
    assert (found.total, found.is_complete) == (len(iris), True)


def test_a_hit_tells_its_label_and_language_what_the_reader_calls_it_and_its_classes(index: LabelIndex) -> None:
    [hit] = index.search("қазақстан", ["en", "kk"]).hits

    assert (hit.iri, hit.label, hit.language, hit.name) == ("e:kz", "Қазақстан", "kk", "Kazakhstan")
    assert hit.classes == ("c:Country", "c:Place")


@pytest.mark.parametrize(("languages", "label"), [(["en"], "Ab cd"), (["de-AT", "de"], "Ab-cd"), (["x"], "Ab Cd")])
def test_of_equals_the_readers_language_comes_first(languages: list[str], label: str, tmp_path: Path) -> None:
    labels = [("Ab cd", "en-GB"), ("Ab-cd", "de"), ("Ab Cd", "")]
    build_index(tmp_path / "x", [Labelled("e:x", text, language, 0) for text, language in labels])
    with open_index(tmp_path / "x") as opened:
        [hit] = opened.search("ab  CD!", languages).hits

    assert hit.label == label


def test_a_spelling_as_typed_comes_before_one_that_only_meets_it(tmp_path: Path) -> None:
    build_index(tmp_path / "x", [Labelled("e:1", "Sip", "en", 0), Labelled("e:2", "Ship", "de", 0)])
    with open_index(tmp_path / "x") as opened:
        assert [hit.iri for hit in opened.search("ship", ["en"]).hits] == ["e:2", "e:1"]


def test_things_of_one_class_and_page_by_page(index: LabelIndex) -> None:
    ours = index.search("kazakhstan", class_iri="c:Studio")
    pages = [index.search("kazakhstan", ["en"], limit=1, offset=number) for number in range(5)]

    assert [hit.iri for hit in ours.hits] == ["e:kz-studio", "e:long"]
    assert [hit.iri for page in pages for hit in page.hits] == ["e:kz", "e:kz-studio", "e:long", "e:union"]
    assert {page.total for page in pages} == {4}
    assert index.search("kazakhstan", class_iri="c:' OR 1=1").total == 0


SYNTAX = [
    '"', "kazakhstan OR nothing", "NOT studio", "folded : studio", "studio*", "^studio", "a NEAR(b, 2)", "-studio",
    "{folded} : studio", "studio + x", "'; DROP TABLE label; --", 'stu"dio', "\x00studio", "%", "_",
]  # fmt: skip


@pytest.mark.parametrize("text", SYNTAX)
def test_nothing_that_is_typed_is_a_query_language(text: str, index: LabelIndex) -> None:
    words = fold(text).split()
    labels = [fold(row.text) for row in ROWS if isinstance(row, Labelled)]
    fitting = [each for each in labels if words and all(f" {word}" in f" {each}" for word in words)]

    assert (index.search(text).total > 0) is bool(fitting)


@given(st.text())
def test_any_text_is_answered(text: str) -> None:
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        build_index(Path(folder) / "x", [Labelled("e:x", text, "", 0)])
        with open_index(Path(folder) / "x") as opened:
            found = opened.search(text)

    assert found.total == bool(fold(text))


def test_a_very_long_text_is_bounded(index: LabelIndex) -> None:
    assert index.search("kazakhstan " * 100_000).total == 4
    assert index.search("kazakhstan" + " " * 1_000_000).total == 4
    assert index.search(" ".join(map(str, range(1_000_000)))).total == 0
    assert index.search("x" * 10_000_000).total == 0


def test_a_search_for_what_all_have_is_bounded_and_says_so(tmp_path: Path) -> None:
    rows = [Labelled(f"e:{number}", f"Studio {'very ' * (number % 7)}{number}", "", 0) for number in range(6_000)]
    build_index(tmp_path / "x", rows)
    with open_index(tmp_path / "x") as opened:
        general, exact = opened.search("s"), opened.search("Studio 7")

    assert not general.is_complete
    assert general.total >= 5_000
    assert exact.hits[0].label == "Studio 7"


def test_it_can_be_searched_from_many_threads(index: LabelIndex) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: index.search("kazakhstan").total, range(200)))

    assert set(found) == {4}


def test_what_is_no_index_is_told(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("nothing of the kind")
    for name in ("x", "absent"):
        with pytest.raises(OSError, match="is no index of labels"):
            open_index(tmp_path / name)


def test_labels_of_a_data_set_are_those_of_the_standard_and_what_it_declares(tmp_path: Path) -> None:
    from kg_service.loading import build_store, open_source
    from kg_service.search.rows import label_rows

    folder = lay_out(tmp_path / "world")
    (folder / "ontology" / "alignments.ttl").write_text(
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "<e:nick> rdfs:subPropertyOf <e:called> . <e:called> rdfs:subPropertyOf <http://xmlns.com/foaf/0.1/name> .\n"
    )
    (folder / "data" / "more.ttl").write_text(
        f'<{BASE}id/place/x> <e:nick> "Nick"@en ; <e:other> "Other" ; <e:called> <{BASE}id/place/lumen> ;\n'
        ' <http://www.w3.org/2004/02/skos/core#altLabel> "Alt", 5 ; a <e:Class> . [] <e:nick> "nobody" .\n'
    )
    store, _ = build_store(open_source([folder]))
    rows = list(label_rows(store))
    named = {(row.text, row.language) for row in rows if isinstance(row, Labelled) and row.iri == f"{BASE}id/place/x"}
    labels = store.query("SELECT ?s ?l { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?l }")

    assert named == {("Nick", "en"), ("Alt", ""), ("5", "")}
    assert Classed(f"{BASE}id/place/x", "e:Class") in rows
    assert {(row["s"].value, row["l"].value) for row in cast("ox.QuerySolutions", labels)} <= {row[:2] for row in rows}
    assert not [row for row in rows if row[1] == "nobody"]


async def searched(*places: Path, text: str = "qazaqstan", **limits: Any) -> tuple[list[LabelIndex], list[str]]:
    """Ask a running service for its index, several at once; return what each got, and what a search in one finds."""
    from kg_service.config import Limits
    from kg_service.evaluation.pool import Pool
    from kg_service.web.context import Context
    from kg_service.web.label_search import label_index
    from kg_service.web.observe import Measures

    bounds = Limits(**limits)
    pool = Pool(places, workers=2, limits=bounds)
    try:
        await pool.start()
        context = Context(pool, bounds, Measures())
        found = await asyncio.gather(*(label_index(context) for _ in range(5)))
        again = await label_index(context)
        hits = await asyncio.to_thread(found[0].search, text, ["en"])
    finally:
        await pool.close()
    return [*found, again], [hit.iri for hit in hits.hits]


def test_names_as_printed_count_too() -> None:
    from kg_service.loading import build_store
    from kg_service.search.rows import label_rows

    store, _ = build_store(project())
    named = {row[:2] for row in label_rows(store) if isinstance(row, Labelled)}
    printed = store.query(f"SELECT ?s ?l {{ ?s <{BASE}ns#printedName>|<{BASE}ns#title>|<{BASE}ns#officialName> ?l }}")
    stated = {(row["s"].value, row["l"].value) for row in cast("ox.QuerySolutions", printed)}

    assert len(stated) > 20
    assert stated <= named


def test_a_service_makes_one_index_a_data_set() -> None:
    indices, found = asyncio.run(searched(ROOT))

    assert len(set(map(id, indices))) == 1
    assert found[0] == f"{BASE}id/country/kz"
