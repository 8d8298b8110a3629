"""Flask without what an API of tokens and plain functions has no use for; each request would pay for it."""

from collections.abc import Callable
from typing import Any

from flask import Flask, Request
from flask.sessions import NullSession, SessionInterface


class _NoSessions(SessionInterface):
    """No sessions of Flask: the token identifies the caller, and cookies are neither read nor set."""

    _none = NullSession()

    def open_session(self, app: Flask, request: Request) -> NullSession:
        return self._none

    def save_session(self, app: Flask, session: Any, response: Any) -> None:
        """Never called: Flask saves no null session."""


class Application(Flask):
    """The program as Flask sees it."""

    session_interface = _NoSessions()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Nothing here is a coroutine."""
        return func
