"""Batches of a stream."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of up to `size` items, in order; itertools has it from Python 3.12 on."""
    stream = iter(items)
    while batch := list(islice(stream, size)):
        yield batch
