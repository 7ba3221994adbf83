"""The command line: answers, exit codes, and a service that starts, answers and stops."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from worlds import lay_out

from kg_service.cli import main
from kg_service.config import SETTINGS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "world")


def kg(*arguments: str | Path, text: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments], input=text, env={"KG_SOURCES": None})


def test_a_named_query_is_a_table(world: Path) -> None:
    result = kg("query", "countries", "--dataset", world)

    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].split() == ["code", "alpha3", "numeric", "country", "name"]
    assert "country:xa" in result.stdout
    assert result.stdout.endswith("5 rows\n")


def test_parameters_and_formats_are_taken(world: Path) -> None:
    result = kg("query", "country-name", "--dataset", world, "--param", "language=ka", "--format", "csv")

    assert result.stdout.splitlines()[1].endswith(",ka,არვენია")


def test_a_query_file_and_standard_input_are_answered(world: Path, tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    path.write_text("ASK { ?s ?p ?o }", "utf-8")

    assert kg("query", path, "--dataset", world).stdout == "true\n"
    triples = kg("query", "-", "--dataset", world, text="CONSTRUCT { ?s a ?o } { ?s a ?o } LIMIT 1")
    assert re.search(r" a |#type> ", triples.stdout)


def test_output_goes_into_a_file(world: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.tsv"
    result = kg("query", "countries", "--dataset", world, "--format", "tsv", "--output", target)

    assert result.stdout == ""
    assert target.read_text("utf-8").startswith("?code\t")


@pytest.mark.parametrize("name", ["nq", "trig", "ttl", "nt", "rdf", "jsonld"])
def test_the_data_set_is_exported(world: Path, name: str) -> None:
    result = kg("export", "--dataset", world, "--format", name)

    assert result.exit_code == 0
    assert "film-memoranda/id/memorandum/xa-xb-lumen" in result.stdout or "memorandum:xa-xb-lumen" in result.stdout


def test_a_folder_gets_one_file_per_graph(world: Path, tmp_path: Path) -> None:
    kg("export", "--dataset", world, "--format", "ttl", "--output", tmp_path / "graphs")
    files = {path.relative_to(tmp_path / "graphs").as_posix() for path in (tmp_path / "graphs").rglob("*.ttl")}

    assert {"graph/ontology.ttl", "graph/inferred.ttl", "source/lumen-ar/s1.ttl"} <= files


def test_format_changes_what_is_not_formatted_and_check_only_tells(world: Path) -> None:
    path = world / "data" / "labels.ttl"
    good = path.read_text("utf-8")
    path.write_text(good.replace("    rdfs:label", "rdfs:label"), "utf-8")
    told = kg("format", "--check", "--dataset", world)

    assert (told.exit_code, "data/labels.ttl: not formatted" in told.stdout) == (1, True)
    assert kg("format", "--dataset", world).exit_code == 0
    assert path.read_text("utf-8") == good
    assert kg("format", "--check", "--dataset", world).exit_code == 0


def test_a_comment_that_would_be_lost_leaves_the_file_as_it_is(world: Path) -> None:
    path = world / "data" / "labels.ttl"
    text = path.read_text("utf-8").replace(" ;\n", " ; # here\n", 1)
    path.write_text(text, "utf-8")
    result = kg("format", "--dataset", world)

    assert result.exit_code == 1
    assert re.search(r"error: .*labels\.ttl:\d+: this comment shares its line", result.stderr)
    assert path.read_text("utf-8") == text


def test_validate_tells_and_exits_by_what_it_finds(world: Path) -> None:
    assert kg("validate", "--dataset", world).exit_code == 0
    assert kg("validate", "--dataset", world, "--fail-on", "warning").exit_code == 1
    (world / "data" / "bad.ttl").write_text("<http://e/x> <http://www.w3.org/2002/07/owl#sameAs> [] .", "utf-8")
    result = kg("validate", "--dataset", world, "--format", "json")

    assert result.exit_code == 1
    assert {each["rule"] for each in json.loads(result.stdout)["results"]} >= {"S28", "S30"}


FAULTS = [
    (["query", "no-such-query"], 2, "There is no query 'no-such-query'"),
    (["query", "missing.rq"], 2, "missing.rq"),
    (["query", "countries", "--param", "x=1"], 2, "has no parameter 'x'"),
    (["query", "countries", "--param", "x"], 2, "NAME=VALUE"),
    (["query", "countries", "--format", "docx"], 2, "no format 'docx'"),
    (["export", "--format", "csv"], 2, "no format 'csv'"),
    (["validate", "--format", "pdf"], 2, "pdf"),
    (["nonsense"], 2, "nonsense"),
    (["validate", "nowhere"], 2, "no such file or folder"),
    (["format", "README.md"], 2, "only .ttl and .trig"),
]


@pytest.mark.parametrize(("arguments", "code", "words"), FAULTS, ids=[" ".join(fault[0]) for fault in FAULTS])
def test_wrong_usage_is_exit_2_and_says_what_is_right(world: Path, arguments: list[str], code: int, words: str) -> None:
    options = ["--dataset", str(world)] if arguments[0] != "nonsense" else []
    result = kg(*arguments, *options)

    assert result.exit_code == code
    assert words in result.stderr


def test_a_broken_query_is_exit_1_with_its_place(world: Path) -> None:
    result = kg("query", "-", "--dataset", world, text="SELECT * {\n ?s ex:p }")

    assert result.exit_code == 1
    assert "error: 2:5: No PREFIX declares ex:" in result.stderr


def test_a_broken_file_is_exit_1_with_its_place(world: Path) -> None:
    (world / "data" / "x.ttl").write_text("<http://e/a>\n <b", "utf-8")
    result = kg("query", "countries", "--dataset", world)

    assert result.exit_code == 1
    assert result.stderr.startswith("error: data/x.ttl:2:")


def test_without_a_data_set_the_error_has_a_hint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = kg("validate")

    assert result.exit_code == 2
    assert "--dataset DIR" in result.stderr


def test_service_is_refused_on_the_command_line_too(world: Path) -> None:
    result = kg("query", "-", "--dataset", world, text="SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")

    assert result.exit_code == 2
    assert "SERVICE is not evaluated here" in result.stderr


def test_every_setting_is_an_option_with_its_variable() -> None:
    told = kg("serve", "--help").stdout

    assert all(f"--{setting.name} " in told for setting in SETTINGS)
