"""The image: what the Containerfile says, and its steps carried out without an engine for containers."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest
from containerfile import CONTAINERFILE, environment, values
from processes import get
from worlds import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DEPLOY = ROOT / "kg_service" / "deploy"
USER = 10001


def copied(stage: int) -> list[tuple[str, str]]:
    """Return source and target of what a stage copies out of the repository."""
    found = []
    for value in values("COPY", stage):
        *sources, target = shlex.split(value)
        if not sources[0].startswith("--"):
            found += [(source, target) for source in sources]
    return found


def test_the_image_runs_as_nobody_special() -> None:
    names = [name for name, _ in CONTAINERFILE]

    assert values("USER") == [f"{USER}:{USER}"]
    assert names.index("USER") < names.index("ENTRYPOINT")
    assert len(values("HEALTHCHECK")) == 1
    assert values("STOPSIGNAL") == ["SIGTERM"]
    assert values("EXPOSE") == [environment()["KG_PORT"]] == ["8000"]
    assert values("VOLUME") == [environment()["XDG_CACHE_HOME"]]
    assert [json.loads(value) for value in values("ENTRYPOINT") + values("CMD")] == [["kg"], ["serve"]]
    assert not values("RUN"), "what is built is built in the first stage"


def test_the_image_comes_from_named_versions_and_says_what_it_is() -> None:
    text = (ROOT / "Containerfile").read_text("utf-8")

    assert all(
        re.match(r"python:\$\{PYTHON\}-slim-bookworm\b", value) for name, value in CONTAINERFILE if name == "FROM"
    )
    assert ("ARG", "PYTHON=3.13") in CONTAINERFILE
    assert "latest" not in text
    assert set(re.findall(r"\w+://([^/'\"]+)", text)) == {"127.0.0.1:"}, "no registry is named"
    assert set(re.findall(r"org\.opencontainers\.image\.(\w+)=", values("LABEL")[0])) == {
        "title", "description", "version", "licenses",
    }  # fmt: skip


def test_only_tracked_files_are_copied_into_the_image() -> None:
    sources = [source for stage in (0, 1) for source, _ in copied(stage)]
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607
    names = {part for line in tracked.splitlines() for part in (line, line.split("/")[0])}
    ignored = (ROOT / ".containerignore").read_text("utf-8")

    assert set(sources) <= names
    assert set(re.findall(r"^!(.*)$", ignored, re.MULTILINE)) == set(sources)
    assert "\n*\n" in ignored
    assert (ROOT / ".dockerignore").read_text("utf-8") == ignored


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Carry out the steps of the Containerfile below a folder; return the folder."""
    folder = tmp_path_factory.mktemp("image")
    try:
        subprocess.run([sys.executable, "-m", "venv", str(folder / "python")], check=True)
        source = folder / "source"
        lay(0, source)
        path = f"{folder / 'python' / 'bin'}{os.pathsep}{os.environ['PATH']}"
        known = dict(value.split("=", 1) for value in values("ARG", 0))
        for command in values("RUN", 0):
            subprocess.run(
                ["sh", "-ec", moved(command, folder)],  # noqa: S607
                cwd=source, env=os.environ | known | {"PATH": path}, check=True, capture_output=True, text=True,
            )  # fmt: skip
        lay(1, folder)
        for place in (folder / "dataset", *(folder / "dataset").rglob("*")):
            place.chmod(0o555 if place.is_dir() else 0o444)
        yield folder
    finally:
        for place in (folder / "dataset", *(folder / "dataset").rglob("*")):
            place.chmod(0o755)
        shutil.rmtree(folder)


def moved(text: str, folder: Path) -> str:
    """Return a text of the Containerfile in which the places of the image lie below a folder."""
    return re.sub(r"(?<![\w.])/(wheels|opt/kg|cache|dataset)\b", rf"{folder}/\1", text)


def lay(stage: int, folder: Path) -> None:
    """Copy what a stage copies out of the repository."""
    for source, target in copied(stage):
        place = folder / target.lstrip("/") / ("" if target != "./" else source)
        place.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / source, place)


def test_the_wheel_brings_the_files_of_deployment(image: Path) -> None:
    (wheel,) = (image / "wheels").glob("kg_service-*.whl")
    with zipfile.ZipFile(wheel) as content:
        names = set(content.namelist())

    assert {f"kg_service/deploy/{path.name}" for path in DEPLOY.iterdir()} <= names


def test_the_image_answers_without_privileges_over_a_folder_that_it_cannot_write(image: Path) -> None:
    home = image / "home"
    home.mkdir(mode=0o555)
    set_here = {name: moved(value, image) for name, value in environment().items()}
    set_here |= {"PATH": set_here["PATH"].replace("$PATH", os.environ["PATH"]), "HOME": str(home), "KG_PORT": "0"}
    command = json.loads(values("ENTRYPOINT")[0]) + json.loads(values("CMD")[0])
    if os.getuid() == 0:  # root writes where it may not, but for this
        command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", *command]
    process = subprocess.Popen(
        command, env=set_here, cwd=image / "dataset", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        port = re.search(r":(\d+)/ ", process.stdout.readline())
        assert port is not None
        address = f"http://127.0.0.1:{port[1]}"
        answer = get(f"{address}/queries/countries?format=csv")
        while (state := json.loads(get(f"{address}/ready")[1]))["status"] == "pending":
            pass
        check = json.loads(values("HEALTHCHECK")[0].split(" CMD ")[1])
        health = []
        for each in (port[1], "1"):
            asked = subprocess.run(check, env=set_here | {"KG_PORT": each}, stderr=subprocess.DEVNULL, check=False)
            health.append(asked.returncode)
    finally:
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)

    assert answer[0] == 200
    assert answer[1].startswith(b"code,alpha3")
    assert (state["status"], state["network"]) == ("ready", "seccomp")
    assert health == [0, 1]
    assert process.returncode in (0, -signal.SIGTERM)
    assert "Traceback" not in errors
    assert list(home.iterdir()) == []
    assert [path for path in (image / "cache").rglob("*") if path.is_file()], "the report of the validation is kept"
