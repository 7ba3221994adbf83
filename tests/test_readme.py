"""The README against the program: every table row, every transcript, the two commands."""

from __future__ import annotations

import re
import shlex

import pytest
from click.testing import CliRunner
from worlds import ROOT

from kg_service.analysis import analyse
from kg_service.cli import main
from kg_service.config import SETTINGS
from kg_service.errors import PROBLEMS, Refused
from kg_service.formats import FORMATS
from kg_service.named_queries import read_queries

README = (ROOT / "README.md").read_text("utf-8")
TRANSCRIPTS = re.findall(r"```console\n\$ (.*)\n([\s\S]*?)```", README)
ON_THE_WIRE = [
    problem
    for problem in PROBLEMS
    if problem.slug
    not in ("data-syntax", "data-invalid", "wrong-usage", "format-check", "tool-failed", "system-refused")
]


def test_the_two_commands_stand_under_their_headings() -> None:
    assert "## Run\n\n    python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/kg serve\n" in README
    assert "## Test\n\n    python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest\n" in README


@pytest.mark.parametrize(("command", "output"), TRANSCRIPTS, ids=[command for command, _ in TRANSCRIPTS])
def test_each_transcript_is_what_the_command_says(command: str, output: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("KG_SOURCES", raising=False)
    result = CliRunner().invoke(main, shlex.split(command)[1:])

    assert result.output == output


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_listed_with_its_default(setting: object) -> None:
    row = next(each for each in SETTINGS if each is setting)
    plain = "off" if row.default is False else str(row.default)
    default = {"workers": "processors + 1, 2 to 8", "root-path": ""}.get(row.name, plain)
    shown = f"| `--{row.name}` | `{row.variable}` | {default} |".replace("|  |", "| |")

    assert shown in README


@pytest.mark.parametrize("row", FORMATS, ids=lambda row: row.name)
def test_every_format_is_listed(row: object) -> None:
    format_ = next(each for each in FORMATS if each is row)

    assert f"| `{format_.name}` | {format_.media_type} |" in README


@pytest.mark.parametrize("problem", ON_THE_WIRE, ids=lambda problem: problem.slug)
def test_every_problem_is_listed_with_its_status(problem: type) -> None:
    kind = next(each for each in PROBLEMS if each is problem)
    line = next(line for line in README.splitlines() if f"`{kind.slug}`" in line)

    assert line.endswith(f"| {kind.status} |")


def test_every_question_is_listed_as_its_file_asks_it() -> None:
    queries = read_queries(sorted((ROOT / "queries").glob("*.rq")))

    assert all(f"| `{name}` | {query.question} |" in README for name, query in queries.items())


def test_every_command_is_listed() -> None:
    assert all(f"| `kg {name}" in README for name in main.commands)


def test_every_file_of_the_program_that_is_named_is_there() -> None:
    section = README.split("## Inside the program")[1].split("## Decisions")[0]
    named = set(re.findall(r"`((?:[a-z_]+/)*[a-z_]+(?:\.py|/))`", section))

    assert len(named) > 15
    assert all((ROOT / "kg_service" / name).exists() for name in named)


def test_the_federated_example_is_refused_here() -> None:
    (query,) = re.findall(r"```sparql\n([\s\S]*?)```", README)

    with pytest.raises(Refused):
        analyse(query)


def test_every_file_named_exists() -> None:
    for name in re.findall(r"^\| `((?:ontology|data|queries|kg_service|tests)/[^`]*)`", README, re.MULTILINE):
        assert (ROOT / name).exists(), name
