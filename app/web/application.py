"""Flask without sessions and coroutine support, which would cost each request time and are not used."""

from typing import Any

from flask import Flask, Request
from flask.sessions import NullSession, SessionInterface


class _NoSessions(SessionInterface):
    """No sessions: a token identifies the caller, which a cookie may bring (app/web/cookies.py)."""

    _none = NullSession()

    def open_session(self, app: Flask, request: Request) -> NullSession:
        return self._none

    def save_session(self, app: Flask, session: Any, response: Any) -> None:
        """Unused: Flask does not save a null session."""


class Application(Flask):
    """The Flask application."""

    session_interface = _NoSessions()
