"""Events of categories."""

from dataclasses import dataclass

from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class CategoryLeaving(Event):
    """A category is about to be deleted; handlers move what is of it to another one, or to none."""

    book_id: int
    category_id: int
    move_to: int | None
