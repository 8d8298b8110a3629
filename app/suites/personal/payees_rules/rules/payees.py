"""Rules of payees: the names that they are known by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from app.kernel.rows import name_key
from app.suites.personal.payees_rules.rules.words import payee_key

MOST_ALIASES = 50
LONGEST_NAME = 200


class PayeeNames(NamedTuple):
    """A payee with its names."""

    id: int
    name: str
    aliases: list[str]
    default_category_id: int | None


def with_aliases(name: str, aliases: Iterable[str]) -> list[str]:
    """The aliases, each once and without the name itself."""
    found = {name_key(alias): alias.strip() for alias in reversed([*aliases])}
    found.pop(name_key(name), None)
    found.pop("", None)
    return list(reversed(found.values()))


@dataclass(frozen=True, slots=True)
class Payees:
    """Payees of a book by all names that they are known by."""

    by_id: Mapping[int, PayeeNames]
    names: dict[str, int] = field(default_factory=dict)
    """Ids by name or alias."""
    texts: dict[str, int | None] = field(default_factory=dict)
    """Ids by the part of a name that texts of banks keep; None where several have the same."""

    @classmethod
    def of(cls, payees: Iterable[PayeeNames]) -> "Payees":
        """The payees; of two with one name the first counts, and names count before aliases."""
        known = cls({one.id: one for one in payees})
        for one in known.by_id.values():
            known.names.setdefault(name_key(one.name), one.id)
        for one in known.by_id.values():
            for alias in one.aliases:
                known.names.setdefault(name_key(alias), one.id)
            for text in {payee_key(name) for name in (one.name, *one.aliases)} - {""}:
                known.texts[text] = one.id if known.texts.get(text, one.id) == one.id else None
        return known

    def named(self, name: str) -> PayeeNames | None:
        """The payee of this name or alias."""
        found = self.names.get(name_key(name))
        return None if found is None else self.by_id[found]

    def find(self, *texts: str) -> PayeeNames | None:
        """The payee that the first of the texts names that names any: by name or alias, or as banks write it."""
        for text in texts:
            found = self.names.get(name_key(text)) if text else None
            if found is None and (key := payee_key(text)):
                found = self.texts.get(key)
            if found is not None:
                return self.by_id[found]
        return None
