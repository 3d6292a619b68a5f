"""Mail that other projects test their readers with: fetched as Debian source packages when asked for, not kept here."""

import mailbox
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

APT = Path("/etc/apt")

PACKAGES = {
    "notmuch": r"/test/corpora/(?!crypto/.*\.asc).*[^/]$",
    "rspamd": r"/test/functional/messages/.*\.eml$",
    "python3.11": r"/Lib/test/test_email/data/msg_\d+\.txt$",
    "gmime": r"/tests/data/(mbox/input|partial/input|pgp|smime|mime-part|encodings)/.*[^/]$",
    "public-inbox": r"/t/.*\.eml$",
}
"""Which files of a package's source are mail, or boxes of mail."""

KIND = re.compile(r"^(Types: *|)deb\b(?!-src)", re.MULTILINE)
"""Where a list of sources says that it is about programs."""

HEADER = re.compile(rb"\A(?:From [^\n]*\n)?[!-9;-~]+[ \t]*:")


@dataclass(frozen=True, slots=True)
class Found:
    """A message of another project, and where it was."""

    name: str
    content: bytes


def missing_reason() -> str | None:
    """A sentence when this machine cannot fetch them, else None."""
    return None if shutil.which("apt-get") else "there is no apt-get here to fetch the corpora with"


def fetch(folder: Path) -> list[Found]:
    """Fetch the packages into *folder* and return their messages; one that cannot be had is left out."""
    sources, lists = folder / "sources", folder / "lists"
    sources.mkdir()
    (lists / "partial").mkdir(parents=True)
    for file in (APT / "sources.list", *(APT / "sources.list.d").glob("*")):
        if file.suffix in {".list", ".sources"} and file.is_file():
            (sources / file.name).write_text(KIND.sub(r"\1deb-src", file.read_text()))
    options = ["-qq", "-o", "Dir::Etc::sourcelist=-", "-o", f"Dir::Etc::sourceparts={sources}"]
    options += ["-o", f"Dir::State::lists={lists}", "-o", "APT::Sandbox::User=root"]
    subprocess.run(["apt-get", *options, "update"], check=False, capture_output=True, timeout=300)
    found = []
    for package, pattern in PACKAGES.items():
        order = ["apt-get", *options, "source", "--download-only", package]
        subprocess.run(order, check=False, cwd=folder, capture_output=True, timeout=300)
        for archive in sorted(folder.glob(f"{package}_*.orig.tar.*")):
            found += list(messages(archive, package, re.compile(pattern)))
    return found


def messages(archive: Path, package: str, pattern: re.Pattern[str]) -> Iterator[Found]:
    """The messages in an archive; a box of mail is taken apart."""
    with tarfile.open(archive) as opened:
        for member in opened:
            if not member.isfile() or not pattern.search(member.name) or member.size > 5 << 20:
                continue
            file = opened.extractfile(member)
            assert file is not None
            content = file.read()
            name = f"{package}:{member.name.partition('/')[2]}"
            if content.count(b"\nFrom ") and content.startswith(b"From "):
                yield from (Found(f"{name}#{at}", one) for at, one in enumerate(taken_apart(content)))
            elif HEADER.match(content):
                yield Found(name, content)


def taken_apart(box: bytes) -> list[bytes]:
    """The messages of an mbox file."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(box)
        file.flush()
        opened = mailbox.mbox(file.name)
        try:
            return [opened.get_bytes(key) for key in opened.keys()]  # noqa: SIM118 - a mailbox yields its messages
        finally:
            opened.close()
