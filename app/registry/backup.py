"""flask backup: create and restore backups of the database and the files."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import flask_migrate
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core.audit.service import SealService
from app.core.files.service import FileService
from app.core.identity.service import ErasureService
from app.infra import clock
from app.infra.backup import BackupError, database, programs
from app.infra.backup.folder import FORMAT, BackupFolder, FileEntry, Manifest, copy_all
from app.infra.context import make_context
from app.infra.db import transaction
from app.kernel.errors import DomainError
from app.registry import broken_rules

group = AppGroup("backup", help="Database and files together, in one folder.")


@group.command("create")
@click.argument("folder", type=click.Path(path_type=Path))
def create(folder: Path) -> None:
    """Write a backup into FOLDER, which must be new or empty; requests go on meanwhile."""
    with _plain_errors():
        manifest = create_backup(BackupFolder(folder))
    size = sum(entry.size for entry in (manifest.dump, *manifest.files))
    click.echo(f"{manifest.rows} rows and {len(manifest.files)} files ({size} bytes) are in {folder}.")


@group.command("restore")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--erasures",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Output of `flask personal erasures`: accounts that were erased after the backup are erased again.",
)
def restore(folder: Path, erasures: Path | None) -> None:
    """Bring FOLDER into an empty database and its files into the file store, migrate, erase again, and verify."""
    with _plain_errors():
        manifest = restore_backup(BackupFolder(folder))
        erased = _replay_erasures(erasures)
        found = _broken_rules(manifest)
    for problem in found:
        click.echo(problem, err=True)
    if found:
        raise click.ClickException(f"{manifest.rows} rows and {len(manifest.files)} files are back, but not all holds.")
    click.echo(f"{manifest.rows} rows and {len(manifest.files)} files are back, as of {manifest.taken_at}.")
    if erased:
        click.echo(f"{erased} accounts, which had been erased, are erased again.")
    click.echo("Everything holds.")


def create_backup(folder: BackupFolder) -> Manifest:
    """Create a backup; it is complete when this returns."""
    folder.begin()
    store = current_app.extensions["storage"]
    with database.snapshot(current_app.config["OWNER_DATABASE_URI"]) as snapshot:
        taken_at = clock.now().isoformat()
        with Session(bind=snapshot.connection) as session:
            context = make_context(session)
            files = tuple(FileEntry(one.path, one.stored_size, one.sha256) for one in FileService(context).every())
            head = SealService(context).head()
        pg_dump = snapshot.dump(folder.dump)
        copy_all(files, store, folder.files)
        manifest = Manifest(
            format=FORMAT,
            taken_at=taken_at,
            migration=snapshot.migration,
            server=snapshot.server,
            pg_dump=pg_dump,
            tables=snapshot.tables,
            dump=folder.measure_dump(),
            files=files,
            audit_head=dict(head) or None,
        )
    folder.finish(manifest)
    return manifest


def restore_backup(folder: BackupFolder) -> Manifest:
    """Restore a backup into an empty database: check everything first, then copy the files, then the rows."""
    manifest = folder.read()
    url = current_app.config["OWNER_DATABASE_URI"]
    _check_known(manifest.migration)
    server = database.check_target(url, manifest.server)
    pair = programs.for_restore(programs.installed(), manifest.pg_dump, server)
    copy_all(manifest.files, folder.files, current_app.extensions["storage"])
    if (found := database.load(url, folder.dump, pair)) != manifest.tables:
        differing = sorted(name for name, count in manifest.tables.items() if found.get(name) != count)
        raise BackupError(f"Not all rows came back: {', '.join(differing)}.")
    flask_migrate.upgrade()
    database.finish(url)
    return manifest


def _replay_erasures(file: Path | None) -> int:
    """Erase again the accounts that had been erased; returns their number."""
    known = [] if file is None else file.read_text(encoding="utf-8").split()
    with transaction(request_id="cli:backup-restore") as session:
        counts = ErasureService(make_context(session)).replay(known)
    if counts["failed"]:
        raise BackupError(f"{counts['failed']} accounts that had been erased could not be erased again.")
    return counts["erased"]


def _broken_rules(manifest: Manifest) -> list[str]:
    """Problems as of the time of the backup; work that is due since then is left to the daily jobs."""
    with clock.frozen(manifest.moment):
        return broken_rules([str(manifest.audit_head["digest"])] if manifest.audit_head else [])


def _check_known(migration: str) -> None:
    """Raise if the backup was made by a newer version, which may have unknown tables."""
    scripts = ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())
    try:
        scripts.get_revision(migration)
    except CommandError:
        raise BackupError(
            f"The backup is at migration {migration}, which this program does not have: it was made by a newer one."
        ) from None


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Turn expected errors into one-line messages without a traceback."""
    try:
        yield
    except DomainError as error:
        raise click.ClickException(error.message) from error
    except DBAPIError as error:
        raise click.ClickException(f"The database refused: {error.orig}".strip()) from error
    except (BackupError, OSError) as error:
        raise click.ClickException(str(error)) from error
