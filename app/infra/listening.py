"""Address that the server listens on, and whether it is free.

`make run` runs this file by path before anything is installed: hence the standard library alone.
"""

import errno
import os
import re
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

_PORT = "5000"
_SETTING = re.compile(r"""\s*(?:export\s+)?(PORT|BIND)\s*=\s*(["']?)(.*?)\2\s*(?:\s#.*)?""")
_TCP = re.compile(r"(?:tcp://|https?://)?(?:\[(?P<six>[^\]]+)\]|(?P<host>[^:/]*)):(?P<port>[0-9]{1,5})")
_HOST = re.compile(r"\[[^\]]+\]|[^:/]+")
_LOOPBACK = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "[::]": "[::1]"}  # noqa: S104 - the names of all interfaces


def bind_of(environ: Mapping[str, str]) -> str:
    """gunicorn's setting `bind`; hosts without a port get that of PORT."""
    port = environ.get("PORT") or _PORT
    addresses = (environ.get("BIND") or "127.0.0.1").split(",")
    return ",".join(_with_port(address.strip(), port) for address in addresses)


def _with_port(address: str, port: str) -> str:
    """The address as it is, if it has a port or is none of TCP."""
    host = address.removeprefix("tcp://")
    if host.count(":") > 1 and not host.startswith("["):
        host = f"[{host}]"
    return f"{host}:{port}" if _HOST.fullmatch(host) else address


def url_of(bind: str) -> str | None:
    """The URL for a browser on this machine; None for a Unix socket."""
    found = _TCP.fullmatch(bind.split(",", maxsplit=1)[0].strip())
    if found is None:
        return None
    host = f"[{found['six']}]" if found["six"] else found["host"]
    return f"http://{_LOOPBACK.get(host, host)}:{found['port']}"


def problem(bind: str) -> str | None:
    """One line with the reason why the server can't listen on this address, and a remedy; None if it can."""
    for address in bind.split(","):
        found = _TCP.fullmatch(address.strip())
        if found is None:
            continue  # a Unix socket, or an open file descriptor
        host, port = found["six"] or found["host"], int(found["port"])
        try:
            _try(host, port)
        except (OSError, OverflowError) as error:
            return f"{_reason(error, host, port)} Choose another: make run {_advice(bind, host, port)}"
    return None


def _try(host: str, port: int) -> None:
    """Bind as gunicorn does, and close the socket again."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))


def _reason(error: Exception, host: str, port: int) -> str:
    code = error.errno if isinstance(error, OSError) else None
    where = f"Port {port} of {host or 'this machine'}"
    if code == errno.EADDRINUSE:
        return f"{where} is in use by another program."
    if code == errno.EACCES:
        return f"{where} may not be opened by this user."
    return f"{where} can't be listened on ({error})."


def _advice(bind: str, host: str, port: int) -> str:
    """The setting of the next free port: PORT or BIND, as is set now."""
    free = port
    for candidate in range(max(port, 1023) + 1, max(port, 1023) + 100):
        try:
            _try(host, candidate)
        except (OSError, OverflowError):
            continue
        free = candidate
        break
    plain = bind.startswith("127.0.0.1:") and "," not in bind
    named = f"[{host}]" if ":" in host else host
    return f"PORT={free}" if plain and not os.environ.get("BIND") else f"BIND={named}:{free}"


def _settings(file: Path) -> dict[str, str]:
    """PORT and BIND of `.env`, overridden by the environment."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    found = [match for line in lines if (match := _SETTING.fullmatch(line))]
    return {match[1]: match[3] for match in found} | dict(os.environ)


if __name__ == "__main__":
    message = problem(bind_of(_settings(Path(".env"))))
    if message:
        sys.exit(message)
