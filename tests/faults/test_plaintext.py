"""Planted words are run through everything the program does, and then nothing on disk and no log may hold one of them.

What a command prints on stdout because it was asked to is no leak; nor is a mailbox's own address in a sentence about
that mailbox, nor what a server gives as its reason, shown to a person as its words - unless that is the password.
"""

import gzip
import re
import stat
import zlib
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

import pytest
import zstandard

from desktop.demo import fault_actions as do
from desktop.demo.faults import Do, Fault, on
from desktop.demo.mailstore import Account
from desktop.demo.server import ImapServer
from tests.e2e.postroom import Forked, Postroom, Result, new_postroom, wait_until
from tests.e2e.processes import parsers_of, told_about
from tests.faults.plaintext import files, hits

MAILBOX = "postbox-canary@shop.example"
PLANTED = {
    "the password": "Canary-Pässwort-7x9",
    "a wrong password": "Canary-Wrong-Passwort",
    "the passphrase": "canary passphrase of five words",
    "a subject": "Canary subject zaunkönig",
    "words of a body": "canary body xylophon",
    "the sender": "canary-sender@acme.example",
    "the name of the sender": "Canarina Absender",
    "the name of a file": "canary-rechnung.pdf",
    "the bytes of a file": "CANARY-ATTACHMENT-BYTES",
    "a customer": "Canary Kundin GmbH",
    "a company": "Canary Holding AG",
    "the address of a customer": "canary-customer@borealis.example",
    "what is searched for": "canarysuchwort",
}
LOG_LINE = re.compile(r"^(?:DEBUG|INFO|WARNING|ERROR|CRITICAL) .*", re.MULTILINE)


def mail(number: int) -> bytes:
    """A mail with everything planted in it."""
    made = EmailMessage()
    made["From"] = f"{PLANTED['the name of the sender']} <{PLANTED['the sender']}>"
    made["To"] = MAILBOX
    made["Subject"] = f"{PLANTED['a subject']} {number}"
    made["Message-ID"] = f"<{number}@acme.example>"
    made.set_content(f"{PLANTED['words of a body']} {number}\n")
    made.add_alternative(f"<p><b>{PLANTED['words of a body']}</b> {number}</p>", subtype="html")
    times = 60_000 if number == 1 else 30  # the first is so large that its file follows its text
    content = b"%PDF-1.4 " + PLANTED["the bytes of a file"].encode() * times
    made.add_attachment(content, maintype="application", subtype="pdf", filename=PLANTED["the name of a file"])
    return bytes(made)


@dataclass(slots=True)
class Life:
    """One profile's life: what it does, and what it has said beside its output, `repeated` where a server prompted."""

    postroom: Postroom
    server: ImapServer
    account: Account
    said: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=lambda: dict(PLANTED))

    def do(self, *args: str, stdin: str = "", code: int = 0) -> Result:
        """Carry a command out with every log there is."""
        result = self.postroom.quick("-vv", *args, stdin=stdin)
        assert result.code == code, str(result)
        self.said.append(result.stderr)
        return result

    def add(self, password: str, *, code: int) -> None:
        """Connect the mailbox."""
        where = ("--imap", f"127.0.0.1:{self.server.port}", "--security", "none")
        self.do("mailboxes", "add", "--address", MAILBOX, *where, "--password-stdin", stdin=f"{password}\n", code=code)

    def hurt(self, when: str, action: Do) -> None:
        """Have the server do something wrong, whenever that is asked."""
        self.server.faults.add(Fault(when=on(when), do=action, times=None))


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    """A profile that does not exist yet, and a server with planted mail."""
    with ImapServer() as server:
        account = server.add_account(MAILBOX, PLANTED["the password"])
        for number in range(12):
            account.deliver(mail(number))
        postroom = new_postroom(tmp_path)
        postroom.temporary.mkdir(exist_ok=True)
        made = Life(postroom, server, account)
        made.secrets["the key"] = postroom.key
        yield made


def live(life: Life) -> None:
    """Everything a person does, and everything that goes wrong, up to a sync that is killed in the middle."""
    password, wrong = PLANTED["the password"], PLANTED["a wrong password"]
    life.hurt("AUTHENTICATE", do.no(f"[AUTHENTICATIONFAILED] '{wrong}' is not the password of {MAILBOX}"))
    life.add(wrong, code=1)
    life.server.faults.clear()
    life.add(password, code=0)
    life.do("sync")
    table = life.postroom.profile.parent / "customers.csv"
    row = (PLANTED["a customer"], PLANTED["the address of a customer"], PLANTED["a company"])
    table.write_text("\n".join(["name,email,company", ",".join(row), "bad," + PLANTED["the name of the sender"] + ","]))
    life.do("customers", "import", str(table), code=1)
    life.do("customers", "import", str(table), "--skip-bad")
    life.do("customers", "show", PLANTED["the address of a customer"])
    life.do("review", "assign", "1", "1", "--remember")
    life.do("undo")
    life.do("redo")
    for words in (["list", "--search", PLANTED["what is searched for"]], ["show", "1", "--trace"], ["list", "--json"]):
        life.do("emails", *words)
    life.do("reparse", "--all")
    life.do("log")
    life.secrets["the recovery code"] = life.do("key", "recovery").stdout.strip()
    life.do("key", "passphrase", stdin=f"{PLANTED['the passphrase']}\n")
    fail_in_every_way(life)


def fail_in_every_way(life: Life) -> None:
    """A server that repeats what it was told, or sends mail where none is asked for."""
    body = PLANTED["words of a body"]
    life.account.deliver(mail(100))
    for when, action in (
        ("AUTHENTICATE", do.no(f"LOGIN '{PLANTED['the password']}' failed for {MAILBOX}")),
        ("AUTHENTICATE", do.bye(f"no thanks, {PLANTED['the password']}")),
        ("UID SEARCH", do.no(f"{body} {PLANTED['the sender']}")),
        ("UID SEARCH", do.replace_line(f"* SEARCH {body}\r\n".encode())),
        ("UID FETCH", do.short_literal(40)),
        ("UID FETCH", do.replace_line(f'* 1 FETCH (UID "{body}" {PLANTED["the sender"]}\r\n'.encode())),
        ("UID FETCH", do.bye(body)),
    ):
        life.hurt(when, action)
        life.repeated.append(life.postroom.quick("-vv", "sync").stderr)
        life.repeated.append(life.postroom.quick("-vv", "mailboxes", "test", MAILBOX).stderr)
        life.server.faults.clear()
    life.account.password = "another one"
    life.do("sync", code=1)
    life.account.password = PLANTED["the password"]
    set_password = ("mailboxes", "set", MAILBOX, "--password-stdin")
    life.do(*set_password, stdin=f"{PLANTED['a wrong password']}\n", code=1)
    life.do(*set_password, stdin=f"{PLANTED['the password']}\n")


def sync_to_be_killed(life: Life) -> Forked:
    """A sync that stands still in the middle, some mail stored and some on its way, its parsers alive."""
    for number in range(200, 260):
        life.account.deliver(mail(number))
    life.do("settings", "set", "sync.batch_messages", "5")
    life.do("settings", "set", "network.read_timeout_s", "60")
    fault = life.server.faults.add(Fault(when=on("UID FETCH", nth=6), do=do.stall(after=2000)))
    running = life.postroom.begin("-vv", "sync")
    assert fault.happened.wait(20)
    wait_until(lambda: parsers_of(running.pid), "no parser was started")
    return running


def test_nothing_planted_is_found_on_disk_or_in_a_log(life: Life) -> None:
    live(life)
    running = sync_to_be_killed(life)
    parsers = parsers_of(running.pid)
    told = b"".join(map(told_about, parsers))
    limits = Path(f"/proc/{running.pid}/limits").read_text()
    life.said.append(running.said())
    running.kill()
    life.server.faults.clear()

    assert hits(told, secrets(life)) == [], "what any process of this user can read of the parsers"
    assert MAILBOX.encode() not in told
    assert re.search(r"Max core file size +0 +0 ", limits), "a crash writes no core"
    is_clean(life)
    life.do("sync")
    life.do("verify")
    life.do("mailboxes", "disconnect", MAILBOX)
    is_clean(life)


def secrets(life: Life) -> list[bytes]:
    """Everything planted."""
    return [secret.encode() for secret in life.secrets.values()]


def is_clean(life: Life) -> None:
    """No file of the profile, of HOME or of TMPDIR, and nothing that was said, holds anything planted."""
    everywhere = files(life.postroom.profile, life.postroom.home)
    assert {"postroom.db", "profile.json", "key.wrapped"} <= {file.name for file in everywhere}
    for file in everywhere:
        content = file.name.encode() + b"\n" + file.read_bytes()
        assert hits(content, [*secrets(life), MAILBOX.encode()]) == [], file
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, f"{file} can be read by others"
    said, repeated = "\n".join(life.said), "\n".join(life.repeated)
    assert hits(said.encode(), secrets(life)) == []
    assert hits(repeated.encode(), [PLANTED["the password"].encode()]) == []
    logged = "\n".join(LOG_LINE.findall(said + repeated))
    assert "DEBUG" in logged
    assert hits(logged.encode(), [*secrets(life), MAILBOX.encode()]) == []


# --- the search itself ------------------------------------------------------------------------------------------------

SECRET = PLANTED["a subject"].encode()
HIDDEN_IN = {
    "plain": SECRET,
    "capitals": SECRET.upper(),
    "UTF-16": PLANTED["a subject"].encode("utf-16-le"),
    "UTF-16 of the other kind": PLANTED["a subject"].encode("utf-16-be"),
    "hex": SECRET.hex().encode(),
    "base64": b64encode(SECRET),
    "base64, one byte on": b64encode(b"x" + SECRET + b"yz"),
    "base64, two bytes on": b64encode(b"xy" + SECRET),
    "gzip": gzip.compress(SECRET * 3),
    "zlib": zlib.compress(SECRET),
    "zstd": zstandard.compress(SECRET),
    "base64 in zstd": zstandard.compress(b"<" + b64encode(SECRET) + b">"),
    "escapes": PLANTED["a subject"].encode("unicode_escape"),
}


@pytest.mark.parametrize("way", HIDDEN_IN)
def test_the_search_finds_what_is_hidden(way: str) -> None:
    data = bytes(range(256)) * 3 + HIDDEN_IN[way] + bytes(range(256))
    assert hits(data, [b"something else", SECRET]) == [SECRET]


def test_the_search_finds_nothing_where_nothing_is() -> None:
    assert hits(bytes(range(256)) * 100, [secret.encode() for secret in PLANTED.values()]) == []


def test_the_planted_words_do_arrive(life: Life) -> None:
    """What is looked for is really there: a command that is asked for it shows it."""
    life.add(PLANTED["the password"], code=0)
    life.do("sync")
    shown = life.do("emails", "show", "1", "--json").stdout
    for name in ("a subject", "words of a body", "the sender", "the name of the sender", "the name of a file"):
        assert PLANTED[name] in shown, name
    assert hits(mail(1), [PLANTED["the bytes of a file"].encode()])
