"""`kg validate` as CI runs it: exit codes, formats, baseline, changes since a revision, blame, and the cache."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from click.testing import CliRunner, Result
from worlds import BASE, ROOT, lay_out

from kg_service.cli import main
from kg_service.validation.reports import WRITERS

if TYPE_CHECKING:
    from pathlib import Path

LABEL = f'<{BASE}id/place/lumen> <http://www.w3.org/2000/01/rdf-schema#label> "{{}}"@en .\n'
UNTAGGED = f'<{BASE}id/place/lumen> <{BASE}ns#note> "no language" .\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("KG_SOURCES", raising=False)
    place = lay_out(tmp_path / "world")
    monkeypatch.chdir(place)
    return place


def kg(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["validate", *arguments])


def git(*arguments: str) -> None:
    identity = ["-c", "user.name=Aigerim", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


def results(*arguments: str) -> list[dict[str, Any]]:
    document = json.loads(kg("--format", "json", *arguments).stdout)
    return [each for each in document["results"] if each["severity"] == "violation"]


@pytest.fixture
def broken(folder: Path) -> Path:
    """Give the world two mistakes, in two files, of which one is committed."""
    (folder / "data" / "old.ttl").write_text(UNTAGGED, "utf-8")
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "-m", "one mistake")
    (folder / "data" / "new.ttl").write_text("\n" + LABEL.format("Another label"), "utf-8")
    return folder


EXITS = [
    ((), "", 0), (("--fail-on", "info"), "", 1), ((), UNTAGGED, 1), (("--fail-on", "warning"), UNTAGGED, 1),
    ((), "<a", 1), (("nowhere",), "", 2), (("--format", "none"), "", 2), (("--baseline", "none.json"), "", 2),
    (("--changed-since", "HEAD"), "", 2), (("--fail-on", "violence"), "", 2), (("--shapes", "nowhere"), "", 2),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "extra", "code"), EXITS, ids=[" ".join(e[0]) + str(e[2]) for e in EXITS])
def test_exit_codes_tell_faulty_data_from_wrong_usage(
    arguments: tuple[str, ...], extra: str, code: int, folder: Path
) -> None:
    if extra:
        (folder / "data" / "extra.ttl").write_text(extra, "utf-8")

    assert kg(*arguments).exit_code == code


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_names_file_and_line(name: str, broken: Path) -> None:
    found = kg("--format", name, "--output", "report.txt")
    text = (broken / "report.txt").read_text("utf-8")

    assert found.exit_code == 1
    assert found.stdout == ""
    if name != "turtle":  # the vocabulary of SHACL has no word for a line
        assert "new.ttl" in text
    assert "Another label" in text or name in ("junit", "github", "gitlab", "turtle")


def test_files_are_named_from_the_root_of_the_repository_for_ci(broken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (broken / ".git").rename(broken.parent / ".git")

    assert "file=world/data/new.ttl" in kg("--format", "github").stdout
    assert "data/new.ttl:2:" in kg().stdout
    monkeypatch.chdir(broken.parent)
    assert "file=world/data/new.ttl" in kg("--format", "github", "world").stdout
    assert kg("world").stdout.startswith("world/data/new.ttl: 1 violation")


def test_results_stand_at_their_lines(broken: Path) -> None:
    del broken
    places = {(each["rule"], each["place"]["file"], each["place"]["line"]) for each in results()}

    assert places == {("S22", "data/new.ttl", 2), ("S28", "data/old.ttl", 1)}
    (twice,) = [each for each in results() if each["rule"] == "S22"]
    assert [(each["file"], each["note"]) for each in twice["related"]] == [("data/labels.ttl", "the other value")]


@pytest.mark.parametrize("format_name", ["json", "sarif"])
def test_a_baseline_leaves_out_what_is_known_wherever_it_moves(format_name: str, broken: Path) -> None:
    kg("--format", format_name, "--output", "known")
    assert results("--baseline", "known") == []
    assert kg("--baseline", "known").exit_code == 0

    old = broken / "data" / "old.ttl"
    old.write_text("# moved\n\n\n" + old.read_text("utf-8"), "utf-8")
    (broken / "data" / "third.ttl").write_text(f'<{BASE}id/place/lumen> <{BASE}ns#title> "x" .\n', "utf-8")
    assert {each["rule"] for each in results("--baseline", "known")} == {"S28"}
    assert [each["place"]["file"] for each in results("--baseline", "known")] == ["data/third.ttl"]


def test_a_baseline_says_what_is_mended(broken: Path) -> None:
    kg("--format", "json", "--output", "known.json")
    (broken / "data" / "old.ttl").unlink()

    assert "1 result of the baseline is mended; write known.json anew" in kg("--baseline", "known.json").stdout


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"results": [1]}', '{"runs": [{}]}'])
def test_another_file_is_no_baseline(content: str, folder: Path) -> None:
    (folder / "known.json").write_text(content)
    found = kg("--baseline", "known.json")

    assert found.exit_code == 2
    assert "known.json is no report" in found.stderr


def test_only_what_a_change_concerns_is_shown(broken: Path) -> None:
    assert {each["rule"] for each in results("--changed-since", "HEAD")} == {"S22"}

    (broken / "data" / "new.ttl").rename(broken / "data" / "a.ttl")
    (caused,) = results("--changed-since", "HEAD")  # the other label stands in a file that has not changed
    assert (caused["rule"], caused["place"]["file"]) == ("S22", "data/labels.ttl")


def test_a_change_that_concerns_nothing_shows_nothing(broken: Path) -> None:
    (broken / "data" / "new.ttl").unlink()

    assert results("--changed-since", "HEAD") == []
    assert "0 files have changed since HEAD" in kg("--changed-since", "HEAD").stdout


@pytest.mark.parametrize("revision", ["nosuch", "--output=x", "HEAD..nosuch"])
def test_a_revision_that_does_not_exist_is_wrong_usage(revision: str, broken: Path) -> None:
    found = kg("--changed-since", revision)

    assert found.exit_code == 2
    assert "git says" in found.stderr
    assert not (broken / "x").exists()


def test_blame_names_commit_and_author(broken: Path) -> None:
    del broken
    blames = {each["place"]["file"]: each["place"]["blame"] for each in results("--blame")}
    head = subprocess.run(["git", "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()

    assert (blames["data/old.ttl"]["commit"], blames["data/old.ttl"]["author"]) == (head, "Aigerim")
    assert blames["data/new.ttl"] is None  # git does not know the file yet
    assert "Aigerim" in kg("--blame").stdout


def test_without_git_blame_says_what_is_missing(broken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del broken
    monkeypatch.setenv("PATH", "")
    found = kg("--blame")

    assert found.exit_code == 3
    assert "`git` was not found" in found.stderr


def test_messages_come_in_the_language_asked_for(broken: Path) -> None:
    (broken / "data" / "film.ttl").write_text(f"<{BASE}id/memorandum/x> a <{BASE}ns#Memorandum> .\n", "utf-8")

    assert "Меморандуму нужны не менее двух сторон" in kg("--language", "ru").stdout


def test_an_unchanged_folder_is_not_validated_twice(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = kg().stdout
    monkeypatch.setattr("kg_service.validation.run.validate", lambda *_, **__: pytest.fail("validated again"))
    assert kg().stdout == first
    assert kg("--format", "turtle").exit_code == 0

    (folder / "data" / "new.ttl").write_text(UNTAGGED, "utf-8")
    with pytest.raises(pytest.fail.Exception, match="validated again"):
        CliRunner().invoke(main, ["validate"], catch_exceptions=False)


@pytest.mark.parametrize("heavy", ["pyoxigraph", "rdflib", "pyshacl", "jinja2", "fastapi"])
def test_a_second_run_loads_no_engine(heavy: str, folder: Path) -> None:
    del folder
    kg()
    code = "import sys; from kg_service.cli import main; main(['validate'], standalone_mode=False); "
    code += f"sys.exit({heavy!r} in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], env=os.environ, capture_output=True, check=False)

    assert done.returncode == 0, done.stderr


def test_the_cache_need_not_be_writable(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder.parent / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder.parent / "file"))

    assert kg().exit_code == 0


HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_every_hook_runs(hook: dict[str, Any], folder: Path) -> None:
    program, *arguments = hook["entry"].split()
    assert program == "kg"
    files = [] if hook.get("pass_filenames") is False else [str(folder / "data" / "labels.ttl")]

    assert CliRunner().invoke(main, [*arguments, *files]).exit_code == 0


ACTION = ROOT / ".github" / "actions" / "validate"


def test_the_action_passes_every_input_and_none_into_a_script() -> None:
    action = yaml.safe_load((ACTION / "action.yml").read_text("utf-8"))
    step = action["runs"]["steps"][-1]
    passed = {value.split(".")[1].split(" ")[0] for value in step["env"].values()}

    assert passed == set(action["inputs"]) - {"python"}
    assert all("${{" not in each.get("run", "") for each in action["runs"]["steps"])
    script = (ACTION / "validate.sh").read_text("utf-8")
    assert all(f"${name}" in script for name in step["env"])


@pytest.mark.parametrize(("since", "code"), [("", 1), ("HEAD", 1)])
def test_the_action_annotates_and_writes_sarif(since: str, code: int, broken: Path) -> None:
    inputs = {
        "PATHS": ".", "SHAPES": "", "FAIL_ON": "violation", "BASELINE": "", "CHANGED_SINCE": since, "SARIF": "kg.sarif",
    }  # fmt: skip
    path = f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ['PATH']}"  # noqa: PTH120 - not resolved
    done = subprocess.run(
        ["bash", str(ACTION / "validate.sh")],
        env=os.environ | inputs | {"PATH": path}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == code, done.stderr
    assert "::error file=data/new.ttl,line=2," in done.stdout
    assert json.loads((broken / "kg.sarif").read_text("utf-8"))["version"] == "2.1.0"


SHAPES = "@prefix e: <http://e/> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n"
ONE = SHAPES + "e:S a sh:NodeShape ; sh:targetClass e:T ; sh:property [ sh:path e:p ; sh:maxCount 1 ] .\n"


@pytest.mark.parametrize("given", ["shapse", "note.txt", "shapse.ttl", "empty"])
def test_shapes_that_are_none_are_wrong_usage_whatever_was_cached(given: str, folder: Path) -> None:
    (folder / "ok.ttl").write_text("<http://e/a> a <http://e/T> .")
    (folder / "note.txt").write_text("")
    (folder / "empty").mkdir()
    kg("ok.ttl")

    assert kg("ok.ttl", "--shapes", given).exit_code == 2


def test_shapes_with_capital_endings_are_read_and_noticed_when_they_change(folder: Path) -> None:
    (folder / "ok.ttl").write_text("@prefix e: <http://e/> . e:a a e:T ; e:p 1 , 2 .")
    (folder / "s").mkdir()
    (folder / "s" / "S.TTL").write_text(ONE)
    assert kg("ok.ttl", "--shapes", "s").exit_code == 1

    (folder / "s" / "S.TTL").write_text(ONE.replace("maxCount 1", "maxCount 2"))
    assert kg("ok.ttl", "--shapes", "s").exit_code == 0


def test_a_file_that_is_named_twice_is_read_once(folder: Path) -> None:
    (folder / "b.ttl").write_text("@prefix e: <http://e/> . e:a a e:T ; e:p [ e:q 1 ] .")
    (folder / "s.ttl").write_text(ONE)
    found = kg("b.ttl", "./b.ttl", "--shapes", "s.ttl", "--shapes", str(folder / "s.ttl"))

    assert (found.exit_code, found.stdout.splitlines()[-1].split(" in ")[1]) == (0, "2 files, 3 triples")


@pytest.mark.parametrize("place", [".", "../world", "absolute"])
def test_a_baseline_holds_however_the_folder_is_called(place: str, broken: Path) -> None:
    kg("--format", "json", "--output", "known.json")

    assert kg(str(broken) if place == "absolute" else place, "--baseline", "known.json").exit_code == 0


CAUSES = {
    "a file that is gone": lambda folder: (folder / "data" / "y.ttl").unlink(),
    "a stricter shape": lambda folder: (folder / "ontology" / "shapes" / "s.ttl").write_text(
        ONE + "e:S sh:property [ sh:path e:ref ; sh:class e:Z ] ."
    ),
    "a step in the middle of a path": lambda folder: (folder / "data" / "y.ttl").write_text(
        "<http://e/y> a <http://e/Y> ."
    ),
}


@pytest.mark.parametrize("name", CAUSES)
def test_a_change_elsewhere_that_causes_a_violation_shows_it(name: str, folder: Path) -> None:
    for path in (
        *(folder / "data").rglob("*.t*"),
        *(folder / "ontology").rglob("*.ttl"),
        *(folder / "queries").iterdir(),
    ):
        path.unlink()
    (folder / "data" / "c.ttl").write_text(
        '<http://e/d> a <http://www.w3.org/ns/dcat#Dataset> ; <http://rdfs.org/ns/void#uriSpace> "http://e/" .'
    )
    (folder / "data" / "x.ttl").write_text("@prefix e: <http://e/> . e:x a e:T ; e:ref e:y .")
    (folder / "data" / "y.ttl").write_text("<http://e/y> a <http://e/Y> ; <http://e/m> 1 .")
    (folder / "ontology" / "shapes" / "s.ttl").write_text(
        ONE + "e:S sh:property [ sh:path e:ref ; sh:class e:Y ] , [ sh:path ( e:ref e:m ) ; sh:minCount 1 ] ."
    )
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "-m", "sound")
    assert kg("--changed-since", "HEAD").exit_code == 0
    CAUSES[name](folder)

    assert kg("--changed-since", "HEAD").exit_code == 1


def test_an_output_that_cannot_be_written_is_told(folder: Path) -> None:
    found = kg("--output", str(folder / "none" / "report"))

    assert found.exit_code == 3
    assert "No such file or directory" in found.stderr


ODD_FILES: dict[str, tuple[bytes, int]] = {
    "data/a b.ttl": (b"<http://e/a> <http://e/b> 1 .", 0), "queries/x.rq": (b"#+ summary: \xff", 1),
    "data/catalog.ttl": (b'<e:d> a <http://www.w3.org/ns/dcat#Dataset> ; <http://rdfs.org/ns/void#uriSpace> "no" .', 1),
    "queries/h.rq": (b"#+ summary: x\nSELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", 1),
    "queries/deep.rq": (b"#+ summary: x\nSELECT * " + b"{" * 20_000, 1),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD_FILES)
def test_odd_files_are_results_not_crashes(name: str, folder: Path) -> None:
    content, code = ODD_FILES[name]
    (folder / name).write_bytes(content)
    found = kg()

    assert found.exit_code == code
    assert found.stderr == ""


def test_our_own_failure_is_one_line_and_its_own_exit_code(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del folder
    monkeypatch.setattr("kg_service.validation.command.make_report", lambda _: 1 / 0)
    found = kg()

    assert found.exit_code == 3
    assert found.stderr.startswith("error: kg itself failed: ZeroDivisionError: division by zero\n")
