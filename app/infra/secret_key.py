"""The key that signs tokens where none is set: made at random at the first start, and kept."""

import os
import secrets
import tempfile
from pathlib import Path

SHORTEST = 32


def read_or_create(folder: Path) -> str:
    """The key in `folder/secret_key`, readable by its owner alone; of two first starts at once one makes it."""
    path = folder / "secret_key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _create(path)
    key = path.read_text(encoding="ascii").strip()
    if len(key) < SHORTEST:
        raise RuntimeError(f"{path} holds no key of {SHORTEST} characters: remove it, or set SECRET_KEY")
    return key


def _create(path: Path) -> None:
    """Write the file whole before it gets its name, which whoever comes first gives it."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".secret_key-")  # for its owner alone
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{secrets.token_hex(SHORTEST)}\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            return
    finally:
        Path(temporary).unlink()
