"""How the program is served, in development as in production."""

import os
import shutil
import tempfile
from typing import Any

import gunicorn
from dotenv import load_dotenv

load_dotenv()  # gunicorn reads this file before wsgi.py, and .env has settings for both
if os.environ.get("METRICS_TOKEN"):  # prometheus-client reads it when it is imported
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="control-fresco-metrics-"))

from app.infra import listening, metrics, scheduler  # noqa: E402 - see above
from app.infra.db import db  # noqa: E402 - see above
from config import is_loopback  # noqa: E402 - see above

bind = listening.bind_of(os.environ)
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "app.web.worker.Worker"
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = 60
graceful_timeout = 25
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
limit_request_line = 8190
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112 - heartbeats stay in memory
control_socket_disable = True
# By default gunicorn lets whoever connects from this machine or by a Unix socket say what the address and the scheme
# are. Nothing in a request does; TRUSTED_PROXIES alone says which X-Forwarded-* headers count.
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}
gunicorn.SERVER = "control-fresco"  # of the header `Server`, for which there is no setting
_environment = os.environ.get("APP_ENV") or "development"
_form = "JsonFormatter" if _environment == "production" else "ReadableFormatter"
logconfig_dict = {  # gunicorn's own lines look like the program's
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"ours": {"()": f"app.infra.logs.{_form}"}},
    "filters": {"ours": {"()": "app.infra.logs.WithRequestId"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "ours", "filters": ["ours"]}},
    "root": {"level": "WARNING", "handlers": ["stderr"]},
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": ["stderr"], "propagate": False},
        # Its lines quote the query, which may hold names; the program writes a line of its own per request.
        "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
    },
}


def on_starting(server: Any) -> None:
    """Refuse an address that is not safe or not free, in one line."""
    open_to_others = [address for address in server.cfg.address if not is_loopback(address)]
    if open_to_others and _environment != "production":
        places = ", ".join(f"{host}:{port}" for host, port, *_ in open_to_others)
        raise SystemExit(
            f"BIND: other machines could reach {places}, for which APP_ENV={_environment} is not safe: "
            "listen on 127.0.0.1, or set APP_ENV=production."
        )
    inherited = server.master_pid or "LISTEN_FDS" in os.environ  # from the master before (USR2), from systemd
    said = None if inherited or server.cfg.reuse_port else listening.problem(",".join(server.cfg.bind))
    if said:  # gunicorn itself would try for five seconds
        raise SystemExit(said)


def pre_fork(_server: Any, worker: Any) -> None:
    """Give each worker a slot of its own for its metrics."""
    worker.metrics_slot = metrics.claim_slot()


def child_exit(_server: Any, worker: Any) -> None:
    """Free the slot of a worker that ended, also of one that was killed."""
    metrics.release_slot(worker.metrics_slot)


def on_exit(_server: Any) -> None:
    """Remove the files of the metrics."""
    if directory := os.environ.get(metrics.DIRECTORY):
        shutil.rmtree(directory, ignore_errors=True)


def post_fork(server: Any, _worker: Any) -> None:
    """With --preload the pool's connections belong to the master; sharing a socket would mix up answers."""
    application = server.app.wsgi() if server.cfg.preload_app else None
    if application is not None:
        with application.app_context():
            db.engine.dispose(close=False)


def post_worker_init(worker: Any) -> None:
    """Threads start after the fork, or they would not exist here."""
    application = worker.wsgi
    metrics.worker_started(application.config["POOL_SIZE"] * 2)  # pool_size and as many again of max_overflow
    if application.config["SCHEDULER_ENABLED"]:
        with application.app_context():
            scheduler.of_current_app().start(may_lead=worker.goes_on)


def worker_exit(_server: Any, worker: Any) -> None:
    """Let go of the leader's lock, so that another worker leads at once.

    A quick stop (Ctrl-C) waits for no thread: what is not done is undone, as by `kill -9`, and the lock is freed too.
    """
    if worker.quits:
        os._exit(0)
    application = getattr(worker, "wsgi", None)
    if application is not None:
        with application.app_context():
            scheduler.of_current_app().stop()
