"""What it is run with: image, compose, systemd, Kubernetes; as far as it goes without an engine for containers."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from containerfile import values
from worlds import ROOT

from kg_service import __version__
from kg_service.cli import main
from kg_service.config import SETTINGS

if TYPE_CHECKING:
    from pathlib import Path

DEPLOY = ROOT / "kg_service" / "deploy"
FILES = sorted([*DEPLOY.iterdir(), ROOT / "Containerfile"])
UNIT = DEPLOY / "kg-service.service"
SERVE = main.commands["serve"]
#: Set for compose itself: the folder that is mounted.
NOT_OURS = {"KG_FOLDER"}


def documents(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((DEPLOY / name).read_text("utf-8")))


def unit() -> dict[str, list[str]]:
    """Return the values of each directive of the unit."""
    found: dict[str, list[str]] = {}
    for line in UNIT.read_text("utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_variable_named_is_one_of_the_program(path: Path) -> None:
    known = {str(option.envvar) for command in main.commands.values() for option in command.params}
    named = set(re.findall(r"\bKG_[A-Z_]+\b", path.read_text("utf-8")))

    assert named <= known | NOT_OURS
    assert {setting.variable for setting in SETTINGS} <= known


def test_every_flag_given_to_the_program_is_one_of_it() -> None:
    services = documents("compose.yaml")[0]["services"].values()
    (deployment, *_) = documents("kubernetes.yaml")
    commands = [each["command"] for each in services if "command" in each]
    commands += [each["args"] for each in deployment["spec"]["template"]["spec"]["containers"]]
    commands += [shlex.split(unit()["ExecStart"][0])[1:], json.loads(values("CMD")[0])]
    options = {option for each in SERVE.params for option in each.opts}

    for command in commands:
        assert command[0] == "serve"
        assert {each for each in command if each.startswith("--")} <= options


@pytest.mark.parametrize("name", ["kg", "kg-virtuoso", "virtuoso"])
def test_each_service_of_compose_is_confined_and_watched(name: str) -> None:
    service = documents("compose.yaml")[0]["services"][name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert re.fullmatch(r"\d+g", service["mem_limit"])
    assert service["healthcheck"]["test"][0] == "CMD"
    assert re.fullmatch(r"[a-z0-9/-]+:[0-9][a-z0-9.-]*", service["image"])
    assert ("virtuoso" in name) == (service.get("profiles") == ["virtuoso"])
    assert (name == "kg-virtuoso") == ("--store" in service.get("command", []))


def test_what_kubernetes_runs_is_confined_and_watched() -> None:
    deployment, service, budget = documents("kubernetes.yaml")
    pod = deployment["spec"]["template"]["spec"]
    (container,) = pod["containers"]

    assert [each["kind"] for each in (deployment, service, budget)] == ["Deployment", "Service", "PodDisruptionBudget"]
    assert deployment["spec"]["replicas"] == 2 > budget["spec"]["minAvailable"]
    assert deployment["spec"]["template"]["metadata"]["labels"] == service["spec"]["selector"]
    assert deployment["spec"]["selector"] == budget["spec"]["selector"] == {"matchLabels": service["spec"]["selector"]}
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert f"{pod['securityContext']['runAsUser']}:{pod['securityContext']['runAsGroup']}" == values("USER")[-1]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
    }  # fmt: skip
    assert container["livenessProbe"]["httpGet"]["path"] == "/health"
    assert container["readinessProbe"]["httpGet"]["path"] == "/ready"
    assert {each["mountPath"] for each in container["volumeMounts"]} == {"/cache", "/tmp"}  # noqa: S108 - in the image
    assert all("emptyDir" in each for each in pod["volumes"])
    assert container["resources"]["limits"].keys() == {"memory"}
    assert pod["terminationGracePeriodSeconds"] > 15  # the five of preStop, and KG_GRACE


def test_one_version_is_named_everywhere() -> None:
    image = f"kg-service:{__version__}"
    (deployment, *_) = documents("kubernetes.yaml")
    named = [each["image"] for each in documents("compose.yaml")[0]["services"].values() if "build" in each]
    named += [each["image"] for each in deployment["spec"]["template"]["spec"]["containers"]]

    assert set(named) == {image}
    assert image in (DEPLOY / "README.md").read_text("utf-8")
    assert values("ARG") == [f"VERSION={__version__}"]


def test_the_unit_confines_the_service() -> None:
    found = unit()

    assert all(
        found[name] == ["yes"] for name in ("DynamicUser", "NoNewPrivileges", "PrivateTmp", "MemoryDenyWriteExecute")
    )
    assert found["ProtectSystem"] == ["strict"]
    assert found["RestrictAddressFamilies"] == ["AF_UNIX AF_INET AF_INET6"]
    assert found["ExecReload"] == ["/bin/kill -HUP $MAINPID"]
    assert found["KillMode"] == ["mixed"]
    assert found["CacheDirectory"] == ["kg-service"]
    assert found["Environment"] == ["XDG_CACHE_HOME=/var/cache/kg-service"]
    assert "MemoryMax" in found
    # Workers take the network from themselves by prctl, bound their memory, and choose processors.
    assert found["SystemCallFilter"][0] == "@system-service"
    assert not set(found["SystemCallFilter"][1].removeprefix("~").split()) & {"@process", "@resources", "@sandbox"}


@pytest.mark.parametrize(
    "judge", [["verify"], ["security", "--offline=true", "--threshold=20"]], ids=lambda each: each[0]
)
def test_systemd_takes_the_unit(judge: list[str], tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        if os.environ.get("CI") == "true":  # what can be told without it; the package would bring all of systemd
            assert unit().keys() > {"ExecStart", "Type", "WantedBy", "Description"}
            return
        pytest.skip("systemd-analyze is not installed")
    path = tmp_path / UNIT.name
    path.write_text(UNIT.read_text("utf-8").replace("/opt/kg/bin/kg", "/bin/true"), "utf-8")
    result = subprocess.run([program, *judge, str(path)], capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout + result.stderr
    assert judge != ["verify"] or result.stderr == ""
