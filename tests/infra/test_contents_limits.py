"""Any 10 MB are checked in little time and memory."""

import io
import time
import tracemalloc

import pytest

from app.infra.contents import JPEG, PNG, XML, content_problem
from app.infra.contents.markup import LONGEST_TAG
from tests.factories.files import picture
from tests.factories.heavy_files import HEAVY, MB

SECONDS, MEMORY = 3.0, 60 * MB
"""Limits of CPU time and of memory beside the file.

At most 0.4 s were measured; without the program's limits 1 to 90 s and up to 290 MB.
"""


@pytest.mark.parametrize("name", HEAVY)
def test_a_heavy_file_is_judged_within_bounds(name: str) -> None:
    content_type, make, told = HEAVY[name]
    content = io.BytesIO(make())
    tracemalloc.start()
    began = time.thread_time()
    try:
        verdict = content_problem(content_type, content)
    finally:
        took, peak = time.thread_time() - began, tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert told in (verdict or "")
    assert (verdict is None) == (told == "")
    assert (took < SECONDS, peak < MEMORY) == (True, True), (took, peak / MB)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"<a b='" + b"x" * (LONGEST_TAG - 100) + b"'/>", id="long attribute"),
        pytest.param(b"<a><!--" + b"x" * (LONGEST_TAG - 100) + b"--></a>", id="long comment"),
        pytest.param(b"<a>" + b"<b c='1' d='2'/>" * 200_000 + b"</a>", id="many elements"),
        pytest.param(b"<a>" + b"base64" * 1_000_000 + b"</a>", id="long text"),
    ],
)
def test_large_and_honest_xml_is_taken(content: bytes) -> None:
    assert content_problem(XML, io.BytesIO(content)) is None


def test_a_large_picture_is_taken() -> None:
    big = picture("PNG", compress_level=0)
    assert content_problem(PNG, io.BytesIO(big)) is None


def test_camera_metadata_of_a_picture_is_not_read() -> None:
    """5,000 entries that all point to the same 60 kB would be copied 5,000 times."""
    entry = b"\x00\x01\x00\x01" + (59_000).to_bytes(4, "big") + (10).to_bytes(4, "big")
    entries = b"".join(n.to_bytes(2, "big") + entry[2:] for n in range(1, 5_001))
    exif = b"Exif\0\0MM\0*\0\0\0\x08" + (5_000).to_bytes(2, "big") + entries
    jpeg, segment = picture("JPEG"), exif + bytes(65_000 - len(exif))
    content = jpeg[:2] + b"\xff\xe1" + (len(segment) + 2).to_bytes(2, "big") + segment + jpeg[2:]
    tracemalloc.start()
    try:
        assert content_problem(JPEG, io.BytesIO(content)) is None
        assert tracemalloc.get_traced_memory()[1] < 5 * MB
    finally:
        tracemalloc.stop()
