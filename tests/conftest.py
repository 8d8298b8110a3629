"""A real PostgreSQL with the migrated schema; each test runs in a transaction that is rolled back."""

import contextlib
import gc
import importlib
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import flask_migrate
import hypothesis
import pytest
from filelock import FileLock
from flask import Flask, current_app
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from app import create_app
from app.infra import clock, embedded_pg
from app.infra.db import db
from config import Config
from tests import factories
from tests.openid_issuer import CLIENT_ID
from tests.soak import SOAK
from tests.support import DATA_KEY, ROOT, SECRET_KEY, SECRETS_KEY, Caller, Server, logs_kept, sign_in

HERE = "FRESCO_TEST_CLUSTER"
PASSWORD = "a good long password"
MIGRATED = "migrated"
"""Name of the database of `migrated_data`."""
DEMO_DAY = date(2026, 12, 31)
"""Day of the demo that tests share: a Thursday, at the end of a year."""
hypothesis.settings.register_profile("here", deadline=None, derandomize=True, max_examples=100 if SOAK else 40)
hypothesis.settings.load_profile("here")


def pytest_configure(config: pytest.Config) -> None:
    """The controller chooses the cluster's folder; the workers find it in the environment.

    Of modules that were never compiled each worker compiles its share before it collects all of them.
    """
    if HERE not in os.environ:
        os.environ[HERE] = tempfile.mkdtemp(prefix="fresco-tests-")
        config.add_cleanup(lambda: shutil.rmtree(os.environ[HERE], ignore_errors=True))
    if worker := getattr(config, "workerinput", None):
        number, count = int(worker["workerid"].removeprefix("gw")), worker["workercount"]
        import_tests(sorted(module for given in config.args for module in tests_in(given))[number::count])


def tests_in(given: str) -> Iterator[str]:
    """Names of the modules in a folder of tests; none if a file or a single test is given."""
    folder = Path(given).resolve()
    for path in folder.rglob("test_*.py") if folder.is_relative_to(ROOT) else ():
        yield ".".join(path.relative_to(ROOT).with_suffix("").parts)


def import_tests(modules: list[str]) -> None:
    """Import modules, which pytest compiles and keeps; what fails is reported where it is collected."""
    for module in modules:
        with contextlib.suppress(Exception, pytest.skip.Exception):
            importlib.import_module(module)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with modules that take long or wait for servers, then with those of many tests.

    So no worker of xdist ends long after the others; it keeps this order by `--no-loadscope-reorder`. A run of one
    process keeps the order of the files.
    """
    if hasattr(config, "workerinput"):
        sizes = Counter(item.path for item in items)
        items.sort(key=lambda item: (not any(map(item.get_closest_marker, ("long", "server"))), -sizes[item.path]))


def pytest_collection_finish() -> None:
    """Leave modules and tests to no collection of garbage: each would walk through all of them."""
    gc.collect()
    gc.freeze()


def pytest_xdist_auto_num_workers() -> int:
    """Use one worker more than there are cores, as tests often wait for servers."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session")
def cluster() -> str:
    """URL of a server that runs as long as the tests, or TEST_DATABASE_URL."""
    given = os.environ.get("TEST_DATABASE_URL")
    return given or embedded_pg.start(Path(os.environ[HERE]) / "postgres", "postgres", ephemeral=True)


@pytest.fixture(scope="session")
def template(cluster: str) -> str:
    """Name of a migrated template database, created once for all workers."""
    return made_once(cluster, "fresco_template", "template0", flask_migrate.upgrade)


@pytest.fixture(scope="session")
def migrated_data() -> Path:
    """Data of a server that has ended, with a migrated database; made once for all workers, who copy it."""
    data = Path(os.environ[HERE]) / "durable" / "postgres"
    with FileLock(data.parents[1] / "durable.lock"):
        if not data.exists():
            made_once(embedded_pg.start(data, "postgres"), MIGRATED, "template0", flask_migrate.upgrade)
            embedded_pg.stop(data)
    return data


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
    """Restore the logging configuration, which every created application changes."""
    with logs_kept():
        yield


@contextmanager
def taken_back(app: Flask) -> Iterator[None]:
    """Run the test in a transaction that is rolled back; commits become savepoints.

    Inside another such block, as of a module's fixture, its own changes alone are taken back.
    """
    with app.app_context():
        engines = db.engines
    engine = engines[None]
    if isinstance(engine, Connection):
        with engine.begin_nested() as inner:
            yield
            inner.rollback()
        return
    with engine.connect() as connection, connection.begin() as outer:
        # A busy machine may compute between two statements for longer than a request may.
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '10min'")
        engines[None] = connection
        try:
            yield
        finally:
            engines[None] = engine
            outer.rollback()


@pytest.fixture
def database(app: Flask) -> Iterator[None]:
    """Database for a test, which is rolled back at the end."""
    with taken_back(app):
        yield


@pytest.fixture
def anonymous(app: Flask, database: None) -> Caller:
    """Caller without a token."""
    return Caller(app.test_client())


@pytest.fixture
def admin(anonymous: Caller) -> Caller:
    """Caller with the role admin."""
    return sign_in(anonymous, "admin")


@pytest.fixture
def user(anonymous: Caller) -> Caller:
    """Caller with the role user."""
    return sign_in(anonymous, "user")


@pytest.fixture
def viewer(anonymous: Caller) -> Caller:
    """Caller with the role viewer."""
    return sign_in(anonymous, "viewer")


@pytest.fixture
def looker(anonymous: Caller) -> Iterator[Caller]:
    """Calls as somebody who only looks, on 15 June 2026."""
    with clock.frozen(datetime(2026, 6, 15, 17, tzinfo=UTC)):
        yield sign_in(anonymous, "viewer")


@pytest.fixture
def empty(cluster: str) -> Iterator[str]:
    """URL of an empty database."""
    name = f"fresco_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_empty"
    recreate(cluster, name, "template0")
    yield at(cluster, name)
    with create_engine(cluster, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest.fixture(scope="module")
def server_database(cluster: str, template: str, request: pytest.FixtureRequest) -> str:
    """URL of a migrated database without rows, for tests that commit."""
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


@contextmanager
def demo_on(day: date, cluster: str, template: str) -> Iterator[Flask]:
    """The application over a copy of the demo of a day, and on that day; the demo is loaded once for all workers."""
    with clock.frozen(datetime.combine(day, time(17), UTC)):
        source = demo_of_today(cluster, template)
        name = f"fresco_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_demo"
        recreate(cluster, name, source)
        files = Path(os.environ[HERE]) / name
        shutil.rmtree(files, ignore_errors=True)
        shutil.copytree(files_of(source), files)
        made, before = create_app(replace(testing_config(at(cluster, name)), instance_dir=files)), factories.app
        factories.app = made
        try:
            with taken_back(made):
                yield made
        finally:
            factories.app = before
            with made.app_context():
                db.engine.dispose()


def demo_of_today(cluster: str, template: str) -> str:
    """Name of the database with the demo of the day on which the clock stands; it is loaded once for all workers."""
    return made_once(cluster, f"fresco_demo_{clock.now():%Y_%m_%d}", template, load_demo)


def load_demo() -> None:
    """Load the demo by its command."""
    done = current_app.test_cli_runner().invoke(args=("seed", "demo"))
    assert done.exit_code == 0, done.output


def made_once(cluster: str, name: str, source: str, fill: Callable[[], object]) -> str:
    """Name of a copy of the database `source`, filled within an application over it by whichever worker is first."""
    done = Path(os.environ[HERE]) / name
    with FileLock(f"{done}.lock"):
        if not done.exists():
            recreate(cluster, name, source)
            config = replace(testing_config(at(cluster, name)), instance_dir=files_of(name))
            with create_app(config).app_context():
                fill()
                db.session.remove()
                db.engine.dispose()
            done.touch()
    return name


def files_of(name: str) -> Path:
    """Folder of the files of a database that all workers copy."""
    return Path(os.environ[HERE]) / f"{name}.files"


def testing_config(url: str) -> Config:
    """Settings of the tests: cheap hashes, no scheduled jobs."""
    return Config(
        app_env="testing",
        secret_key=SECRET_KEY,
        secrets_key=(SECRETS_KEY,),
        data_keys=(DATA_KEY,),
        database_url=url,
        instance_dir=Path(os.environ[HERE]) / os.environ.get("PYTEST_XDIST_WORKER", "main"),
        bcrypt_rounds=4,
        scheduler_enabled=False,
        tasks_enabled=False,
        encrypt_text="FRESCO_ENCRYPT_TEXT" in os.environ,
        google_client_id=CLIENT_ID,
        log_level="WARNING",
    )


def at(cluster: str, name: str) -> str:
    """URL of another database of the same server."""
    return make_url(cluster).set(database=name).render_as_string(hide_password=False)


def recreate(cluster: str, name: str, template: str) -> None:
    """Create the database of that name anew."""
    engine = create_engine(cluster, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
