"""Words of encrypted notes, by which transactions are found (SEARCH_NOTES)."""

from collections.abc import Iterable, Mapping

from app.infra.books import BookAccess
from app.suites.personal.books.service import BookCipher
from app.suites.personal.transactions.repository import NoteWordRepository
from app.suites.personal.transactions.rules import NoteQuery, words_of
from app.suites.personal.transactions.service.states import TransactionChanges

_MOST_WORDS = 1000
"""Different words of the notes of a transaction that are indexed."""
_KIND = "note"


class NoteIndex:
    """Indexes the words of the notes of one book; each word as an HMAC, which tells nothing without the key."""

    def __init__(self, access: BookAccess) -> None:
        self.words = NoteWordRepository(access)
        self.cipher = BookCipher(access)
        self.is_on = access.context.settings.search_notes

    def add(self, states: Mapping[int, TransactionChanges]) -> None:
        """Index the notes of new transactions."""
        if self.is_on:
            found = {row_id: self._indexes(_texts(state)) for row_id, state in states.items()}
            self.words.add({row_id: words for row_id, words in found.items() if words})

    def replace(self, states: Mapping[int, TransactionChanges]) -> None:
        """Index the notes of transactions in place of those before."""
        if self.is_on and states:
            self.words.forget(list(states))
            self.add(states)

    def rebuild(self) -> None:
        """Index all notes of the book anew, or none if notes are not searched."""
        self.words.forget()
        if not self.is_on:
            return
        for table, batches in (("transactions", self.words.notes()), ("transaction_splits", self.words.split_notes())):
            for notes in batches:
                found: dict[int, set[str]] = {}
                for one in notes:
                    text = self.cipher.decrypt(table, "notes", one.transaction_id, one.notes)
                    found.setdefault(one.transaction_id, set()).update(self._indexes([text]))
                self.words.add(found)

    def query(self, q: str) -> NoteQuery | None:
        """The words of a search as they are indexed; None if it has none, or notes are not searched."""
        words = sorted(set(words_of(q)))
        if not self.is_on or not words:
            return None
        indexes = tuple(index for word in words for index in self.cipher.indexes(f"{_KIND}:{word}"))
        return NoteQuery(indexes, len(words))

    def _indexes(self, texts: Iterable[str]) -> set[str]:
        words = sorted({word for text in texts for word in words_of(text)})[:_MOST_WORDS]
        return {self.cipher.index(f"{_KIND}:{word}") for word in words}


def notes_differ(before: TransactionChanges, after: TransactionChanges) -> bool:
    """Whether a change is one of notes."""
    return _texts(before) != _texts(after)


def _texts(state: TransactionChanges) -> list[str]:
    """Notes of a transaction and of its splits."""
    found = (state.get("notes"), *(part.get("notes") for part in state["splits"]))
    return [text for text in found if text is not None]
