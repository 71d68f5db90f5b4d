"""Holds a process to the loopback interface: what it is asked to reach elsewhere is refused, not attempted.

The demo stands in for AWS, so nothing in it has a reason to leave this host. The refusal sits below every library, in
an audit hook (PEP 578), and cannot be taken out again while the process lives.
"""

from __future__ import annotations

import errno
import ipaddress
import sys
from typing import Any

_ADDRESSED = frozenset({"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"})
_NAMED = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"})


class NotLoopbackError(PermissionError):
    """Something tried to speak to another host. An OSError, so that libraries treat it as a network failure."""


def refuse_other_hosts() -> None:
    """From now on this process can neither look up, nor reach, nor listen on anything but the loopback."""
    sys.addaudithook(_refuse)


def _refuse(event: str, args: tuple[Any, ...]) -> None:
    if event in _ADDRESSED:
        address = args[1]
    elif event in _NAMED:
        address = args[0]
    else:
        return
    host = address[0] if isinstance(address, tuple) and address else address
    if isinstance(address, tuple) and not stays(host):
        raise NotLoopbackError(errno.EACCES, f"{event}: the demo speaks only to this host, not to {host!r}")
    if event in _NAMED and not stays(host):
        raise NotLoopbackError(errno.EACCES, f"{event}: the demo looks up no other host than this, not {host!r}")


def stays(host: object) -> bool:
    """Whether this host, as a socket function is given it, is the loopback; None reaches nowhere."""
    if isinstance(host, (bytes, bytearray)):
        host = host.decode("ascii", "replace")
    if host is None or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False
