"""SMTP servers, and tasks that send mail over them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from app.infra.mail import Mailer
from tests.infra.mail.smtp_server import SmtpServerOfTests
from tests.infra.tasks.conftest import application, outside, queue, quick

__all__ = ["application", "outside", "queue", "quick"]

Start = Callable[..., SmtpServerOfTests]


@pytest.fixture
def smtp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts SMTP servers, whose certificates the program trusts unless a test says otherwise."""
    with ExitStack() as stack:

        def start(*, trusted: bool = True, **options: Any) -> SmtpServerOfTests:
            server = stack.enter_context(SmtpServerOfTests(tmp_path, **options))
            if trusted:
                monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
            return server

        yield start


@pytest.fixture
def mailer(tmp_path: Path) -> Callable[..., Mailer]:
    """Makes mailers with these settings."""

    def make(**settings: Any) -> Mailer:
        none = {"SMTP_HOST": "", "SMTP_PORT": 1, "SMTP_TLS": "none", "SMTP_USER": "", "SMTP_PASSWORD": ""}
        more = {"SMTP_TIMEOUT_SECONDS": 5, "MAIL_FROM": "Brisa & Hijos S.A.S. <no-reply@brisa.example>"}
        return Mailer({**none, **more, "SECRET_KEY": "of the tests", "INSTANCE_DIR": tmp_path, **settings})

    return make
