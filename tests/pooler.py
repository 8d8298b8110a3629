"""PgBouncer with the shipped configuration, for tests."""

import configparser
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pytest
from sqlalchemy import make_url

from tests.support import ROOT, free_port, until_listens

SHIPPED = ROOT / "deploy" / "pgbouncer" / "pgbouncer.ini"
PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
NAME = "control_fresco"
PASSWORD = "of the pooler's own client"
needs_pgbouncer = pytest.mark.skipif(PGBOUNCER is None, reason="pgbouncer is not installed")


@dataclass
class Pooler:
    """PgBouncer with the shipped configuration before one database, with so few connections that clients share."""

    database_url: str
    size: int = 2
    port: int = field(default_factory=free_port)
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="fresco-pooler-")))
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """URL for its clients."""
        user = make_url(self.database_url).username
        return f"postgresql://{user}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{self.port}/{NAME}"

    def __enter__(self) -> Self:
        account = self.render()
        command = [str(PGBOUNCER), "-q", str(self.folder / "pgbouncer.ini")]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, **account)
        until_listens(self.port, self.process, 10, self.folder / "log")
        return self

    def __exit__(self, *_exception: object) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def render(self) -> dict[str, int | list[int]]:
        """Fill in what is of this place; as whom to run, for root is refused and sockets may be their owner's alone."""
        shipped = configparser.ConfigParser(interpolation=None)
        shipped.read(SHIPPED, encoding="utf-8")
        assert list(shipped["databases"]) == [NAME]
        url = make_url(self.database_url)
        host, port = url.host or url.query["host"], url.port or url.query.get("port", 5432)
        shipped["databases"][NAME] = f"host={host} port={port} dbname={url.database}"
        users = self.folder / "userlist.txt"
        users.write_text(f'"{url.username}" "{url.password or PASSWORD}"\n', encoding="utf-8")
        own = {"listen_addr": "127.0.0.1", "listen_port": self.port, "auth_file": users, "default_pool_size": self.size}
        shipped["pgbouncer"].update({name: str(value) for name, value in own.items()})
        with (self.folder / "pgbouncer.ini").open("w", encoding="utf-8") as written:
            shipped.write(written)
        if os.geteuid() != 0:
            return {}
        owner = Path(str(host)).stat() if str(host).startswith("/") else None
        user, group = (owner.st_uid, owner.st_gid) if owner and owner.st_uid else (65534, 65534)
        for place in (self.folder, *self.folder.iterdir()):
            os.chown(place, user, group)
        return {"user": user, "group": group, "extra_groups": []}
