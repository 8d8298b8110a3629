"""Messages as files, where no SMTP server is set."""

import logging
import os
import threading
from email.message import EmailMessage
from pathlib import Path

log = logging.getLogger(__name__)


class MailFolder:
    """A folder of `.eml` files, which mail programs open; their links let in, so only the owner may read them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._has_warned = False

    def deliver(self, message: EmailMessage, name: str) -> None:
        """Write the message; one of the same name is replaced."""
        with self._lock:
            if not self._has_warned:
                log.warning("SMTP_HOST is not set: mail is not sent but written to %s", self._folder)
                self._has_warned = True
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = self._folder / f".{name}"
            draft.unlink(missing_ok=True)
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(message.as_bytes())
            draft.replace(self._folder / name)
