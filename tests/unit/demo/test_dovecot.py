"""The private Dovecot: quick, its own, and changed behind the client's back as asked."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from tests.helpers import fixtures
from tests.helpers.dovecot import Dovecot, DovecotError, User
from tests.helpers.mailboxes import on_dovecot

pytestmark = pytest.mark.server

MAIL = b"Subject: x\n\nHello\n"


def login(server: Dovecot, user: User) -> Any:
    """A client that has logged in."""
    client: Any = IMAPClient(server.host, server.port, ssl=False, timeout=10)
    try:
        client.login(user.name, user.password)
    except LoginError:
        client.shutdown()
        raise
    return client


def test_starts_and_stops_quickly_and_leaves_nothing() -> None:
    start = time.monotonic()
    server = Dovecot.start()
    took = time.monotonic() - start
    assert server.directory.exists()
    server.stop()
    server.stop()
    assert not server.directory.exists()
    assert took < 10  # a tenth of a second on a quiet machine


def test_settings_may_be_overridden() -> None:
    with Dovecot.start(imap_capability="IMAP4rev1 ID") as server:
        client = login(server, server.new_user())
        assert client.capabilities() == (b"IMAP4REV1", b"ID")
        client.logout()


def test_a_wrong_setting_says_so() -> None:
    with pytest.raises(DovecotError, match="no_such_setting"):
        Dovecot.start(no_such_setting="1")


def test_lives_in_the_directory_it_is_given(tmp_path: Path) -> None:
    with Dovecot.start(tmp_path / "d") as server:
        assert server.directory == tmp_path / "d"
        server.deliver(server.new_user("anna"), MAIL)
        assert (tmp_path / "d" / "mail" / "anna" / "Maildir" / "new").is_dir()
        assert server.uids("anna") == [1]


def test_the_certificate_is_good_on_both_ports(dovecot: Dovecot) -> None:
    server = on_dovecot(dovecot)
    implicit = server.connect(tls=True)
    implicit.login(server.user, server.password)
    implicit.logout()
    client = server.connect()
    client.starttls(server.client_context)
    client.logout()


def test_another_password_holds_at_once(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    login(dovecot, user).logout()
    changed = dovecot.set_password(user, "other-4711")
    with pytest.raises(LoginError):
        login(dovecot, user)
    login(dovecot, changed).logout()


def test_users_are_apart(dovecot: Dovecot) -> None:
    one, other = dovecot.new_user(), dovecot.new_user()
    assert one != other
    dovecot.deliver(one, MAIL)
    assert (dovecot.uids(one), dovecot.uids(other)) == ([1], [])


def test_kicking_ends_the_session(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    client = login(dovecot, user)
    client.select_folder("INBOX", readonly=True)
    client.idle()
    dovecot.kick(user)
    assert client.idle_check(timeout=20)[0][0] == b"BYE"
    client.shutdown()


def test_uids_follow_the_order_of_delivery_and_dates_are_kept(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    dates = [datetime(2026, 1, 30 - number, 8, tzinfo=UTC) for number in range(20)]
    raws = [b"Subject: %d\r\n\r\n" % number for number in range(20)]
    assert dovecot.deliver_many(user, zip(raws, dates, strict=True)) == 20
    client = login(dovecot, user)
    client.normalise_times = False
    client.select_folder("INBOX", readonly=True)
    found = client.fetch(range(1, 21), ["INTERNALDATE", "BODY.PEEK[]"])
    assert [data[b"BODY[]"] for data in found.values()] == raws
    assert [data[b"INTERNALDATE"] for data in found.values()] == dates
    client.logout()


def test_many_mails_are_delivered_quickly(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    start = time.process_time()  # not the clock: the machine may be busy with other tests
    dovecot.deliver_many(user, ((MAIL, None) for _ in range(2_000)))
    assert time.process_time() - start < 2  # a tenth of that on a quiet machine
    assert dovecot.uids(user) == list(range(1, 2_001))


@pytest.mark.parametrize("folder", ["Archive", "Kunden/Müller & Co", "z. B. das", "日本語"])
def test_folders(dovecot: Dovecot, folder: str) -> None:
    user = dovecot.new_user()
    dovecot.create_folder(user, folder)
    dovecot.deliver(user, MAIL, folder)
    dovecot.copy(user, folder, 1, "INBOX")
    dovecot.move(user, folder, 1, "INBOX")
    assert (dovecot.uids(user), dovecot.uids(user, folder)) == ([1, 2], [])
    dovecot.rename_folder(user, folder, "Other")
    before = dovecot.uidvalidity(user, "Other")
    assert dovecot.reset_uidvalidity(user, "Other") == dovecot.uidvalidity(user, "Other") == before + 1
    dovecot.delete_folder(user, "Other")
    with pytest.raises(DovecotError, match="Other"):
        dovecot.uids(user, "Other")
    with pytest.raises(DovecotError, match="no message with the UID 9"):
        dovecot.copy(user, "INBOX", 9, "INBOX")


def test_expunging_and_flags(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    for _ in range(3):
        dovecot.deliver(user, MAIL)
    dovecot.expunge(user, "INBOX")
    assert dovecot.uids(user) == [1, 2, 3]
    dovecot.expunge(user, "INBOX", 1, 3)
    dovecot.set_flags(user, "INBOX", 2, "\\Seen", "\\Flagged")
    assert {uid: flags - {"\\Recent"} for uid, flags in dovecot.flags(user).items()} == {2: {"\\Seen", "\\Flagged"}}


def test_reading_leaves_no_flag(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    dovecot.deliver(user, MAIL)
    client = login(dovecot, user)
    client.select_folder("INBOX", readonly=True)
    client.fetch([1], ["BODY.PEEK[]"])
    client.logout()
    assert "\\Seen" not in dovecot.flags(user)[1]


@pytest.mark.parametrize(("ci", "outcome"), [("1", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_without_dovecot(monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type[BaseException]) -> None:
    """In CI a missing server is a failure; elsewhere the tests that need it are skipped, with a sentence."""
    monkeypatch.setattr(fixtures, "missing_reason", lambda: "Dovecot is not installed here: apt install dovecot-imapd")
    monkeypatch.setitem(os.environ, "CI", ci)
    with pytest.raises(outcome, match="apt install dovecot-imapd"):
        fixtures.require_dovecot()
