"""gunicorn's worker: its own errors are problem+json as well, and Ctrl-C stops it only once."""

import os
import secrets
import signal
import socket
import time
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from gunicorn.http import errors
from gunicorn.workers.gthread import ThreadWorker

from app.infra import logs, stop_signals
from app.web.errors import MALFORMED_HTTP, code_of, problem
from app.web.headers import of_refusal

STATUS: dict[type[BaseException], int] = {
    errors.ParseException: 400,
    errors.ForbiddenProxyRequest: 403,
    errors.LimitRequestLine: 414,
    errors.ExpectationFailed: 417,
    errors.LimitRequestHeaders: 431,
    errors.ConfigurationProblem: 500,
    errors.InvalidResponseHeader: 500,
    errors.InvalidResponseHeaderName: 500,
    errors.UnsupportedTransferCoding: 501,
}
_DETAIL = {
    400: MALFORMED_HTTP,
    414: "The address is too long.",
    431: "The headers are too large.",
    500: "Unexpected error; it was logged under request_id.",
}
_LINGER_SECONDS, _LINGER_BYTES = 0.5, 1024 * 1024


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Threaded worker that responds itself to requests that are not valid HTTP."""

    quits = False
    """Whether a quick stop was requested."""

    def init_signals(self) -> None:
        """Leave Ctrl-C to the master: a terminal interrupts the whole process group, and the master passes it on."""
        super().init_signals()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        stop_signals.release()

    def handle_quit(self, sig: int, frame: Any) -> None:
        """Stop at once, without the thread pool: its lock may be held by the very thread that this interrupts."""
        signal.signal(signal.SIGQUIT, signal.SIG_IGN)
        self.quits = True
        super(ThreadWorker, self).handle_quit(sig, frame)

    def is_running(self) -> bool:
        """Whether it is neither stopping nor orphaned by its master."""
        return bool(self.alive) and self.ppid == os.getppid()

    def handle(self, conn: Any) -> Any:
        """Serve a request, and see a connection that ends off in this thread.

        gunicorn would wait for the client to close it, up to two seconds, in the one thread that accepts all others.
        """
        kept = super().handle(conn)
        if kept is False:
            with suppress(OSError):
                _drain(conn.sock)
                conn.sock.shutdown(socket.SHUT_RDWR)
        return kept

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Answer a request that never reached the application, or that it failed to answer."""
        logs.request_id.set(secrets.token_hex(16))
        status = next((STATUS[kind] for kind in type(exc).__mro__ if kind in STATUS), 500)
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            self.log.error("a request could not be served", exc_info=exc)
        else:  # not the message, which quotes the request
            self.log.warning("a request was refused: %s", type(exc).__name__)
        with suppress(OSError):
            client.settimeout(_LINGER_SECONDS)
            client.sendall(refusal(status))


def refusal(status: int) -> bytes:
    """Bytes of the response."""
    phrase = HTTPStatus(status).phrase
    response = problem(status, code_of(status), _DETAIL.get(status, f"{phrase}."))
    headers = [*response.headers, *of_refusal(logs.request_id.get()), ("Connection", "close")]
    lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + response.get_data()


def _drain(client: socket.socket) -> None:
    """Discard input for a moment: closing a connection with unread bytes resets it, and the response is lost."""
    client.shutdown(socket.SHUT_WR)
    client.settimeout(_LINGER_SECONDS)
    deadline, left = time.monotonic() + _LINGER_SECONDS, _LINGER_BYTES
    while left > 0 and time.monotonic() < deadline and (chunk := client.recv(64 * 1024)):
        left -= len(chunk)
