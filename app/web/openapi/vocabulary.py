"""Descriptions, examples and Spanish headings of fields: those of their domain first, then the shared ones."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask import Flask
from marshmallow import fields

from app.manifest import Manifest
from app.web.exports.headings import HEADINGS
from app.web.openapi.words import TAGS, WORDS

_OF_SHARED = {
    "words": "WORDS in app/web/openapi/words.py",
    "headings": "HEADINGS in app/web/exports/headings.py",
    "tags": "TAGS in app/web/openapi/words.py",
}


class MissingWords(LookupError):
    """Descriptions or headings are missing; each message names the place to add one."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def init_app(app: Flask, manifests: Mapping[str, Manifest]) -> None:
    """Register the words of the domains, by package."""
    app.extensions["vocabulary"] = Vocabulary(manifests)


class Vocabulary:
    """Finds the words of a field by the module of its schema."""

    def __init__(self, manifests: Mapping[str, Manifest]) -> None:
        self._manifests = manifests
        self._tags = TAGS | {tag: sentence for one in manifests.values() for tag, sentence in one.tags.items()}

    def description(self, field: fields.Field[Any], name: str) -> str:
        """Description of a field."""
        own: str | None = field.metadata.get("description")
        word = self._word(field, name)
        if own is None and word is None:
            raise self._missing(type(field.parent), name, "words", "description")
        return own or word[0]  # type: ignore[index]  # one of the two is there

    def example(self, field: fields.Field[Any], name: str) -> Any:
        """Example of a field; None if its parts have examples."""
        if "example" in field.metadata:
            return field.metadata["example"]
        word = self._word(field, name)
        known = None if word is None else word[1]
        if isinstance(field, fields.Enum):
            values = [one.value for one in field.enum]
            return known if known in values else values[0]
        return known

    def heading(self, field: fields.Field[Any], name: str) -> str:
        """Spanish heading of a field in files."""
        own: str | None = field.metadata.get("heading")
        found = (one.headings[name] for one in self._of(type(field.parent)) if name in one.headings)
        word = own or next(found, None) or HEADINGS.get(name)
        if word is None:
            raise self._missing(type(field.parent), name, "headings", "Spanish heading")
        return word

    def parameter(self, view: Callable[..., Any], name: str) -> str:
        """Description of a path parameter; that of an id follows from its name."""
        found = (one.words[name] for one in self._of(view) if name in one.words)
        word = next(found, None) or WORDS.get(name)
        if word is not None:
            return word[0]
        noun = name.removesuffix("_id")
        if noun == name:
            raise self._missing(view, name, "words", "description")
        return f"Id of the {noun.replace('_', ' ')}"

    def tag_of(self, suite: str | None, word: str) -> str:
        """Tag of the paths that begin with this word, after the prefix of the suite."""
        own = f"{suite} {word}"
        return own if own in self._tags else word

    def tag(self, name: str) -> str:
        """Description of a tag."""
        if name not in self._tags:
            raise MissingWords(f"/api/{name} has no sentence: add it to `tags` of its domain's manifest.py.")
        return self._tags[name]

    def _word(self, field: fields.Field[Any], name: str) -> tuple[str, Any] | None:
        found = (one.words[name] for one in self._of(type(field.parent)) if name in one.words)
        return next(found, None) or WORDS.get(name)

    def _of(self, declaring: type[Any] | Callable[..., Any]) -> Iterator[Manifest]:
        """Manifests of the domains that define a class and its base classes, or a function."""
        for one in getattr(declaring, "__mro__", (declaring,)):
            package = self._package(one.__module__)
            if package is not None:
                yield self._manifests[package]

    def _package(self, module: str) -> str | None:
        """Package of the domain that contains a module."""
        while module and module not in self._manifests:
            module = module.rpartition(".")[0]
        return module or None

    def _missing(self, declaring: type[Any] | Callable[..., Any], name: str, part: str, what: str) -> MissingWords:
        package = self._package(declaring.__module__)
        own = (
            f"`{part}` of {package.replace('.', '/')}/manifest.py or, if other domains have it too, to "
            if package
            else ""
        )
        return MissingWords(f"{declaring.__qualname__}.{name} has no {what}: add it to {own}{_OF_SHARED[part]}.")
