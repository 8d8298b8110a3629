"""Contents that are encrypted in segments."""

from collections.abc import Iterator
from contextlib import ExitStack
from io import BytesIO

import pytest

from app.infra.data_keys import ADDED, DataKey, random_data_key
from app.infra.segments import SEGMENT, SegmentCipher, stored_size
from app.kernel.errors import Unavailable

KEY = DataKey(1, random_data_key())


def cipher(size: int, path: str = "2026/03/a.pdf", book_id: int = 1) -> SegmentCipher:
    return SegmentCipher(KEY, path=path, book_id=book_id, size=size)


def content_of(size: int) -> bytes:
    return bytes(number * 7 % 251 for number in range(size))


def stored(content: bytes) -> bytes:
    with ExitStack() as resources:
        return cipher(len(content)).encrypted(BytesIO(content), resources).content.read()


def reader(content: bytes, piece: int = 1000) -> object:
    def read(start: int, length: int) -> Iterator[bytes]:
        end = min(start + length, len(content))
        return (content[at : min(at + piece, end)] for at in range(start, end, piece))

    return read


@pytest.mark.parametrize("size", [1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT, 3 * SEGMENT + 5])
def test_ranges_are_read_over_the_edges_of_segments(size: int) -> None:
    content = content_of(size)
    kept = stored(content)
    assert len(kept) == stored_size(size)
    edges = [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 2 * SEGMENT, size - 1, size]
    for start in edges:
        for length in (0, 1, 2, SEGMENT, 2 * SEGMENT + 1, size):
            found = b"".join(cipher(size).decrypted(reader(kept), start, length))  # type: ignore[arg-type]  # as Read
            assert found == content[start : start + length]


def test_a_segment_is_read_at_its_place_of_its_file_alone() -> None:
    content = content_of(2 * SEGMENT)
    kept, part = stored(content), SEGMENT + ADDED
    damaged = [kept[part:] + kept[:part], kept[:part], kept[:-1] + b"x", kept[:part] * 2]
    for one in damaged:
        with pytest.raises(Unavailable):
            b"".join(cipher(len(content)).decrypted(reader(one), 0, len(content)))  # type: ignore[arg-type]  # as Read
    for other in (cipher(len(content), path="b"), cipher(len(content), book_id=2), cipher(len(content) - 1)):
        with pytest.raises(Unavailable):
            b"".join(other.decrypted(reader(kept), 0, 10))  # type: ignore[arg-type]  # as Read
