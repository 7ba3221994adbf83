"""Addresses that several processes listen on together (SO_REUSEPORT)."""

from __future__ import annotations

import os
import socket
from typing import Any

from kg_service.errors import SystemRefused, WrongUsage

__all__ = ["bind", "free_addresses"]


def free_addresses(host: str, port: int) -> list[tuple[int, Any]]:
    """Return family and address to listen on; where the port is 0, all get the one that the first was given.

    Raises WrongUsage (exit 2) where the platform cannot share a port, SystemRefused (exit 3) where it is taken.
    """
    if not hasattr(socket, "SO_REUSEPORT") or not hasattr(os, "fork"):
        raise WrongUsage("This platform cannot share a port among processes (SO_REUSEPORT); leave out --processes.")
    found: list[tuple[int, Any]] = []
    try:
        places = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, _, _, _, (name, given, *rest) in dict.fromkeys(places):
            with socket.socket(family, socket.SOCK_STREAM) as alone:  # another service would share the port with us
                alone.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    alone.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                alone.bind((name, given or (found[0][1][1] if found else 0), *rest))
                found.append((family, alone.getsockname()))
    except OSError as error:
        raise SystemRefused(f"Cannot listen on {host}:{port}: {error.strerror or error}.") from error
    return found


def bind(addresses: list[tuple[int, Any]]) -> list[socket.socket]:
    """Return a socket for each address that does not listen yet; other processes can have the same."""
    found = []
    for family, address in addresses:
        shared = socket.socket(family, socket.SOCK_STREAM)
        shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            shared.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        shared.bind(address)
        found.append(shared)
    return found
