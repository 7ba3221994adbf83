"""What a worker process cannot do, even if a query got past everything that is refused before it runs."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can take the network from a process")

CONFINED = "from kg_service.evaluation.confinement import forbid_network\nassert forbid_network() == 'seccomp'\n"
FORBIDDEN = {
    "open a socket": "import socket; socket.socket()",
    "open a socket for IPv6": "import socket; socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
    "open a local socket": "import socket; socket.socket(socket.AF_UNIX)",
    "start a program": "import os; os.execv('/bin/true', ['true'])",
    "start a program in a child": "import subprocess; subprocess.run(['/bin/true'], check=True)",
}


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", CONFINED + code], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("deed", FORBIDDEN)
def test_a_worker_cannot(deed: str) -> None:
    result = run(FORBIDDEN[deed])

    assert result.returncode == 1
    assert "PermissionError" in result.stderr


def test_a_process_at_rest_has_grown_sooner() -> None:
    code = (
        "from kg_service.evaluation.confinement import Memory; memory = Memory(query_mib=512, growth_mib=256)\n"
        "found = [memory.has_grown(), memory.has_grown(at_rest=True)]; held = b'x' * 2**25\n"
        "print(*found, memory.has_grown(), memory.has_grown(at_rest=True))"
    )

    assert run(code).stdout == "False False False True\n"


def test_the_bound_moves_with_what_is_held_not_with_what_was_given_back() -> None:
    code = (
        "import itertools, mmap, resource; from kg_service.evaluation import confinement\n"
        "confinement._faults = itertools.count(0, 2**30).__next__\n"
        "memory = confinement.Memory(query_mib=128, growth_mib=512); memory.bound(); kept = []\n"
        "bound = lambda: resource.getrlimit(resource.RLIMIT_AS)[0] >> 20\n"
        "def take(use):\n"
        "    before = bound(); kept.append(mmap.mmap(-1, 48 << 20))\n"
        "    kept[-1].write(bytes(48 << 20)) if use else None\n"
        "    return memory.has_grown(), abs(bound() - before - 48 * use) < 32\n"
        "print([take(use) for use in (True, False, False)])"
    )

    assert run(code).stdout == "[(False, True), (False, True), (True, True)]\n"


def test_a_federated_query_reaches_nobody() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        port = listening.getsockname()[1]
        query = f"SELECT * {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}"
        result = run(f"import pyoxigraph as ox\nlist(ox.Store().query({query!r}))")
        with pytest.raises(TimeoutError):
            listening.accept()

    assert result.returncode == 1


def test_a_worker_can_still_talk_to_the_service() -> None:
    code = "import os, socket; a, b = socket.socketpair(); a.sendall(b'x'); assert b.recv(1) == b'x'; print(os.fork())"

    assert run(code).returncode == 0
