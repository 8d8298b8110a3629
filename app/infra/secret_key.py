"""Keys that are unset outside production: generated at the first start, and stored.

SECRET_KEY signs tokens; SECRETS_KEY seals secrets that are stored (`infra/sealing.py`).
"""

import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path

SHORTEST = 32


def random_key() -> str:
    """A new SECRET_KEY."""
    return secrets.token_hex(SHORTEST)


def read_or_create(folder: Path, name: str = "secret_key", make: Callable[[], str] = random_key) -> str:
    """Read or create the key in this file, readable by its owner only; concurrent starts get the same one."""
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _create(path, make())
    key = path.read_text(encoding="ascii").strip()
    if len(key) < SHORTEST:
        raise RuntimeError(f"{path} holds no key of {SHORTEST} characters: remove it, or set {name.upper()}")
    return key


def _create(path: Path, key: str) -> None:
    """Write the whole file before linking it to its name; the first of several processes wins."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{key}\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            return
    finally:
        Path(temporary).unlink()
