"""Damaged files over HTTP: none is an internal error, whatever its bytes; FRESCO_SOAK=1 makes the run long."""

import random
import tracemalloc

from tests.factories.personal import Person
from tests.factories.personal_imports import IMPORT, form
from tests.infra.statements import samples
from tests.soak import SOAK
from tests.suites.personal.imports.bringing import account

ROUNDS = 400 if SOAK else 3
LARGEST_PEAK = 150 * 1024 * 1024
FILES = [
    (name, value.encode() if isinstance(value, str) else value)
    for name, value in sorted(vars(samples).items())
    if name.isupper() and isinstance(value, str | bytes)
]


def mutated(content: bytes, chance: random.Random) -> bytes:
    """The bytes with some of them changed, doubled, or left out."""
    raw = bytearray(content)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(raw) or 1)
        match chance.randrange(5):
            case 0:
                raw[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del raw[at : at + chance.randint(1, 40)]
            case 2:
                raw[at:at] = raw[at : at + chance.randint(1, 60)]
            case 3:
                raw[at:at] = chance.choice(
                    [b"\x00", b"\xff\xfe", b'"', b"<", b"9" * 30, b"1e9", b"-", b",,", b"\xed\xa0\x80"]
                )
            case _:
                raw = raw[: max(1, at)]
    return bytes(raw)


def test_no_damaged_file_is_an_internal_error(ana: Person) -> None:
    chance, bank = random.Random(11), account(ana, currency="EUR")
    tracemalloc.start()
    try:
        for round_ in range(ROUNDS):
            for name, content in FILES:
                options = {"mode": "preview" if round_ % 2 else "commit"}
                sent = form(mutated(content, chance), f"{name}.txt", account_id=bank, options=options)
                status = ana.caller.send("POST", IMPORT, **sent).status_code
                assert status in {200, 201, 400, 409, 413, 415}, (name, round_, status)
        assert tracemalloc.get_traced_memory()[1] < LARGEST_PEAK
    finally:
        tracemalloc.stop()
