"""Missing descriptions and headings are all reported at once, with the place to add each."""

from dataclasses import replace

import pytest

from app import registry
from app.web.openapi.vocabulary import Vocabulary
from contract import __main__ as contract
from contract import words
from contract.document import application


@pytest.fixture
def speechless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Payments have no words and no headings, and clients no sentence."""
    manifests = dict(registry.MANIFESTS)
    manifests["app.suites.fresco.payments"] = replace(manifests["app.suites.fresco.payments"], words={}, headings={})
    manifests["app.suites.fresco.clients"] = replace(manifests["app.suites.fresco.clients"], tags={})
    monkeypatch.setitem(application().extensions, "vocabulary", Vocabulary(manifests))


def test_no_word_is_missing() -> None:
    assert words.missing(application()) == []


@pytest.mark.usefixtures("speechless")
def test_every_missing_word_is_named_once_with_its_place() -> None:
    found = words.missing(application())
    payments = registry.MANIFESTS["app.suites.fresco.payments"]
    assert sum("has no description" in line for line in found) >= len(payments.words)
    assert sum("has no Spanish heading" in line for line in found) >= len(payments.headings)
    assert len(set(found)) == len(found)
    assert (
        "PaymentSchema.invoice_url has no description: add it to `words` of app/suites/fresco/payments/manifest.py "
        "or, if other domains have it too, to WORDS in app/web/openapi/words.py."
    ) in found
    assert "/api/clients has no sentence: add it to `tags` of its domain's manifest.py." in found


@pytest.mark.usefixtures("speechless")
@pytest.mark.parametrize("command", ["check", "write"])
def test_the_command_prints_them_and_writes_nothing(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = contract.WRITTEN.read_bytes()
    assert contract.main([command]) == 1
    assert capsys.readouterr().err.splitlines() == words.missing(application())
    assert contract.WRITTEN.read_bytes() == before
