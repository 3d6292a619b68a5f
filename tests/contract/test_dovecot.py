"""What only a real server shows: limits, kicks, bare capabilities, and a cable that is cut in the middle of TLS."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.errors import Misbehaving, SourceError, Transient
from desktop.domain.mail import RawMail
from desktop.domain.mailbox import Security, ServerSettings
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.providers.channel import Timeouts
from desktop.providers.connect import open_source
from desktop.providers.imap.source import ImapSource
from tests.contract.conftest import mail
from tests.contract.helpers import Password, take_all
from tests.helpers.dovecot import Dovecot, User
from tests.helpers.fixtures import require_dovecot
from tests.helpers.proxy import FaultProxy, Plan
from tests.helpers.tls import TlsAuthority

pytestmark = pytest.mark.server

PATIENT = Timeouts(connect_s=10, silence_s=10)


def settings_for(server: Dovecot, user: User, security: Security = Security.TLS) -> ServerSettings:
    port = server.tls_port if security is Security.TLS else server.port
    return ServerSettings("localhost", port, security, user.name)


def enter(server: Dovecot, user: User, security: Security = Security.TLS) -> ImapSource:
    return open_source(
        settings_for(server, user, security), Password(user.password), timeouts=PATIENT, ca_file=server.ca_file
    )


@pytest.mark.parametrize("password", ["pässwörd", '"quo\\te"', "  sp ace  ", "密码", "a{5}"])
def test_odd_passwords(dovecot: Dovecot, password: str) -> None:
    enter(dovecot, dovecot.new_user(password=password)).close()


def test_expunged_behind_an_open_session(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    dovecot.deliver_many(user, [(mail(number), None) for number in range(1, 6)])
    with enter(dovecot, user) as source:
        source.open_folder("INBOX")
        described = source.describe(source.list_refs())
        dovecot.expunge(user, "INBOX", 2, 4)
        got = {int(raw.ref): raw.content for raw in source.fetch(described)}
        assert {1, 3, 5} <= set(got) <= {1, 2, 3, 4, 5}
        assert all(content == mail(uid) for uid, content in got.items())
        source.open_folder("INBOX")
        assert [int(raw.ref) for raw in source.fetch(described)] == [1, 3, 5]


def test_thrown_out(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    with enter(dovecot, user) as source:
        source.open_folder("INBOX")
        dovecot.kick(user)
        with pytest.raises(Transient) as caught:
            open_again_and_again(source)
        assert not isinstance(caught.value, Misbehaving)


def open_again_and_again(source: ImapSource) -> None:
    """Keep asking: a kick reaches the session a moment after it was ordered."""
    for _ in range(100_000):
        source.open_folder("INBOX")


@pytest.fixture(scope="module")
def bare(tls_authority: TlsAuthority) -> Iterator[Dovecot]:
    """A Dovecot that offers nothing beyond RFC 3501, and one connection per user."""
    require_dovecot()
    with Dovecot.start(authority=tls_authority, imap_capability="IMAP4rev1", mail_max_userip_connections=1) as server:
        yield server


def test_nothing_beyond_rfc_3501(bare: Dovecot) -> None:
    user = bare.new_user()
    bare.deliver_many(user, [(mail(number), None) for number in range(1, 4)])
    bare.create_folder(user, "Größe")
    with enter(bare, user, Security.STARTTLS) as source:
        assert {folder.name for folder in source.folders()} == {"INBOX", "Größe"}
        assert source.open_folder("INBOX").exists == 3
        assert str(source.list_refs(first=2)) == "2:3"
        got = {int(raw.ref): raw.content for raw in source.fetch(source.describe(RefSet.of([1, 3])))}
    assert got == {1: mail(1), 3: mail(3)}


def test_one_connection_too_many(bare: Dovecot) -> None:
    user = bare.new_user()
    with enter(bare, user):
        with pytest.raises(Transient) as caught:
            enter(bare, user)
        assert caught.value.code is ReasonCode.ACCOUNT_THROTTLED
    enter(bare, user).close()


@pytest.mark.parametrize("rst", [False, True], ids=["FIN", "RST"])
def test_cut_in_the_middle_of_tls(dovecot: Dovecot, rst: bool) -> None:
    user = dovecot.new_user()
    truth = {number: mail(number) + b"x" * 3000 + b"\r\n" for number in range(1, 6)}
    dovecot.deliver_many(user, [(raw, None) for raw in truth.values()])
    with FaultProxy(dovecot.tls_port) as proxy:
        settings = replace(settings_for(dovecot, user), port=proxy.port)
        mails, error = visit(settings, user, dovecot.ca_file)
        assert error is None
        assert mails == truth
        for cut_at in range(500, sum(map(len, truth.values())), 997):
            proxy.plan = Plan(cut_at=cut_at, rst=rst)
            mails, error = visit(settings, user, dovecot.ca_file)
            assert all(truth[uid] == content for uid, content in mails.items()), f"a cut mail after {cut_at} bytes"
            assert isinstance(error, Transient) or mails == truth


def visit(settings: ServerSettings, user: User, ca_file: Path) -> tuple[dict[int, bytes], SourceError | None]:
    """Everything handed over in one visit, and the error it ended with."""
    mails: list[RawMail] = []
    failure = None
    try:
        with open_source(settings, Password(user.password), timeouts=PATIENT, ca_file=ca_file) as source:
            take_all(source, mails)
    except SourceError as error:
        failure = error
    return {int(mail.ref): mail.content for mail in mails}, failure
