"""A backup is complete, as of one moment, and can be restored; an incomplete one is refused before any write."""

import json
import os
import shutil
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app import create_app
from app.core.files.service import AttachedFiles, FileService
from app.infra.backup import database
from app.infra.context import make_context
from app.infra.db import APP_ROLE, db, transaction
from app.kernel.errors import Conflict
from tests import conftest, factories
from tests.factories.documents import add_document, upload
from tests.factories.files import SAMPLES
from tests.factories.tasks import add_task
from tests.reliability.harness import ask
from tests.reliability.stored import State, state
from tests.soak import soak_only
from tests.support import ROOT, Caller, Server, sign_in, until

pytestmark = pytest.mark.long

_WAITING = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'advisory')"
_RIGHTS = """
    SELECT relname::text AS name, relacl::text AS rights FROM pg_class
    WHERE relnamespace IN ('public'::regnamespace, 'tasks'::regnamespace) AND relkind IN ('r', 'S')
    UNION ALL SELECT attrelid::regclass || '.' || attname, attacl::text FROM pg_attribute
    WHERE attacl IS NOT NULL AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
    UNION ALL SELECT defaclobjtype::text, defaclacl::text FROM pg_default_acl
    UNION ALL SELECT proname::text, coalesce(proacl::text, '') FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT nspname, nspacl::text FROM pg_namespace WHERE nspname IN ('public', 'tasks')
    ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Place:
    """The program over a database and a folder of its own."""

    app: Flask
    url: str

    @property
    def files(self) -> Path:
        return Path(self.app.extensions["storage"].root)

    def flask(self, *arguments: str) -> tuple[int, str]:
        """Exit code and output of a command."""
        with self.app.app_context():
            result = self.app.test_cli_runner().invoke(args=arguments)
            db.engine.dispose()
        return result.exit_code, result.output

    def content(self) -> State:
        with create_engine(self.url, poolclass=NullPool).connect() as looking:
            return state(looking)

    def rights(self) -> Sequence[Any]:
        return ask(self.url, _RIGHTS)


@pytest.fixture(scope="module")
def places(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Place]:
    """Makes them: empty, or from the migrated template."""

    def make(name: str, template: str = "template0") -> Place:
        conftest.recreate(cluster, f"fresco_backup_{name}", template)
        url = conftest.at(cluster, f"fresco_backup_{name}")
        folder = tmp_path_factory.mktemp(name)
        return Place(create_app(replace(conftest.testing_config(url), instance_dir=folder)), url)

    return make


@contextmanager
def calling(place: Place) -> Iterator[Caller]:
    """Calls as a new user there."""
    before, factories.app = factories.app, place.app
    try:
        yield sign_in(Caller(place.app.test_client()), "user")
    finally:
        factories.app = before
        with place.app.app_context():
            db.engine.dispose()


PLAN = {
    "type": "Suscripción periódica",
    "recurring_fee_amount": "100.00",
    "recurring_fee_currency": "USD",
    "recurring_fee_frequency": "Mensual",
}
PROJECT = {
    "client_id": 1,
    "name": "Proyecto",
    "description": "Prueba",
    "start_date": "2026-01-31",
    "payment_plan": PLAN,
}
INCOME = {
    "type": "Intereses",
    "description": "Señal",
    "date": "2026-01-02",
    "amount": "0.01",
    "currency": "COP",
    "payment_method": "Efectivo",
}


@pytest.fixture(scope="module")
def company(places: Callable[..., Place], template: str) -> Place:
    """A small company with files of every kind."""
    made = places("company", template)
    with calling(made) as caller:
        caller.post("/api/clients", {"name": "Café", "start_date": "2026-01-01"})
        caller.post("/api/projects", PROJECT)
        caller.post("/api/payments/generate", {"project_id": 1})
        for name, content in SAMPLES.items():
            path = upload(caller, content, name)["file_path"]
            caller.post("/api/incomes", {**INCOME, "receipt_path": path})
        add_document(caller, "clients/1")
        add_task(key="of-a-task")
        add_task("failed", error="no luck")
    assert made.flask("jobs", "run", "seal-audit")[0] == 0
    return made


@pytest.fixture(scope="module")
def backup(company: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it, not to be changed."""
    folder = tmp_path_factory.mktemp("backups") / "first"
    code, said = company.flask("backup", "create", str(folder))
    assert code == 0, said
    return folder


@pytest.fixture
def copied(backup: Path, tmp_path: Path) -> Path:
    """A copy of it, to do harm to."""
    shutil.copytree(backup, tmp_path / "copied")
    return tmp_path / "copied"


@pytest.fixture
def nowhere(places: Callable[..., Place]) -> Place:
    """Path of a folder that does not exist yet."""
    return places("nowhere")


def test_a_restore_elsewhere_equals_the_original(company: Place, backup: Path, places: Callable[..., Place]) -> None:
    elsewhere = places("elsewhere")
    code, said = elsewhere.flask("backup", "restore", str(backup))
    assert (code, said.splitlines()[-1]) == (0, "Everything holds."), said
    assert elsewhere.content() == company.content()
    assert elsewhere.rights() == company.rights()
    head = json.loads((backup / "manifest.json").read_text(encoding="utf-8"))["audit_head"]["digest"]
    assert elsewhere.flask("audit", "head")[1].startswith(head)
    assert ask(elsewhere.url, "SELECT count(*) > 0 FROM pg_stats WHERE tablename = 'payments'") == [(True,)]
    kept = {path.relative_to(company.files): path.read_bytes() for path in company.files.rglob("*.*")}
    assert {path.relative_to(elsewhere.files): path.read_bytes() for path in elsewhere.files.rglob("*.*")} == kept
    assert len(kept) == len(SAMPLES) + 1
    with calling(elsewhere) as caller:
        caller.post("/api/clients", {"name": "Nuevo", "start_date": "2026-01-01"})
        assert add_task() == 3
    with elsewhere.app.app_context():
        assert db.session.scalar(text("SELECT current_user")) == APP_ROLE
        db.engine.dispose()
    assert elsewhere.flask("verify")[0] == 0


def test_a_restore_reports_an_audit_log_without_the_head_of_the_manifest(nowhere: Place, copied: Path) -> None:
    head = {"until": 1, "digest": "0" * 64, "sealed_at": "2026-01-01T00:00:00Z"}
    changed(audit_head=head)(copied)
    code, said = nowhere.flask("backup", "restore", str(copied))
    assert (code, f"the audit log has no seal {head['digest']}" in said) == (1, True), said


@soak_only
@pytest.mark.parametrize("round_", range(10))
def test_a_backup_holds_while_others_upload_delete_and_sweep(
    places: Callable[..., Place], template: str, tmp_path: Path, measured: Callable[[str], None], round_: int
) -> None:
    busy, elsewhere = places("busy", template), places("restored")
    done = threading.Event()
    with calling(busy) as caller, ThreadPoolExecutor(5) as pool:
        caller.post("/api/clients", {"name": "Café", "start_date": "2026-01-01"})
        come_and_go = [pool.submit(until_done, done, lambda: come_and_go_once(caller)) for _ in range(3)]
        sweeping = pool.submit(until_done, done, lambda: sweep_old(busy))
        time.sleep(3)
        code, said = busy.flask("backup", "create", str(tmp_path / "new"))
        done.set()
        assert code == 0, said
        assert all(worker.result() > 0 for worker in [*come_and_go, sweeping])
    code, said = elsewhere.flask("backup", "restore", str(tmp_path / "new"))
    assert (code, said.splitlines()[-1]) == (0, "Everything holds."), said
    manifest = json.loads((tmp_path / "new" / "manifest.json").read_text(encoding="utf-8"))
    assert len(manifest["files"]) > 0
    assert busy.flask("verify")[0] == 0
    measured(f"{sum(manifest['tables'].values())} rows, {len(manifest['files'])} files under load: 0 violations")


def until_done(done: threading.Event, act: Callable[[], object]) -> int:
    """Call the function until `done` is set; returns the number of calls."""
    count = 0
    while not done.is_set():
        act()
        count += 1
    return count


def come_and_go_once(caller: Caller) -> None:
    """Add two documents and delete one."""
    add_document(caller, "clients/1")
    document = add_document(caller, "clients/1")
    caller.delete(f"/api/clients/1/documents/{document['id']}")


def sweep_old(place: Place) -> None:
    """Sweep as if all files were old; not during a backup."""
    for (path,) in ask(place.url, "SELECT path FROM stored_files"):
        with suppress(FileNotFoundError):
            age(place, path)
    with place.app.app_context(), suppress(Conflict), transaction(request_id="sweep") as session:
        FileService(make_context(session)).sweep()


def test_a_backup_is_for_its_owner_alone_and_says_what_it_holds(backup: Path, company: Place) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o700
    manifest = json.loads((backup / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["tables"]["stored_files"] == len(manifest["files"]) == len(SAMPLES) + 1
    assert manifest["tables"]["payments"] == ask(company.url, "SELECT count(*) FROM payments")[0][0]


def test_backups_and_restored_files_are_owner_only_under_any_umask(
    company: Place, nowhere: Place, tmp_path: Path
) -> None:
    before = os.umask(0)
    try:
        assert company.flask("backup", "create", str(tmp_path / "open"))[0] == 0
        assert nowhere.flask("backup", "restore", str(tmp_path / "open"))[0] == 0
    finally:
        os.umask(before)
    kept = [tmp_path / "open", *(tmp_path / "open").rglob("*"), nowhere.files, *nowhere.files.rglob("*")]
    assert len(kept) > 2 * len(SAMPLES)
    modes = {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in kept}
    assert modes == {(True, 0o700), (False, 0o600)}


def test_bytes_that_a_backup_still_needs_stay_until_it_has_them(company: Place) -> None:
    with calling(company) as caller:
        document = add_document(caller, "clients/1")
        (path,) = ask(company.url, "SELECT path FROM stored_files ORDER BY id DESC LIMIT 1")[0]
        with database.snapshot(company.url):
            caller.delete(f"/api/clients/1/documents/{document['id']}")
            age(company, path)
            assert company.flask("files", "sweep")[0] == 1
            assert (company.files / path).exists()
        assert ask(company.url, "SELECT id FROM stored_files WHERE path = :path", path=path) == []
    assert company.flask("files", "sweep") == (0, "1 stray files removed.\n")
    assert not (company.files / path).exists()


def age(place: Place, path: str) -> None:
    """Make the file old, so that the sweep would delete it."""
    os.utime(place.files / path, (0, 0))


def test_a_backup_looks_only_after_the_removals_that_have_begun(company: Place) -> None:
    with calling(company) as caller:
        path = upload(caller)["file_path"]
    counted = ask(company.url, "SELECT count(*) FROM stored_files")[0][0]
    with ThreadPoolExecutor(1) as pool, company.app.app_context():
        AttachedFiles(make_context(db.session()), "fresco.documents").release(path)
        taking = pool.submit(files_counted, company.url)
        while not (taking.done() or ask(company.url, _WAITING)[0][0]):
            time.sleep(0.005)
        assert not taking.done()
        db.session.commit()
        assert taking.result(10) == counted - 1
        db.engine.dispose()
    assert not (company.files / path).exists()


def files_counted(url: str) -> int:
    """Rows as the backup sees them."""
    with database.snapshot(url) as snapshot:
        return snapshot.tables["stored_files"]


def test_a_folder_in_use_is_not_written_to(company: Place, tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    assert company.flask("backup", "create", str(tmp_path)) == (
        1,
        f"Error: {tmp_path} is not an empty folder: choose another.\n",
    )
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("harm", ["no bytes", "other bytes"])
def test_a_backup_that_lacks_what_a_row_names_is_never_finished(
    places: Callable[..., Place], template: str, tmp_path: Path, harm: str
) -> None:
    place = places("lacking", template)
    with calling(place) as caller:
        path = upload(caller)["file_path"]
    if harm == "no bytes":
        (place.files / path).unlink()
    else:
        (place.files / path).write_bytes(b"%PDF-")
    code, said = place.flask("backup", "create", str(tmp_path / "new"))
    assert (code, path in said, "flask verify" in said) == (1, True, True), said
    code, said = place.flask("backup", "restore", str(tmp_path / "new"))
    assert (code, "an unfinished one" in said) == (1, True), said


def changed(**values: Any) -> Callable[[Path], None]:
    """Function that changes values of the manifest."""

    def change(folder: Path) -> None:
        manifest = folder / "manifest.json"
        said = json.loads(manifest.read_text(encoding="utf-8"))
        manifest.write_text(json.dumps(said | values), encoding="utf-8")

    return change


def shorten(name: str, by: int = 1) -> Callable[[Path], None]:
    """Cut the end off a file."""

    def cut(folder: Path) -> None:
        (place,) = folder.glob(name)
        place.write_bytes(place.read_bytes()[:-by])

    return cut


def flip_a_bit(folder: Path) -> None:
    place = folder / "database.dump"
    written = bytearray(place.read_bytes())
    written[len(written) // 2] ^= 1
    place.write_bytes(written)


def lose_a_file(folder: Path) -> None:
    next(folder.rglob("*.png")).unlink()


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (lambda folder: (folder / "manifest.json").unlink(), "an unfinished one"),
        (shorten("manifest.json", 20), "can't be read"),
        (changed(format=2), "has format 2"),
        (changed(dump=None), "can't be read"),
        (shorten("database.dump"), "is damaged: database.dump missing"),
        (flip_a_bit, "is damaged: database.dump missing"),
        (shorten("files/*/*/*.png"), ".png missing or not as written"),
        (lose_a_file, ".png missing or not as written"),
        (changed(migration="9999"), "made by a newer one"),
        (changed(server=99), "must not be older"),
        (changed(pg_dump=99), "pg_restore of version 99 or later is needed"),
        (lambda folder: (folder / "database.dump").write_bytes(b""), "is damaged"),
    ],
)
def test_an_incomplete_backup_is_refused_before_any_write(
    nowhere: Place, copied: Path, harm: Callable[[Path], None], reason: str
) -> None:
    harm(copied)
    code, said = nowhere.flask("backup", "restore", str(copied))
    assert (code, reason in said) == (1, True), said
    assert nowhere.content() == {}
    assert not nowhere.files.exists()


def test_a_restore_that_breaks_off_leaves_the_database_empty_for_another_try(nowhere: Place, copied: Path) -> None:
    shorten("database.dump", 100)(copied)  # of the last table's rows
    cut = (copied / "database.dump").read_bytes()
    changed(dump={"path": "database.dump", "size": len(cut), "sha256": sha256(cut).hexdigest()})(copied)
    code, said = nowhere.flask("backup", "restore", str(copied))
    assert (code, "pg_restore failed" in said) == (1, True), said
    assert nowhere.content() == {}


def test_a_database_in_use_is_not_restored_into(company: Place, backup: Path) -> None:
    before = company.content()
    code, said = company.flask("backup", "restore", str(backup))
    assert (code, "not empty" in said) == (1, True), said
    assert company.content() == before


def test_rows_that_do_not_come_back_are_noticed(nowhere: Place, copied: Path) -> None:
    tables = json.loads((copied / "manifest.json").read_text(encoding="utf-8"))["tables"]
    changed(tables=tables | {"incomes": tables["incomes"] + 1})(copied)
    code, said = nowhere.flask("backup", "restore", str(copied))
    assert (code, said) == (1, "Error: Not all rows came back: incomes.\n")


def test_a_restore_that_is_killed_leaves_nothing_that_is_taken_for_whole(nowhere: Place, backup: Path) -> None:
    """pg_restore outlives who started it, and commits; it is held for a moment, so that the kill comes first."""
    with create_engine(nowhere.url, poolclass=NullPool).connect() as holding:
        holding.execute(text("CREATE TABLE clients ()"))  # seen by nobody, and in its way
        restoring = subprocess.Popen(
            [sys.executable, "-m", "flask", "backup", "restore", str(backup)],
            cwd=ROOT,
            env={**Server(nowhere.url).variables, "INSTANCE_DIR": str(nowhere.files.parent)},
            stderr=subprocess.DEVNULL,
        )
        until(lambda: ask(nowhere.url, _RESTORING.replace("true", "wait_event_type = 'Lock'")) == [(1,)])
        restoring.kill()
        restoring.wait()
    until(lambda: ask(nowhere.url, _RESTORING) == [(0,)])
    assert ask(nowhere.url, "SELECT count(*) > 0 FROM audit_log") == [(True,)]
    unready = Caller(nowhere.app.test_client()).get("/api/health/ready", expect=503)
    assert unready["code"] == "restore_unfinished"
    code, said = nowhere.flask("backup", "restore", str(backup))
    assert (code, "interrupted: drop it" in said) == (1, True), said


_RESTORING = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pg_restore' AND true"
