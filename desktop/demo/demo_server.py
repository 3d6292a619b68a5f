"""The demo's mail servers on loopback: one for most mailboxes, one at the end of a slow line. Neither can send."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Self

from desktop.demo.composing import DemoMail
from desktop.demo.fault_actions import slow_line
from desktop.demo.faults import Fault, on
from desktop.demo.mailstore import Account
from desktop.demo.office import DAYS, DemoMailbox, DemoOffice
from desktop.demo.server import ImapServer
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Mailbox, MailboxState, Security, ServerSettings

HOST = "localhost"
"""As people read it; it must be this computer, or the password would not be sent unencrypted."""

SLOW_BYTES_PER_S = 160_000
SLOW_REPLY_S = 1.0
SLOW_ANSWER_S = 0.3
"""The slow mailbox: its line, the longest that one mail takes, and what passes before each answer."""

OTHER_FOLDERS = ("Archive", "Drafts", "Junk", "Sent", "Trash")


class DemoServer:
    """Serves an office's mailboxes from :meth:`start` to :meth:`stop`. With *at_full_speed*, none is slow."""

    def __init__(self, office: DemoOffice, *, at_full_speed: bool = False) -> None:
        self._office = office
        self._lock = threading.Lock()
        self._is_changed = False
        self._servers: dict[str, ImapServer] = {}
        self._accounts: dict[str, Account] = {}
        quick, slow = ImapServer(), ImapServer()
        if not at_full_speed:
            slow.faults.add(Fault(on("UID FETCH"), slow_line(SLOW_BYTES_PER_S, longest_s=SLOW_REPLY_S), times=None))
        for one in office.mailboxes:
            server = self._servers[one.address] = slow if one.is_slow else quick
            self._accounts[one.address] = _account(server, one, at_full_speed=at_full_speed)
        for mail in office.mails:
            self.deliver(mail)

    def start(self) -> None:
        """Listen; from here on :meth:`mailboxes` may be asked."""
        for server in dict.fromkeys(self._servers.values()):
            server.start()

    def stop(self) -> None:
        """Close the ports and every connection; a second time does nothing."""
        for server in dict.fromkeys(self._servers.values()):
            server.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def mailboxes(self) -> tuple[Mailbox, ...]:
        """Return the mailboxes as they are connected; no server for sending is among their settings."""
        return tuple(self._mailboxes())

    def deliver(self, mail: DemoMail) -> None:
        """Put a mail into its mailbox; may be called from any thread."""
        self._accounts[mail.mailbox].deliver(mail.raw, internal_date=mail.received_at, exact=True)

    def change_passwords(self) -> None:
        """Do what happened at the provider: the new passwords count, and the mail that was held lies there.

        To be called when the mailboxes have been synced once, so that their history is here. A second time does
        nothing. Whoever is signed in stays so; the next sign-in with the old password is refused.
        """
        with self._lock:
            if self._is_changed:
                return
            self._is_changed = True
        for one in self._office.mailboxes:
            if one.new_password is not None:
                self._accounts[one.address].password = one.new_password.reveal()
        for mail in self._office.held:
            self.deliver(mail)

    def _mailboxes(self) -> Iterator[Mailbox]:
        now = self._office.now
        for one in self._office.mailboxes:
            yield Mailbox(
                id=MailboxId(0),
                address=one.address,
                provider="imap",
                imap=ServerSettings(HOST, self._servers[one.address].port, Security.NONE, one.address),
                smtp=None,
                folders=("INBOX",),
                direction=one.direction,
                frequency=one.frequency,
                since_days=DAYS,
                synced_from=now.replace(microsecond=0) - timedelta(days=DAYS),
                state=MailboxState.ACTIVE,
                created_at=now,
            )


def _account(server: ImapServer, mailbox: DemoMailbox, *, at_full_speed: bool) -> Account:
    account = server.add_account(mailbox.address, mailbox.password.reveal())
    account.delay_s = SLOW_ANSWER_S if mailbox.is_slow and not at_full_speed else 0.0
    for name in OTHER_FOLDERS:
        account.create_folder(name)
    return account
