"""The mutations that no test can notice, each with the reason."""

import json
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("equal.toml")


@dataclass(frozen=True, slots=True)
class Mutation:
    """One change of one function, as lines of source without indentation."""

    module: str
    function: str
    old: str
    new: str

    def __str__(self) -> str:
        """The entry of the table; JSON's strings are TOML's too."""
        lines = (f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in asdict(self).items())
        return "\n".join(["[[equal]]", *lines])


def accepted() -> dict[Mutation, str]:
    """The table: mutation to reason."""
    entries = tomllib.loads(TABLE.read_text(encoding="utf-8")).get("equal", [])
    return {Mutation(one["module"], one["function"], one["old"], one["new"]): one["reason"] for one in entries}
