"""What a person is told of a server with habits of its own: on the card, in the log with its button, in the shell."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.cli.log_entries import entry_lines
from desktop.views.dashboard.words import verdict
from desktop.views.sync_log.fixes import fix_text
from desktop.views.sync_log.model import of_activity
from tests.contract.helpers import visit
from tests.contract.scripted import Dialogue, serving
from tests.contract.syncing import Profile, profile

LOGGED_IN = b"TAG OK [CAPABILITY IMAP4rev1 ESEARCH] welcome\r\n"
OPENED = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 10] ok\r\nTAG OK [READ-ONLY] done\r\n"


@dataclass(frozen=True, slots=True)
class Odd:
    """A habit: what the server says to EXAMINE, and what somebody is told. ``passes`` is how often it is tried."""

    says: bytes
    card: tuple[str, str]
    """The card's word, and words of its note or step."""
    line: str
    sentences: tuple[str, ...]
    """Words of the entry that is opened: of what it means and of what to do."""
    button: str
    passes: int = 1


HABITS = {
    "an alert": Odd(
        b"* OK [ALERT] We move on Friday.\r\n" + OPENED,
        ("Healthy", "The newest email on the server is the newest one in Postroom."),
        'The server of office@example.test says: "We move on Friday."',
        ("It wants a person to read this.", "Do as it says, if it concerns you."),
        "Try again",
    ),
    "a mailbox that is nearly full": Odd(
        b"* NO [OVERQUOTA] 102 % used\r\n" + OPENED,
        ("Healthy", "The newest email on the server is the newest one in Postroom."),
        'The server of office@example.test says: "102 % used"',
        ("A mailbox that is full refuses new mail.", "Make room in it, or ask the provider for more."),
        "Try again",
    ),
    "a full mailbox": Odd(
        b"TAG NO [OVERQUOTA] full\r\n",
        ("Needs attention", "The mailbox is full, says 127.0.0.1."),
        "The mailbox is full, says 127.0.0.1.",
        ("It may refuse new mail until there is room.", "Make room in it"),
        "Try again",
    ),
    "not available": Odd(
        b"TAG NO [UNAVAILABLE] backend down, try again in 5 minutes\r\n",
        ("Needs attention", "Next try in 5 min"),
        "127.0.0.1 has a fault of its own just now.",
        ('The server says: "backend down, try again in 5 minutes"', "It is tried again by itself."),
        "Try again",
    ),
    "asked to slow down": Odd(
        b"TAG NO [LIMIT] Suggested Backoff Time: 600000 milliseconds\r\n",
        ("Needs attention", "Next try in 10 min"),
        "127.0.0.1 asks us to slow down.",
        ("Suggested Backoff Time", "It goes on by itself later"),
        "Change frequency of office@",
    ),
    "listed and not opened": Odd(
        b"TAG NO [NOPERM] not you\r\n",
        ("Needs attention", 'The folder "INBOX" is skipped: the server has refused to open it 3 times.'),
        "The folder INBOX could not be opened 3 times in a row. It is skipped, and tried again in six hours.",
        ("It may show a folder that nobody can open.", "If it is gone, choose the folders of this mailbox again."),
        "Choose folders of office@",
        passes=4,
    ),
    "a folder without a number": Odd(
        b"* 3 EXISTS\r\nTAG OK [READ-ONLY] done\r\n",
        ("Needs attention", "127.0.0.1"),
        "127.0.0.1 gave an answer that cannot be right.",
        ("", "It is tried again by itself."),
        "Try again",
    ),
}


@pytest.mark.parametrize("name", list(HABITS))
def test_it_is_told_in_each_place(tmp_path: Path, name: str) -> None:
    odd = HABITS[name]
    dialogue = Dialogue(AUTHENTICATE=LOGGED_IN).set("EXAMINE", odd.says)
    with serving(dialogue) as server, profile(tmp_path / "profile", lambda: visit(server), "INBOX") as made:
        for _ in range(odd.passes):
            made.sync(well=False)
        word, note = card_of(made)
        assert (word, odd.card[1] in note) == (odd.card[0], True), note
        with made.store.read() as read:
            rows = read.activity.page()
            assert odd.line in {one.what for one in rows} | {one.happened for one in rows}, rows
            (row, *_) = [one for one in rows if odd.line in {one.happened, one.what}]
            shell = "\n".join(entry_lines(read.records.events(level="warning", limit=9)))
        for sentence in odd.sentences:
            assert sentence in f"{row.meaning} {row.action}"
            assert sentence in shell
        assert fix_text(of_activity(row, made.clock.now())) == odd.button
        assert odd.line in shell


def card_of(made: Profile) -> tuple[str, str]:
    """The card's word, and what stands under it."""
    now = made.clock.now() - timedelta(minutes=5)  # the clock of a profile goes on after each sync
    with made.store.read() as read:
        (card,) = read.dashboard.get(now=now, today=now).cards
    told = verdict(card, now)
    return told.word, f"{told.note} {told.step}"
