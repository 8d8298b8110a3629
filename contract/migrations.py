"""Released migrations never change: `migrations/frozen.json` has their hashes, and `make release` adds new ones."""

import json
from hashlib import sha256
from pathlib import Path

VERSIONS = Path(__file__).resolve().parents[1] / "migrations" / "versions"
FROZEN = VERSIONS.parent / "frozen.json"


def changed(versions: Path = VERSIONS, frozen: Path = FROZEN) -> list[str]:
    """Released migrations that are not as they were released."""
    kept: dict[str, str] = json.loads(frozen.read_text(encoding="utf-8"))
    now = hashes(versions)
    return [
        f"migrations/versions/{name} was released: take the change back, and make it by a new migration."
        for name, digest in kept.items()
        if now.get(name) != digest
    ]


def misnumbered(versions: Path = VERSIONS) -> list[str]:
    """Migrations that share a number, and a head that is not the last: two branches made one at once."""
    numbers = [path.name[:4] for path in sorted(versions.glob("[0-9]*.py"))]
    found = [f"two migrations are numbered {number}" for number in sorted(set(numbers)) if numbers.count(number) > 1]
    head = (versions.parent / ".current-head").read_text(encoding="utf-8").strip()
    return (
        found if head == numbers[-1] else [*found, f"migrations/.current-head says {head}, the last is {numbers[-1]}"]
    )


def freeze(versions: Path = VERSIONS, frozen: Path = FROZEN) -> None:
    """Keep every migration there is from now on as it is."""
    frozen.write_text(json.dumps(hashes(versions), indent=1) + "\n", encoding="utf-8")


def hashes(versions: Path) -> dict[str, str]:
    """The SHA-256 of each migration's file, in their order."""
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(versions.glob("[0-9]*.py"))}
