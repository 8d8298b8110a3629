"""Mail over a real SMTP server, and as files without one."""

import logging
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app import create_app
from app.infra.context import Context
from app.infra.mail import Mail, Mailer, MailNotAccepted, MailRefused, mail_task
from app.infra.mail.messages import Sender, UnusableAddress, compose
from app.infra.tasks import Payload
from config import Config
from tests import conftest
from tests.infra.mail.conftest import Start
from tests.infra.tasks.conftest import Queue
from tests.support import free_port, until

MAIL = Mail(
    key="password-reset-15",
    recipient="ana@brisa.example",
    recipient_name="Ana Peña",
    subject="Restablece tu contraseña — ñandú 🦤",
    text="Hola, Ana:\n\n.una línea con punto\nhttps://app.example.com/#token=" + "x" * 90 + "\n",
)
HEADERS = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"} | {
    "Content-Type",
    "Content-Transfer-Encoding",
}
SENDER = Sender.of("Brisa <no-reply@brisa.example>", "secret")
Make = Callable[..., Mailer]


def text_of(message: EmailMessage) -> str:
    """The text, with the ends of lines as Python has them."""
    return str(message.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize(("security", "login"), [("starttls", True), ("tls", True), ("none", False)])
def test_a_mail_arrives_as_it_was_written(smtp: Start, mailer: Make, security: str, login: bool) -> None:
    server = smtp(security=security, login=login)
    mailer(**server.settings).send(MAIL)
    [(recipients, message)] = server.received
    assert recipients == [MAIL.recipient]
    assert str(message["Subject"]) == MAIL.subject
    assert str(message["To"]) == "Ana Peña <ana@brisa.example>"
    assert str(message["From"]) == '"Brisa & Hijos S.A.S." <no-reply@brisa.example>'
    assert message["Auto-Submitted"] == "auto-generated"
    assert text_of(message) == MAIL.text
    assert set(message.keys()) == HEADERS


def test_a_mail_that_is_sent_again_has_the_same_id_and_another_has_another(smtp: Start, mailer: Make) -> None:
    server = smtp()
    for mail in (MAIL, MAIL, replace(MAIL, key="password-reset-16")):
        mailer(**server.settings).send(mail)
    mailer(**server.settings, SECRET_KEY="of another installation").send(MAIL)
    first, again, other, elsewhere = (message["Message-ID"] for _, message in server.received)
    assert first == again
    assert len({first, other, elsewhere}) == 3
    assert first.endswith("@brisa.example>")


def test_a_domain_beyond_ascii_is_written_as_every_server_knows_it(smtp: Start, mailer: Make) -> None:
    server = smtp()
    mailer(**server.settings).send(replace(MAIL, recipient="ana@peña.example"))
    [(recipients, _message)] = server.received
    assert recipients == ["ana@xn--pea-8ma.example"]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_nothing_is_sent_to_a_server_whose_certificate_is_not_trusted(smtp: Start, mailer: Make, security: str) -> None:
    server = smtp(security=security, trusted=False)
    with pytest.raises(MailNotAccepted, match="CERTIFICATE_VERIFY_FAILED"):
        mailer(**server.settings).send(MAIL)
    assert (server.received, server.tries) == ([], [])


def test_a_server_without_starttls_gets_nothing(smtp: Start, mailer: Make) -> None:
    server = smtp(security="none", login=False)
    with pytest.raises(MailNotAccepted, match="STARTTLS"):
        mailer(**{**server.settings, "SMTP_TLS": "starttls"}).send(MAIL)
    assert server.tries == []


def test_a_refused_login_is_a_matter_of_the_settings_and_may_be_mended(smtp: Start, mailer: Make) -> None:
    server = smtp()
    with pytest.raises(MailNotAccepted, match="535") as refused:
        mailer(**{**server.settings, "SMTP_PASSWORD": "wrong hunter2"}).send(MAIL)
    assert "hunter2" not in str(refused.value)


def test_an_error_does_not_name_the_recipient(smtp: Start, mailer: Make) -> None:
    with pytest.raises(MailRefused, match=r"550: 5\.1\.1") as refused:
        mailer(**smtp().settings).send(replace(MAIL, recipient="gone@brisa.example"))
    assert "gone@" not in str(refused.value)


def test_a_server_that_hangs_up_after_it_accepted_has_accepted(smtp: Start, mailer: Make) -> None:
    server = smtp()
    server.hangs_up_after_data = True
    mailer(**server.settings).send(MAIL)
    assert len(server.received) == 1


def _write(_context: Context, payload: Payload) -> Mail | None:
    recipient = payload["recipient"]
    return replace(MAIL, key=f"to-{recipient.partition('@')[0]}", recipient=recipient) if recipient else None


_OPEN = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND xact_start IS NOT NULL"
)


def test_a_task_ends_as_the_server_says(smtp: Start, mailer: Make, queue: Queue) -> None:
    server = smtp()
    queue.app.extensions["mailer"] = mailer(**server.settings, SMTP_TIMEOUT_SECONDS=1)
    queue.declare(mail=replace(mail_task(_write), first_pause=timedelta(milliseconds=200)))
    with queue.worked():
        hung = queue.put("mail", {"recipient": "mute@brisa.example"})
        until(server.hung.is_set)
        assert queue.outside.scalar(_OPEN) == 0, "no transaction is open while the server does not answer"
        names = ("ana@brisa.example", "gone@brisa.example", "later@brisa.example", None)
        sent, gone, later, nothing = (queue.put("mail", {"recipient": name}) for name in names)
        assert queue.until(sent, "succeeded")["tries"] == 1
        assert queue.until(later, "succeeded")["tries"] == 2
        assert queue.until(gone, "failed")["error"].startswith("MailRefused: The SMTP server answered 550")
        assert queue.row(gone)["tries"] == 1, "another try would be refused as well"
        queue.until(nothing, "succeeded")
        until(lambda: queue.row(hung)["tries"] >= 1)
        assert "timed out" in queue.row(hung)["error"]
        queue.app.extensions["mailer"] = mailer(**{**server.settings, "SMTP_PORT": free_port()})
        dead = queue.put("mail", {"recipient": "ana@brisa.example"})
        until(lambda: queue.row(dead)["tries"] >= 1)
        assert "refused" in queue.row(dead)["error"]
        queue.app.extensions["mailer"] = mailer(**server.settings)
        queue.until(dead, "succeeded")
    assert sorted(recipients[0] for recipients, _ in server.received) == [
        "ana@brisa.example",
        "ana@brisa.example",
        "later@brisa.example",
    ]


def test_without_a_server_mails_are_files_of_the_owner_and_one_warning_says_so(
    mailer: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("app"), "propagate", True)
    made = mailer()
    for mail in (MAIL, MAIL, replace(MAIL, key="invitation-1")):
        made.send(mail)
    files = {path.name: path for path in (tmp_path / "mail").iterdir()}
    assert set(files) == {"password-reset-15.eml", "invitation-1.eml"}
    message = message_from_bytes(files["invitation-1.eml"].read_bytes(), _class=EmailMessage, policy=policy.default)
    assert (str(message["Subject"]), text_of(message)) == (MAIL.subject, MAIL.text)
    assert {stat.S_IMODE(path.stat().st_mode) for path in files.values()} == {0o600}
    assert stat.S_IMODE((tmp_path / "mail").stat().st_mode) == 0o700
    # The handler may be attached twice, and gets each record as often.
    assert [level for level, _ in {(one.levelname, id(one)) for one in caplog.records if "SMTP_HOST" in one.msg}] == [
        "WARNING"
    ]


_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60)


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(name=_TEXTS, subject=_TEXTS)
@example(name="Ana\r\nBcc: eva@x.example", subject="Hola\r\nBcc: eva@x.example\r\n\r\nbody")
@example(name="=?utf-8?q?Ana=0D=0ABcc:_eva=40x.example?=", subject="=?utf-8?q?=0D=0ABcc:_eva=40x.example?=")
@example(name='Ana" <eva@x.example>, "', subject="a\u2028Bcc: eva@x.example")
@example(name="a" * 60, subject="ñ" * 60)
def test_no_name_and_no_subject_adds_a_header_or_a_recipient(name: str, subject: str) -> None:
    mail = replace(MAIL, recipient_name=name, subject=subject)
    written = compose(mail, SENDER, datetime(2026, 6, 15, tzinfo=UTC)).as_bytes()
    read = message_from_bytes(written, _class=EmailMessage, policy=policy.default)
    assert set(read.keys()) == HEADERS
    assert [one.addr_spec for one in read["To"].addresses] == [MAIL.recipient]
    assert text_of(read) == MAIL.text


@pytest.mark.parametrize(
    "recipient", ["a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "a b", "", "peña@b.example"]
)
def test_a_text_that_is_no_address_is_refused(recipient: str) -> None:
    with pytest.raises(UnusableAddress):
        compose(replace(MAIL, recipient=recipient), SENDER, datetime(2026, 6, 15, tzinfo=UTC))


@pytest.mark.parametrize("key", ["../x", "", "a b", "A", "a\n"])
def test_a_key_names_no_other_file(mailer: Make, key: str) -> None:
    with pytest.raises(ValueError, match="can't be the key"):
        mailer().send(replace(MAIL, key=key))


def test_links_begin_with_the_public_address_which_production_has_to_know(
    server_database: str, logs_as_before: None, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def public_url(**settings: str) -> str | None:
        config: Config = replace(conftest.testing_config(server_database), **settings)  # type: ignore[arg-type]
        found: str | None = create_app(config).config["PUBLIC_URL"]
        return found

    monkeypatch.setenv("BIND", "127.0.0.1:5123")
    assert public_url(public_url="https://app.example.com") == "https://app.example.com"
    assert public_url() == "http://127.0.0.1:5123"
    assert "PUBLIC_URL" not in capfd.readouterr().err
    assert public_url(app_env="production") is None
    assert "PUBLIC_URL is not set" in capfd.readouterr().err
