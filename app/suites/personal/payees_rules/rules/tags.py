"""Rules of tags."""

from collections.abc import Sequence


def renamed(tags: Sequence[str], name: str, new_name: str) -> list[str]:
    """The tags with another in place of one, which may have been among them."""
    return list(dict.fromkeys(new_name if tag == name else tag for tag in tags))
