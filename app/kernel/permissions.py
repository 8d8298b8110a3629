"""Permissions in short, as tokens carry them."""

from collections import defaultdict
from collections.abc import Collection

EVERYTHING = "*"


def shortened(held: Collection[str], declared: Collection[str]) -> list[str]:
    """The held permissions: `*` for all that are declared, `resource:*` for all of a resource."""
    if set(held) >= set(declared):
        return [EVERYTHING]
    verbs: dict[str, set[str]] = defaultdict(set)
    for name in declared:
        verbs[_resource(name)].add(name)
    whole = {resource for resource, names in verbs.items() if names <= set(held)}
    single = {name for name in held if _resource(name) not in whole}
    return sorted(single | {f"{resource}:{EVERYTHING}" for resource in whole})


def _resource(permission: str) -> str:
    return permission.partition(":")[0]
