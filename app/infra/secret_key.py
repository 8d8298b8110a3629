"""The key that signs tokens if SECRET_KEY is unset: generated at the first start, and stored."""

import os
import secrets
import tempfile
from pathlib import Path

SHORTEST = 32


def read_or_create(folder: Path) -> str:
    """Read or create the key in `folder/secret_key`, readable by its owner only; concurrent starts get the same one."""
    path = folder / "secret_key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _create(path)
    key = path.read_text(encoding="ascii").strip()
    if len(key) < SHORTEST:
        raise RuntimeError(f"{path} holds no key of {SHORTEST} characters: remove it, or set SECRET_KEY")
    return key


def _create(path: Path) -> None:
    """Write the whole file before linking it to its name; the first of several processes wins."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".secret_key-")  # mode 0600
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
