"""XML, read in small pieces within limits; nothing of it is kept.

expat hands over a whole tag at once and keeps every name and every open element. So each of these is bounded: what a
small file can make the process do must not depend on who wrote the file.
"""

from collections.abc import Callable
from typing import IO
from xml.parsers import expat

MOST_ELEMENTS, MOST_ATTRIBUTES = 250_000, 500_000
MOST_ATTRIBUTES_OF_ONE = 1_000
DEEPEST = 256
MOST_NAMES = 10_000
"""Limit of different names of elements and attributes."""
LONGEST_NAME = 1_000
"""Limit of a name, including its namespace."""
LONGEST_TAG = 64 * 1024
"""Bytes that a tag, a comment or an instruction may have; one of three times the size is always refused."""
_PIECE = 64 * 1024
_WEB_ROOTS = {"html", "svg"}
_WEB_NAMESPACES = ("http://www.w3.org/1999/xhtml}", "http://www.w3.org/2000/svg}")
NOT_WELL_FORMED = (expat.ExpatError, ValueError, LookupError)

OnStart = Callable[[str, list[str]], None]
"""Called for each element: name with namespace, and a list of attribute names and values in turn."""
OnEnd = Callable[[str], None]
"""Called for the end of each element."""


class Refused(ValueError):
    """The XML is refused although it is well-formed so far; the message completes "The XML ..."."""


class Budget:
    """Limits of all XML in one file together."""

    def __init__(self, elements: int = MOST_ELEMENTS, attributes: int = MOST_ATTRIBUTES) -> None:
        self.elements, self.attributes = elements, attributes


class Reader:
    """Incremental reader of one XML document."""

    def __init__(self, budget: Budget, on_start: OnStart | None = None, on_end: OnEnd | None = None) -> None:
        self.budget, self.on_start, self.on_end = budget, on_start, on_end
        self.begun = self.web = False
        self.depth = self.fed = self.reached = 0
        self.names: dict[str, str] = {}
        self.parser = expat.ParserCreate(None, "}", self.names)
        self.parser.ordered_attributes = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartNamespaceDeclHandler = self._namespace
        self.parser.StartDoctypeDeclHandler = self._declarations

    def read(self, content: IO[bytes]) -> None:
        """Read to the end; raises Refused or one of NOT_WELL_FORMED."""
        while piece := content.read(_PIECE):
            self.feed(piece)
        self.parser.Parse(b"", True)

    def feed(self, piece: bytes) -> None:
        """Read the next piece."""
        self.parser.Parse(piece, False)
        self.fed += len(piece)
        self.reached = max(self.reached, self.parser.CurrentByteIndex)
        if self.fed - self.reached > 2 * LONGEST_TAG + _PIECE:
            raise Refused("has a tag or comment that is too long")
        if len(self.names) > MOST_NAMES:
            raise Refused("has too many different names")

    def _start(self, name: str, attributes: list[str]) -> None:
        budget, count = self.budget, len(attributes) // 2
        budget.elements -= 1
        budget.attributes -= count
        self.depth += 1
        if budget.elements < 0:
            raise Refused("has too many elements")
        if budget.attributes < 0 or count > MOST_ATTRIBUTES_OF_ONE:
            raise Refused("has too many attributes")
        if self.depth > DEEPEST:
            raise Refused("is nested too deep")
        if len(name) > 2 * LONGEST_NAME:
            raise Refused("has a name that is too long")
        if name.startswith(_WEB_NAMESPACES) or (not self.begun and name.lower() in _WEB_ROOTS):
            self.web = True
        self.begun = True
        if self.on_start is not None:
            self.on_start(name, attributes)

    def _end(self, name: str) -> None:
        self.depth -= 1
        if self.on_end is not None:
            self.on_end(name)

    def _namespace(self, _prefix: str | None, uri: str | None) -> None:
        self.budget.attributes -= 1
        if self.budget.attributes < 0:
            raise Refused("has too many attributes")
        if uri is not None and len(uri) > LONGEST_NAME:
            raise Refused("has a name that is too long")

    def _declarations(self, *_doctype: object) -> None:
        raise Refused("has declarations of its own")


def xml(content: IO[bytes]) -> str | None:
    """Reason why the content is not acceptable XML, or None."""
    reader = Reader(Budget())
    content.seek(0)
    try:
        reader.read(content)
    except Refused as refusal:
        return f"The XML {refusal}."
    except NOT_WELL_FORMED:
        return "The content is not well-formed XML."
    return "The content is a web page." if reader.web else None
