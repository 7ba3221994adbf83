"""The file of settings: every row of the table can stand in it, and flag, environment, file and default take turns."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from worlds import ROOT, lay_out

from kg_service.cli import main
from kg_service.config import COMMON, SETTINGS, Setting
from kg_service.config_file import find_file, read_file
from kg_service.errors import WrongUsage

SERVE = main.commands["serve"]
NOT_IN_FILE = {"config", "help", "quiet"}
OTHERS: dict[str, Any] = {"dataset": ["a", "b"], "sources": "texts"}


def another(setting: Setting) -> Any:
    """Return a value that is not the default."""
    match setting.default:
        case bool():
            return True
        case int() | float():
            return setting.default + 1
        case str():
            return "x"
        case _:
            return OTHERS[setting.name]


def toml(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return what `kg serve` is given, in place of serving."""
    given: dict[str, Any] = {}
    monkeypatch.delenv("KG_SOURCES", raising=False)

    def run(places: tuple[Path, ...], sources: Path | None, settings: dict[str, Any], *, quiet: bool) -> None:
        given.update(settings, dataset=places, sources=sources, quiet=quiet)

    monkeypatch.setattr("kg_service.web.server.run", run)
    return given


def serve(*arguments: str | Path, **environment: str) -> Result:
    return CliRunner().invoke(main, ["serve", *map(str, arguments)], env=environment)


def write(folder: Path, text: str, name: str = "kg.toml") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_every_option_of_serve_has_a_row_in_the_table() -> None:
    options = {option.opts[0].removeprefix("--") for option in SERVE.params}

    assert options - NOT_IN_FILE == {setting.name for setting in (*COMMON, *SETTINGS)}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_can_stand_in_the_file(setting: Setting, tmp_path: Path, taken: dict[str, Any]) -> None:
    value = another(setting)
    result = serve("--config", write(tmp_path, f"{setting.name} = {toml(value)}\n"))

    assert (result.exit_code, result.output) == (0, "")
    assert taken[setting.name.replace("-", "_")] == value


def test_a_flag_goes_before_the_environment_the_file_and_the_default(tmp_path: Path, taken: dict[str, Any]) -> None:
    file = write(tmp_path, "port = 1\ntimeout = 5\n")
    found = []
    for arguments, environment in (
        (["--port", "3", "--config", str(file)], {"KG_PORT": "2"}),
        (["--config", str(file)], {"KG_PORT": "2"}),
        ([], {"KG_CONFIG": str(file)}),
        ([], {}),
    ):
        serve(*arguments, **environment)
        found.append(taken["port"])

    assert found == [3, 2, 1, 8000]


def test_an_explicit_off_in_the_environment_goes_before_the_file(tmp_path: Path, taken: dict[str, Any]) -> None:
    serve("--config", write(tmp_path, "reload = true\n"), KG_RELOAD="0")

    assert taken["reload"] is False


@pytest.mark.parametrize("named", ["flag", "variable", "current folder"])
def test_the_data_sets_own_file_is_found(
    named: str, tmp_path: Path, taken: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "world", "timeout = 7\n")
    match named:
        case "flag":
            serve("--dataset", tmp_path / "world")
        case "variable":
            serve(KG_DATASET=str(tmp_path / "world"))
        case _:
            monkeypatch.chdir(tmp_path / "world")
            serve()

    assert taken["timeout"] == 7


def test_a_named_file_goes_before_the_data_sets_own(tmp_path: Path, taken: dict[str, Any]) -> None:
    write(tmp_path / "world", "timeout = 7\n")
    serve("--dataset", tmp_path / "world", "--config", write(tmp_path, "port = 9\n"))

    assert (taken["timeout"], taken["port"]) == (30.0, 9)


@pytest.mark.parametrize("by_variable", [False, True])
def test_places_start_from_the_files_folder(tmp_path: Path, taken: dict[str, Any], *, by_variable: bool) -> None:
    (tmp_path / "texts").mkdir()
    file = write(tmp_path, 'dataset = ["world", "/srv/more"]\nsources = "texts"\n')
    _ = serve(KG_CONFIG=str(file)) if by_variable else serve("--config", file)

    assert taken["dataset"] == (tmp_path / "world", Path("/srv/more"))
    assert taken["sources"] == tmp_path / "texts"


@pytest.mark.parametrize("order", [1, -1])
def test_a_data_set_named_on_the_command_line_goes_before_the_files(
    order: int, tmp_path: Path, taken: dict[str, Any]
) -> None:
    file = write(tmp_path, 'dataset = "world"\n')
    serve(*[each for pair in [("--dataset", "here"), ("--config", str(file))][::order] for each in pair])

    assert taken["dataset"] == (Path("here"),)


def test_two_folders_with_settings_are_not_mixed(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(tmp_path / name, "port = 1\n")

    with pytest.raises(WrongUsage, match="say which with --config"):
        find_file([tmp_path / "a", tmp_path / "b"])


WRONG = {
    "timeot = 1": "there is no setting 'timeot'. Did you mean timeout? The settings are dataset, sources, host, port,",
    "result_bytes = 1": "there is no setting 'result_bytes'. Did you mean result-bytes?",
    "http = {port = 1}": "there is no setting 'http'. The settings are",
    "port = '80'": "port is to be a whole number of at least 0, not '80'. It means: port to listen on; 0 takes a free",
    "port = true": "port is to be a whole number of at least 0, not true.",
    "port = 8.5": "port is to be a whole number of at least 0, not 8.5.",
    "timeout = 0": "timeout is to be a number of at least 0.1, not 0.",
    "timeout = nan": "timeout is to be a number of at least 0.1, not nan.",
    "reload = 1": "reload is to be true or false, not 1.",
    "host = 1": "host is to be a text, not 1.",
    "dataset = []": "dataset is to be a text or a list of texts, not [].",
    "cache = {mib = 1}": "cache is to be a whole number of at least 0, not a table.",
}


@pytest.mark.parametrize(("text", "message"), WRONG.items(), ids=WRONG)
def test_what_the_table_does_not_know_is_told_with_file_and_key(text: str, message: str, tmp_path: Path) -> None:
    file = write(tmp_path, f"{text}\n")
    result = serve("--config", file)

    assert result.exit_code == 2
    assert result.stderr.startswith(f"error: {file}: {message}")


@pytest.mark.parametrize(
    ("text", "place"),
    [("port = 1\nhost = \n", "2:8: Invalid value"), ("port = 1\nhost = 'x", "2:10: "), ("port = 1\nport = 2", "2:9: ")],
)
def test_a_mistake_of_syntax_is_told_with_line_and_column(text: str, place: str, tmp_path: Path) -> None:
    file = write(tmp_path, text)
    result = serve("--config", file)

    assert result.exit_code == 2
    assert result.stderr.startswith(f"error: {file}:{place}")


def test_what_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "kg.toml"
    path.write_bytes(b"host = '\xff'")

    with pytest.raises(WrongUsage, match="is not UTF-8 text: invalid start byte at byte 9"):
        read_file(path)


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    assert serve("--config", tmp_path / "nowhere.toml").exit_code == 2


def test_other_commands_read_the_data_set_from_it(tmp_path: Path) -> None:
    world = lay_out(tmp_path / "world")
    file = write(tmp_path, f'dataset = "{world.name}"\nport = 1\n', "other.toml")
    result = CliRunner().invoke(main, ["query", "countries", "--config", str(file)], env={"KG_SOURCES": None})

    assert result.stdout.endswith("5 rows\n")


def test_the_validation_of_a_service_takes_nothing_from_the_folders_file(tmp_path: Path) -> None:
    world = lay_out(tmp_path / "world")
    write(world, 'sources = "nowhere"\n')
    command = [sys.executable, "-m", "kg_service", "validate", "--config", os.devnull, "--dataset", str(world)]
    environment = {name: value for name, value in os.environ.items() if name != "KG_SOURCES"}
    result = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    assert result.returncode == 0, result.stderr


def test_the_readmes_example_is_a_file_of_settings(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    text = readme.split("```toml\n")[1].split("```")[0]

    assert len(read_file(write(tmp_path, text))) == len(tomllib.loads(text)) > 3


def test_every_setting_is_a_flag_and_a_variable() -> None:
    options = {option.opts[0]: option for option in SERVE.params if isinstance(option, click.Option)}

    assert all(options[f"--{setting.name}"].envvar == setting.variable for setting in (*COMMON, *SETTINGS))
