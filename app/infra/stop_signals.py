"""Block stop signals while a worker starts: the inherited handlers of the master would lose them."""

import os
import signal

_STOPS = {signal.SIGINT, signal.SIGQUIT, signal.SIGTERM}


def hold_while_forking() -> None:
    """Block the signals in every new process until it calls `release`; to be called once, in the master."""
    os.register_at_fork(before=_block, after_in_parent=release)


def release() -> None:
    """Let the signals through, and those that came meanwhile."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)


def _block() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
