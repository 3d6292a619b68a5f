"""A private Dovecot that a test starts itself: own configuration, ports, users and mail, nothing outside its directory.

Runs as root and as an ordinary user. Mail is written straight into the maildir; everything else that changes a mailbox
behind the client's back goes through `doveadm`, so no test connection is used up and no client code is trusted.
"""

import grp
import itertools
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from imapclient import imap_utf7

from tests.helpers.dovecot_config import PASSDB, render, render_oauth2
from tests.helpers.oidc import OidcProvider
from tests.helpers.tls import TlsAuthority

DOVECOT = "/usr/sbin/dovecot"
START_TIMEOUT_S = 10.0


class DovecotError(AssertionError):
    """Dovecot could not be started or refused an order; the sentence says which and why."""


def missing_reason() -> str | None:
    """A sentence when this machine cannot run Dovecot, else None."""
    if not Path(DOVECOT).exists() or shutil.which("doveadm") is None:
        return "Dovecot is not installed here: apt install dovecot-imapd"
    return None


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom the mail files belong to."""

    name: str
    group: str
    uid: int
    gid: int

    @classmethod
    def of_mail(cls) -> Self:
        """The current user, or `nobody` for root, because Dovecot opens no mailbox as root."""
        is_root = os.geteuid() == 0
        try:
            user = pwd.getpwnam("nobody") if is_root else pwd.getpwuid(os.geteuid())
            group = grp.getgrgid(user.pw_gid if is_root else os.getegid())
        except KeyError as error:
            raise DovecotError(f"Dovecot needs a user and a group with names: {error}") from None
        return cls(user.pw_name, group.gr_name, user.pw_uid, group.gr_gid)


@dataclass(frozen=True, slots=True)
class User:
    """A mailbox owner: what a client logs in with."""

    name: str
    password: str


class Dovecot:
    """One running Dovecot at `host`: `port` is plain and offers STARTTLS, `tls_port` is implicit TLS."""

    host = "127.0.0.1"

    def __init__(
        self, directory: Path, authority: TlsAuthority, settings: dict[str, str], oidc: OidcProvider | None = None
    ) -> None:
        self.directory = directory
        self.authority = authority
        self.ca_file = authority.ca_file
        self.port = 0
        self.tls_port = 0
        self._settings = settings
        self._oidc = oidc
        self._owner = Owner.of_mail()
        self._last_delivery_us = 0
        self._names = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None

    # --- life -------------------------------------------------------------------------------------------------------

    @classmethod
    def start(
        cls,
        directory: Path | None = None,
        *,
        authority: TlsAuthority | None = None,
        oidc: OidcProvider | None = None,
        **overrides: str | int,
    ) -> Self:
        """Start a server and return when a login has succeeded.

        With `oidc` it also takes that issuer's tokens (XOAUTH2, OAUTHBEARER) for the mailbox of their address.

        `directory` is removed again by `stop`; left out, one is made. It must be short, for socket paths end at 107
        bytes. `overrides` are Dovecot settings, e.g. `mail_max_userip_connections=1`.
        """
        root = Path(directory or tempfile.mkdtemp(prefix="dovecot-"))
        root.mkdir(parents=True, exist_ok=True)
        make_reachable(root)
        settings = {name: str(value) for name, value in overrides.items()}
        server = cls(root, authority or TlsAuthority(root / "tls"), settings, oidc)
        try:
            server._launch()
        except BaseException:
            server.stop()
            raise
        return server

    def _launch(self) -> None:
        for folder in ("run", "mail"):
            (self.directory / folder).mkdir(exist_ok=True)
        if os.geteuid() == 0:
            os.chown(self.directory / "mail", self._owner.uid, self._owner.gid)
        (self.directory / "passdb.conf").write_text(PASSDB.format(directory=self.directory))
        self._write_oauth2()
        warm = self.new_user("warm-up")
        problem = ""
        for _ in range(3):  # another process may take a port between our choosing and Dovecot's binding it
            self.port, self.tls_port = free_ports(2)
            self._write_configuration()
            self._process = self._spawn()
            problem = self._wait_for_greeting()
            if not problem:
                break
            self._end_process()
        if problem:
            raise DovecotError(f"Dovecot did not start: {problem}\n{self.log()}")
        self._warm_up(warm)

    @property
    def _config_file(self) -> Path:
        return self.directory / "dovecot.conf"

    def _write_configuration(self) -> None:
        text = render(
            self.directory,
            (self.port, self.tls_port),
            self._owner,
            self.authority,
            self._settings,
            takes_tokens=self._oidc is not None,
        )
        self._config_file.write_text(text)

    def _write_oauth2(self) -> None:
        if self._oidc is None:
            return
        ca_file = self.directory / "issuers-ca.pem"  # a copy: Dovecot's own user cannot pass through every folder
        shutil.copyfile(self._oidc.ca_file, ca_file)
        (self.directory / "oauth2.conf").write_text(render_oauth2(self._oidc, ca_file))

    def _spawn(self) -> subprocess.Popen[bytes]:
        command = [DOVECOT, "-F", "-c", str(self._config_file)]
        setpriv = shutil.which("setpriv")
        if setpriv:  # a killed test run leaves no server behind
            command = [setpriv, "--pdeathsig", "TERM", *command]
        with (self.directory / "stdout.log").open("ab") as output:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )

    def _wait_for_greeting(self) -> str:
        """Empty when the server greets, else what went wrong."""
        assert self._process is not None
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection((self.host, self.port), timeout=20) as connection:
                if connection.recv(4) == b"* OK":
                    return ""
            with suppress(subprocess.TimeoutExpired):
                return f"it ended with status {self._process.wait(timeout=0.01)}"
        return f"no greeting within {START_TIMEOUT_S:.0f} s"

    def _warm_up(self, user: User) -> None:
        """The first login starts the auth and imap processes; it once took 5 s, so no test should be the first."""
        with socket.create_connection((self.host, self.port), timeout=30) as connection:
            connection.sendall(f'a LOGIN "{user.name}" "{user.password}"\r\nb LOGOUT\r\n'.encode())
            answer = b"".join(iter(lambda: connection.recv(4096), b""))
        if b"a OK" not in answer:
            raise DovecotError(f"Dovecot refused the first login: {answer!r}\n{self.log()}")

    def stop(self) -> None:
        """End the server and its children, and remove its directory."""
        self._end_process()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _end_process(self) -> None:
        if self._process is None:
            return
        for order in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):  # the group: waiting for the master to end its children takes a second
                os.killpg(self._process.pid, order)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=0.5)
        self._process.wait(timeout=10)
        self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def log(self) -> str:
        """Everything Dovecot has said so far, so also whether anybody tried to log in."""
        files = (self.directory / "dovecot.log", self.directory / "stdout.log")
        return "".join(file.read_text(errors="replace") for file in files if file.exists())

    # --- users ------------------------------------------------------------------------------------------------------

    def new_user(self, name: str | None = None, password: str = "secret-4711") -> User:
        """A user nobody has used yet, with an empty INBOX."""
        user = User(name or f"user{next(self._names)}@example.test", password)
        self.set_password(user.name, password)
        return user

    def set_password(self, user: str | User, password: str) -> User:
        """Give the user another password; holds from the next login on, sessions that are open stay open."""
        name = name_of(user)
        file = self.directory / "passwords" / "dovecot" / "passdb" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f".{name}")
        fresh.write_text(json.dumps({"password": password}))
        fresh.chmod(0o644)
        fresh.replace(file)
        return User(name, password)

    def kick(self, user: str | User) -> None:
        """Throw the user's sessions out: `* BYE` and the end of the connection."""
        self._doveadm("kick", name_of(user))

    # --- mail -------------------------------------------------------------------------------------------------------

    def deliver(
        self, user: str | User, raw: bytes, folder: str = "INBOX", internal_date: datetime | None = None
    ) -> None:
        """Put one mail into a folder, as a delivery agent does; the file's mtime is the INTERNALDATE."""
        self.deliver_many(user, [(raw, internal_date)], folder)

    def save(self, user: str | User, raw: bytes, folder: str = "INBOX") -> None:
        """Put one mail into a folder by Dovecot's own hand, which then tells its other sessions of it (NOTIFY)."""
        self._doveadm("save", "-u", name_of(user), "-m", folder, sent=raw)

    def deliver_many(
        self, user: str | User, mails: Iterable[tuple[bytes, datetime | None]], folder: str = "INBOX"
    ) -> int:
        """Put (bytes, internal date) pairs into a folder in this order; UIDs will ascend in it. Returns how many."""
        maildir = self.maildir(user, folder)
        self._make_maildir(user, maildir)
        count = 0
        for raw, internal_date in mails:
            self._write_mail(maildir, raw, internal_date)
            count += 1
        return count

    def _write_mail(self, maildir: Path, raw: bytes, internal_date: datetime | None) -> None:
        # UIDs follow the (second, microsecond) in the file name, so no two deliveries may share one.
        self._last_delivery_us = max(self._last_delivery_us + 1, time.time_ns() // 1000)
        second, micro = divmod(self._last_delivery_us, 1_000_000)
        wire_size = len(raw) + raw.count(b"\n") - raw.count(b"\r\n")
        name = f"{second}.M{micro:06d}P{os.getpid()}.test,S={len(raw)},W={wire_size}"
        descriptor = os.open(maildir / "tmp" / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            written = os.write(descriptor, raw)
            assert written == len(raw)
            if os.geteuid() == 0:
                os.fchown(descriptor, self._owner.uid, self._owner.gid)
            if internal_date is not None:
                os.utime(descriptor, (internal_date.timestamp(),) * 2)
        finally:
            os.close(descriptor)
        (maildir / "tmp" / name).rename(maildir / "new" / name)

    def maildir(self, user: str | User, folder: str = "INBOX") -> Path:
        """Where a folder's files are."""
        inbox = self.directory / "mail" / name_of(user) / "Maildir"
        if folder.upper() == "INBOX":
            return inbox
        return inbox / imap_utf7.encode(folder).decode("ascii")

    def _make_maildir(self, user: str | User, maildir: Path) -> None:
        home = self.directory / "mail" / name_of(user)
        missing = [part for part in (home, home / "Maildir", maildir) if not part.exists()]
        missing += [maildir / part for part in ("tmp", "new", "cur") if not (maildir / part).exists()]
        for part in missing:
            part.mkdir(mode=0o700, parents=True, exist_ok=True)
            if os.geteuid() == 0:
                os.chown(part, self._owner.uid, self._owner.gid)

    # --- changes behind the client's back ---------------------------------------------------------------------------

    def expunge(self, user: str | User, folder: str, *uids: int) -> None:
        """Remove messages for good."""
        if uids:
            self._doveadm("expunge", "-u", name_of(user), *query(folder, uids))

    def copy(self, user: str | User, folder: str, uid: int, target: str) -> None:
        """Copy one message into another folder, where it gets a new UID."""
        self._require(user, folder, uid)
        self._doveadm("copy", "-u", name_of(user), target, *query(folder, (uid,)))

    def move(self, user: str | User, folder: str, uid: int, target: str) -> None:
        """Move one message into another folder, where it gets a new UID."""
        self._require(user, folder, uid)
        self._doveadm("move", "-u", name_of(user), target, *query(folder, (uid,)))

    def set_flags(self, user: str | User, folder: str, uid: int, *flags: str) -> None:
        """Replace a message's flags, e.g. `\\Seen`."""
        self._require(user, folder, uid)
        self._doveadm("flags", "replace", "-u", name_of(user), " ".join(flags), *query(folder, (uid,)))

    def create_folder(self, user: str | User, folder: str) -> None:
        """Make a folder."""
        self._doveadm("mailbox", "create", "-u", name_of(user), folder)

    def delete_folder(self, user: str | User, folder: str) -> None:
        """Remove a folder with all mail in it."""
        self._doveadm("mailbox", "delete", "-u", name_of(user), folder)

    def rename_folder(self, user: str | User, folder: str, new_name: str) -> None:
        """Give a folder another name; UIDs and UIDVALIDITY stay."""
        self._doveadm("mailbox", "rename", "-u", name_of(user), folder, new_name)

    def reset_uidvalidity(self, user: str | User, folder: str = "INBOX", value: int | None = None) -> int:
        """Give a folder another UIDVALIDITY (RFC 3501 2.3.1.1) and return it; open sessions on it are cut off."""
        fresh = value or self.uidvalidity(user, folder) + 1
        self._doveadm("mailbox", "update", "-u", name_of(user), "--uid-validity", str(fresh), folder)
        return fresh

    # --- the truth about a mailbox ----------------------------------------------------------------------------------

    def uidvalidity(self, user: str | User, folder: str = "INBOX") -> int:
        """The folder's UIDVALIDITY."""
        answer = self._doveadm("-f", "tab", "mailbox", "status", "-u", name_of(user), "uidvalidity", folder)
        return int(answer.split()[-1])

    def uids(self, user: str | User, folder: str = "INBOX") -> list[int]:
        """Every UID in the folder, ascending."""
        return list(self.flags(user, folder))

    def flags(self, user: str | User, folder: str = "INBOX") -> dict[int, frozenset[str]]:
        r"""UID to flags for every message; shows that \Seen never changed."""
        answer = self._doveadm("-f", "tab", "fetch", "-u", name_of(user), "uid flags", *query(folder, ()))
        rows = [line.partition("\t") for line in answer.splitlines()[1:]]
        if not rows:
            self.uidvalidity(user, folder)  # doveadm has nothing to say about a folder that is not there; this has
        return {int(uid): frozenset(flags.split()) for uid, _, flags in rows}

    def _require(self, user: str | User, folder: str, uid: int) -> None:
        """doveadm does nothing, and says nothing, when there is no such message."""
        if uid not in self.flags(user, folder):
            raise DovecotError(f"{folder} has no message with the UID {uid}")

    def _doveadm(self, *arguments: str, sent: bytes = b"") -> str:
        command = ["doveadm", "-c", str(self._config_file), *arguments]
        result = subprocess.run(command, input=sent, capture_output=True, timeout=60, check=False)
        if result.returncode:
            told = result.stderr.decode("utf-8", "replace").strip() or result.returncode
            raise DovecotError(f"doveadm {' '.join(arguments)} failed: {told}")
        return result.stdout.decode("utf-8")


def make_reachable(directory: Path) -> None:
    """Let the mail user, who is not root, pass through folders that only root may enter (temporary ones alone)."""
    if os.geteuid() != 0:
        return
    for folder in (directory, *directory.parents):
        mode = folder.stat().st_mode
        if mode & 0o001:
            continue
        if Path("/tmp") not in folder.parents:
            raise DovecotError(f"as root, Dovecot's mail user cannot reach {directory}: {folder} is closed to others")
        folder.chmod(mode | 0o011)


def name_of(user: str | User) -> str:
    """The login name, whether given as such or as a user."""
    return user.name if isinstance(user, User) else user


def query(folder: str, uids: tuple[int, ...]) -> list[str]:
    """doveadm's search words for some (or, given none, all) messages of a folder."""
    return ["mailbox", folder, *(("uid", ",".join(map(str, uids))) if uids else ("all",))]


def free_ports(count: int) -> list[int]:
    """Loopback ports nobody listens on right now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [int(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()
