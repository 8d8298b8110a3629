"""Batches of a stream."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of up to `size` items, in order, like itertools.batched of Python 3.12."""
    stream = iter(items)
    while batch := list(islice(stream, size)):
        yield batch
