"""Every write outside authentication: something to do it to, and what is sent."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.examples import EXAMPLES
from tests.factories import Sent
from tests.support import Caller


@dataclass(frozen=True)
class Write:
    """A method of an address; `prepare` makes what it needs and says where to send what."""

    method: str
    path: str
    prepare: Callable[[Caller], Sent]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


def write(method: str, path: str) -> Write:
    """Request of that operation; KeyError for one that is missing here."""
    if method == "POST" and path in EXAMPLES.own_posts:
        return Write(method, path, EXAMPLES.own_posts[path])
    if method == "POST":
        posted = EXAMPLES.posts[path]
        return Write(method, path, lambda _caller: posted())
    changed = EXAMPLES.existing[path]
    options = {} if method == "DELETE" else {"json": EXAMPLES.changes[path]}
    return Write(method, path, lambda caller: (changed(caller), options))
