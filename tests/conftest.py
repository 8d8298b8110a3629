"""A real PostgreSQL whose schema the migrations built; each test in a transaction that is taken back."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
import hypothesis
import pytest
from filelock import FileLock
from flask import Flask
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from app import create_app
from app.infra import embedded_pg
from app.infra.db import db
from config import Config
from tests import factories
from tests.support import SECRET_KEY, Caller, Server, logs_kept, sign_in

HERE = "FRESCO_TEST_CLUSTER"
PASSWORD = "a good long password"
hypothesis.settings.register_profile("here", deadline=None, derandomize=True)
hypothesis.settings.load_profile("here")


def pytest_configure(config: pytest.Config) -> None:
    """The controller chooses the cluster's folder; the workers find it in the environment."""
    if HERE not in os.environ:
        os.environ[HERE] = tempfile.mkdtemp(prefix="fresco-tests-")
        config.add_cleanup(lambda: shutil.rmtree(os.environ[HERE], ignore_errors=True))


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are cores, for a good part of the time is spent waiting for servers."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session")
def cluster() -> str:
    """The address of a server that lives as long as this run, or the one in TEST_DATABASE_URL."""
    given = os.environ.get("TEST_DATABASE_URL")
    return given or embedded_pg.start(Path(os.environ[HERE]) / "postgres", "postgres", ephemeral=True)


@pytest.fixture(scope="session")
def template(cluster: str) -> str:
    """The name of a migrated database, built once for all workers, to copy from."""
    name = "fresco_template"
    done = Path(os.environ[HERE]) / "template"
    with FileLock(f"{done}.lock"):
        if not done.exists():
            recreate(cluster, name, "template0")
            migrated = create_app(testing_config(at(cluster, name)))
            with migrated.app_context():
                flask_migrate.upgrade()
                db.engine.dispose()
            done.touch()
    return name


@pytest.fixture(scope="session")
def app(cluster: str, template: str) -> Flask:
    """The application over this worker's own database."""
    name = f"fresco_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    recreate(cluster, name, template)
    made = create_app(testing_config(at(cluster, name)))
    factories.app = made
    db.session.session_factory.configure(join_transaction_mode="create_savepoint")
    return made


@pytest.fixture
def logs_as_before() -> Iterator[None]:
    """Every application that is made configures the logs of the whole process."""
    with logs_kept():
        yield


@contextmanager
def taken_back(app: Flask) -> Iterator[None]:
    """Everything that happens is one transaction that is taken back; a commit is a savepoint of it."""
    with app.app_context():
        engines = db.engines
    engine = engines[None]
    with engine.connect() as connection, connection.begin() as outer:
        engines[None] = connection
        try:
            yield
        finally:
            engines[None] = engine
            outer.rollback()


@pytest.fixture
def database(app: Flask) -> Iterator[None]:
    """The database for a test, which leaves it as it was."""
    with taken_back(app):
        yield


@pytest.fixture
def anonymous(app: Flask, database: None) -> Caller:
    """Calls without a token."""
    return Caller(app.test_client())


@pytest.fixture
def admin(anonymous: Caller) -> Caller:
    """Calls as an admin."""
    return sign_in(anonymous, "admin")


@pytest.fixture
def user(anonymous: Caller) -> Caller:
    """Calls as an ordinary user."""
    return sign_in(anonymous, "user")


@pytest.fixture
def viewer(anonymous: Caller) -> Caller:
    """Calls as somebody who only looks."""
    return sign_in(anonymous, "viewer")


@pytest.fixture
def empty(cluster: str) -> Iterator[str]:
    """The address of a database without anything in it."""
    name = f"fresco_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_empty"
    recreate(cluster, name, "template0")
    yield at(cluster, name)
    with create_engine(cluster, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest.fixture(scope="module")
def server_database(cluster: str, template: str, request: pytest.FixtureRequest) -> str:
    """The address of a migrated, empty database for tests that really commit."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"fresco_{worker}_{request.module.__name__.rsplit('.', 1)[-1]}"[:60]
    recreate(cluster, name, template)
    return at(cluster, name)


@pytest.fixture(scope="module")
def server(server_database: str) -> Iterator[Server]:
    """The production command, serving the module's own database, with one user of each role."""
    with Server(server_database) as running:
        running.create_users(PASSWORD)
        yield running


def testing_config(url: str) -> Config:
    """Settings of the tests: cheap hashes, no jobs running by themselves."""
    return Config(
        app_env="testing",
        secret_key=SECRET_KEY,
        database_url=url,
        instance_dir=Path(os.environ[HERE]) / os.environ.get("PYTEST_XDIST_WORKER", "main"),
        bcrypt_rounds=4,
        scheduler_enabled=False,
        log_level="WARNING",
    )


def at(cluster: str, name: str) -> str:
    """The address of another database of the same server."""
    return make_url(cluster).set(database=name).render_as_string(hide_password=False)


def recreate(cluster: str, name: str, template: str) -> None:
    """A fresh database of that name."""
    engine = create_engine(cluster, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
