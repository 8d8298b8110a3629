"""Released migrations never change: `migrations/frozen.json` has their hashes, and `make release` adds new ones.

So do the .sql files beside them, which migrations execute.
"""

import json
from hashlib import sha256
from pathlib import Path

VERSIONS = Path(__file__).resolve().parents[1] / "migrations" / "versions"
FROZEN = VERSIONS.parent / "frozen.json"


def changed(versions: Path = VERSIONS, frozen: Path = FROZEN) -> list[str]:
    """Released migrations that were changed or removed."""
    kept: dict[str, str] = json.loads(frozen.read_text(encoding="utf-8"))
    now = hashes(versions)
    return [
        f"migrations/versions/{name} was released: revert the change, and make it in a new migration."
        for name, digest in kept.items()
        if now.get(name) != digest
    ]


def freeze(versions: Path = VERSIONS, frozen: Path = FROZEN) -> None:
    """Record the hashes of all migrations, which must not change from now on."""
    frozen.write_text(json.dumps(hashes(versions), indent=1) + "\n", encoding="utf-8")


def hashes(versions: Path) -> dict[str, str]:
    """The SHA-256 of each migration's file, in their order, and then of the .sql files."""
    files = [*sorted(versions.glob("[0-9]*.py")), *sorted(versions.glob("*.sql"))]
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in files}
