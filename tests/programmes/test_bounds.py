"""Mail without measure, through the whole program before a real Dovecot: bounded in time and memory, and kept.

Synced, listed, shown and made ready for the window; what the parser alone does with more of its kind is in
tests/unit/parsing/test_hostile.py.
"""

import io
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.ids import EmailId
from desktop.parsing.pool import ParserPool
from desktop.store.opening import open_store
from desktop.ui.preview.letter import read_letter
from tests.e2e import postroom as driven
from tests.e2e.postroom import Postroom, Result
from tests.e2e.steps import connect, emails, is_complete, is_sound, peek
from tests.helpers.dovecot import Dovecot, User
from tests.helpers.large import encoded, file, head, multipart, text
from tests.unit.parsing import hostile
from tools.deep_runs import Say

pytestmark = [pytest.mark.server, pytest.mark.timeout(900)]

SLOWEST_S = 5
"""To show any of them, by the command line or in the window."""

MEASURE = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[2:])
open(sys.argv[1], "w").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024))
sys.exit(code)
"""


def zip_bomb(megabytes: int) -> bytes:
    """A mail with an archive that unpacks to a thousand times its size."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("nothing", "w") as inside:
        for _ in range(megabytes):
            inside.write(b"\0" * (1 << 20))
    attached = file(packed.getvalue(), "bomb.zip", "application/zip")
    return head("bomb", mime=multipart(text("See the archive."), attached))


@dataclass(frozen=True, slots=True)
class Load:
    """Mails by name, and what syncing them all may take: the time, and the largest process."""

    mails: dict[str, Callable[[], bytes]]
    seconds: int
    megabytes: int


SOME = Load(
    {
        **{
            name: hostile.ALL[name]
            for name in (
                "100,000 recipients",
                "50,000 headers",
                "multiparts 5,000 deep",
                "messages in base64 in one another",
            )
        },
        "2,000 parts": lambda: hostile.multipart(b"Content-Type: text/html\n\n<b>part</b>", 2000),
        "zip bomb": lambda: zip_bomb(50),
    },
    seconds=40,
    megabytes=320,
)
MORE = Load(
    {
        **{
            name: hostile.ALL[name]
            for name in (
                "100,000 recipients with names",
                "16,000,000 headers",
                "messages 100,000 deep",
                "100,000 empty parts",
                "900 alternatives",
                "50 MB line",
                "50 MB without a header",
                "50 MB of CR",
                "50 MB of base64",
            )
        },
        "zip bomb": lambda: zip_bomb(2000),
    },
    seconds=400,
    megabytes=700,
)


@pytest.fixture
def connected(dovecot: Dovecot, tmp_path: Path) -> tuple[Postroom, User]:
    """An empty mailbox."""
    postroom, user = driven.new_postroom(tmp_path, dovecot.ca_file), dovecot.new_user()
    connect(postroom, dovecot, user)
    return postroom, user


@contextmanager
def unhurried(seconds: int) -> Iterator[None]:
    """Let a command take so long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(driven, "LIMIT_S", float(seconds))
        yield


def measured(postroom: Postroom, seconds: int, *words: str) -> tuple[Result, int]:
    """Run a command; returns what came of it and how many MB its largest process had."""
    told = postroom.output / "megabytes"
    with unhurried(seconds):
        result = postroom.run(*words, "--json", prefix=[sys.executable, "-c", MEASURE, str(told)])
    return result, int(told.read_text())


def each_is_shown(postroom: Postroom) -> None:
    """Every mail that is here is shown by the command line and made ready for the window, in time."""
    store = open_store(postroom.profile, postroom.key, writing=False)
    try:
        with ParserPool(1) as pool:
            for one in emails(postroom):
                begun = time.monotonic()
                document: dict[str, Any] = postroom.ask("emails", "show", str(one["id"]))
                with store.read() as read:
                    letter = read_letter(read, EmailId(one["id"]))
                assert letter is not None
                assert document["subject"] == letter.row.subject
                if letter.detail.whole and letter.detail.details.get("has_html"):
                    assert pool.read_view(letter.raw) is not None
                assert time.monotonic() - begun < SLOWEST_S, one
    finally:
        store.close()


@pytest.mark.parametrize("load", [SOME, pytest.param(MORE, marks=pytest.mark.deep)], ids=["some", "more"])
def test_mail_without_measure(connected: tuple[Postroom, User], dovecot: Dovecot, load: Load, figure: Say) -> None:
    postroom, user = connected
    for name, made in load.mails.items():
        dovecot.deliver(user, f"X-Name: {name}\n".encode() + made())
    dovecot.deliver(user, head("plain", mime=b"\r\nWhat came after them.\r\n"))
    result, megabytes = measured(postroom, load.seconds, "sync")
    assert result.code == 0, result
    assert megabytes < load.megabytes
    verdicts = peek(postroom, "SELECT code FROM ledger WHERE email_id IS NOT NULL")
    assert len(verdicts) == len(load.mails) + 1
    assert len(emails(postroom)) == len(verdicts)
    each_is_shown(postroom)
    is_sound(postroom)
    is_complete(postroom)
    figure("bounds: mails without measure", len(load.mails))


GIGABYTE = 1 << 30
LINES = 1 << 16


def write_large(maildir: Path, size: int) -> None:
    """A mail with a file of *size* bytes, written into a Maildir piece by piece."""
    piece = encoded(bytes(range(57)) * LINES) + b"\r\n"
    target = maildir / "new" / "1.large.host"
    with target.open("wb") as mail:
        mail.write(
            head("gigabyte") + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n' + text("Here it is.")
        )
        mail.write(b'\r\n--b\r\nContent-Type: application/x-raw; name="big"\r\n')
        mail.write(b"Content-Disposition: attachment; filename=big\r\nContent-Transfer-Encoding: base64\r\n\r\n")
        for _ in range(size // (57 * LINES)):
            mail.write(piece)
        mail.write(b"--b--\r\n")


@pytest.mark.deep
def test_a_file_of_a_gigabyte(connected: tuple[Postroom, User], dovecot: Dovecot, figure: Say) -> None:
    """The text is here and shown at once; the file follows in pieces when it is asked for, and memory stays small."""
    postroom, user = connected
    dovecot.deliver(user, head("plain", mime=b"\r\nBefore it.\r\n"))
    write_large(dovecot.maildir(user), GIGABYTE)
    begun = time.monotonic()
    result, megabytes = measured(postroom, 120, "sync", "--no-attachments")
    assert result.code == 0, result
    assert len(emails(postroom)) == 2
    each_is_shown(postroom)
    (large,) = [one for one in emails(postroom) if one["subject"] == "gigabyte"]
    figure("bounds: MB in memory for the text of a mail of 1.4 GB", megabytes)
    figure("bounds: seconds until that text is here", round(time.monotonic() - begun))
    result, more = measured(postroom, 800, "emails", "attachments", str(large["id"]), "--all")
    assert result.code == 0, result
    assert max(megabytes, more) < 320
    assert result.json["complete"], result
    figure("bounds: MB in memory for its file of 1 GB", more)
    is_sound(postroom)
