"""An SMTP server of the tests' own (aiosmtpd), with a certificate, a login, and moods by recipient."""

import asyncio
import gc
import threading
import warnings
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support import free_port

USER, PASSWORD = "brisa", "una clave de correo"


class SmtpServerOfTests:
    """Keeps what it accepts. `gone@` is refused for good, `later@` the first time, and `mute@` is never answered."""

    def __init__(self, folder: Path, *, security: str = "starttls", login: bool = True) -> None:
        self.certificate = folder / "certificate.pem"
        self.received: list[tuple[list[str], EmailMessage]] = []
        self.tries: list[str] = []
        self.hung = threading.Event()
        self.hangs_up_after_data = False
        self.port = free_port()
        self.settings = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": self.port, "SMTP_TLS": security}
        self.settings |= {"SMTP_USER": USER, "SMTP_PASSWORD": PASSWORD} if login else {}
        context = _context(folder, self.certificate)
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            ssl_context=context if security == "tls" else None,
            tls_context=context if security == "starttls" else None,
            require_starttls=security == "starttls",
            # It knows of TLS only what STARTTLS began.
            auth_required=login and security == "starttls",
            auth_require_tls=security == "starttls",
            authenticator=_is_known,
        )

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._controller.stop()
        # Its connections that were broken off are left to the collector, whose warnings would fail a later test.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd looks for it by this name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take the recipient or not, by the first part of the address."""
        mood, again = address.partition("@")[0], address in self.tries
        self.tries.append(address)
        if mood == "gone":
            return f"550 5.1.1 <{address}> unknown"
        if mood == "later" and not again:
            return "451 4.7.1 greylisted, try again"
        if mood == "mute":
            self.hung.set()
            await asyncio.sleep(60)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """Keep the message."""
        content = envelope.original_content or b""
        message: Any = message_from_bytes(content, policy=policy.default)
        self.received.append((list(envelope.rcpt_tos), message))
        if self.hangs_up_after_data:
            asyncio.get_running_loop().call_later(0.05, server.transport.abort)
        return "250 accepted"


def _is_known(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    right = isinstance(given, LoginPassword) and (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


def _context(folder: Path, certificate: Path) -> SSLContext:
    """Context of a server with a new certificate, signed by itself, for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "SMTP server of the tests")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file = folder / "key.pem"
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key_file)
    return context
