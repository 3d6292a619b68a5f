"""Testing, connecting, changing and disconnecting mailboxes: one flow for the window's dialogs and the command line.

Everything here talks to servers, the keyring or the disk: in the window it runs in the background. A test is ended
from another thread by tripping its breaker; it raises Stopped then, and nothing was saved.
"""

import uuid
from collections.abc import Sequence
from dataclasses import replace

from desktop.domain.changes import ChangeSet
from desktop.domain.errors import CommandRefused, Misbehaving
from desktop.domain.mailbox import Mailbox, ServerSettings
from desktop.domain.mailbox_review import ReviewCause
from desktop.domain.probing import ARRIVE, FoundServers, OnStep, ProbeReport
from desktop.domain.reasons import ReasonCode
from desktop.domain.source import RemoteFolder
from desktop.providers.catalogue import GENERIC, SignIn, by_imap_host
from desktop.providers.channel import Breaker
from desktop.providers.connect import open_source
from desktop.providers.probe import SMTP, Probing, Reach, look_for, probe, send_test
from desktop.security.keysource import open_vault
from desktop.security.secrets import Secret
from desktop.security.token_slots import TokenSlots
from desktop.services.mailbox_review import ask_for_review
from desktop.services.mailboxes import add_mailbox, change_mailbox, disconnect_mailbox, find_mailbox, password_name
from desktop.workspace.signing_in import Ending, end_grant
from desktop.workspace.workspace import Workspace

ARRIVES_WITHIN_S = 20.0
"""How long the test message is looked for; local servers take a moment, the large providers a few seconds."""


def find_servers(address: str) -> FoundServers:
    """Return the servers for *address*, by the provider's name or the domain's own records.

    Raises Misconfigured, with the field, when there is nothing to be found. A wait of some seconds is possible.
    """
    from desktop.providers.autodetect import detect  # here, because it loads a name service that few starts need

    found = detect(address)
    row = found.provider
    browser = row.sign_in is SignIn.BROWSER
    return FoundServers(
        row.key, row.name, found.imap, found.smtp, found.how, row.help, browser, found.confirm, row.oauth
    )


def provider_at(imap: ServerSettings) -> str:
    """Return the key of the provider whose server this is, else that of any other server."""
    return (by_imap_host(imap.host, imap.user) or GENERIC).key


def probe_mailbox(
    workspace: Workspace,
    mailbox: Mailbox,
    password: Secret,
    *,
    send: bool = False,
    breaker: Breaker | None = None,
    on_step: OnStep | None = None,
) -> ProbeReport:
    """Test *mailbox* as it is given, stored or not: log in, list, open the chosen folders, read; log in for sending.

    With *send*, and when all that went well, one message is sent to the mailbox itself and looked for; it is known as
    ours when it is synced later. What fails is in the report, each error with its field; nothing is saved.
    """
    reach = Reach(workspace.timeouts, workspace.ca_file, breaker or Breaker())
    probing = Probing(on_step)
    report = probe(mailbox.imap, mailbox.smtp, password, mailbox.folders, reach=reach, probing=probing)
    if send and report.ok:
        _send_to_itself(workspace, mailbox, password, reach, probing)
    return report


def folders_of(
    workspace: Workspace, imap: ServerSettings, password: Secret, *, breaker: Breaker | None = None
) -> Sequence[RemoteFolder]:
    """Return the folders the server has for this account; raises SourceError kinds, with the field."""
    with open_source(imap, password, timeouts=workspace.timeouts, ca_file=workspace.ca_file, breaker=breaker) as source:
        return source.folders()


def connect_mailbox(workspace: Workspace, mailbox: Mailbox, password: Secret) -> tuple[Mailbox, ChangeSet]:
    """Store a new mailbox and its password, both or neither; returns it as stored, with its id.

    A disconnected mailbox of the same address goes on where it left off. Raises CommandRefused when it is connected.
    """
    with workspace.store.write() as uow:
        mailbox_id, change = add_mailbox(uow, mailbox, workspace.clock)
        open_vault(workspace.unlocked, uow.secrets).store(password_name(mailbox_id), password)
        return find_mailbox(uow, mailbox.address), change


def needs_test(held: Mailbox, changed: Mailbox) -> bool:
    """Tell whether what was *changed* concerns the connection, so that it is tested before it is saved."""
    return (changed.imap, changed.smtp, changed.folders) != (held.imap, held.smtp, held.folders)


def change_connection(
    workspace: Workspace, changed: Mailbox, password: Secret | None = None
) -> tuple[Mailbox, ChangeSet]:
    """Store changed settings, and the password if a new one is given, both or neither: that makes its review due."""
    with workspace.store.write() as uow:
        change = change_mailbox(uow, changed, workspace.clock)
        if password is not None:
            open_vault(workspace.unlocked, uow.secrets).store(password_name(changed.id), password)
            ask_for_review(uow, changed.id, ReviewCause.SIGN_IN, workspace.clock)
        return find_mailbox(uow, changed.address), change


def disconnect(workspace: Workspace, mailbox: Mailbox, breaker: Breaker | None = None) -> tuple[Mailbox, ChangeSet]:
    """Stop syncing *mailbox*, have its grant ended at its provider where that can be done, and forget its secrets.

    Its mail stays. A provider that cannot be reached keeps nobody from disconnecting: the words say so.
    """
    ending = end_grant(workspace, mailbox, breaker or Breaker()) if mailbox.oauth is not None else None
    with workspace.store.write() as uow:
        change = disconnect_mailbox(uow, mailbox, workspace.clock)
        stored = find_mailbox(uow, mailbox.address)
    vault = workspace.vault
    vault.forget(password_name(mailbox.id))
    TokenSlots(vault, mailbox.id, workspace.ahead).forget()
    words = "its password is forgotten" if ending is None else _ENDINGS[ending]
    return stored, replace(change, words=f"{change.words}. Its mail stays; {words}")


_ENDINGS = {
    Ending.ENDED: "its sign-in is ended at the provider and deleted here",
    Ending.NO_WAY: "its sign-in is deleted here; the provider lets you end it on your account's own page only",
    Ending.SHARED: "its sign-in is deleted here; at the provider it stays for another mailbox of the same account",
    Ending.FAILED: "its sign-in is deleted here; the provider could not be told: end it on your account's page there",
    Ending.NOTHING: "it had no sign-in any more",
}


def _send_to_itself(workspace: Workspace, mailbox: Mailbox, password: Secret, reach: Reach, probing: Probing) -> None:
    smtp, message_id = _smtp_of(mailbox), f"<postroom-test-{uuid.uuid4().hex}@{mailbox.address.rpartition('@')[2]}>"
    with workspace.store.write() as uow:
        uow.mailboxes.note_own_message(message_id, workspace.clock.now())

    def send() -> None:
        shown = mailbox.details
        send_test(
            smtp,
            password,
            mailbox.address,
            message_id,
            reach=reach,
            display_name=shown.display_name,
            reply_to=shown.reply_to,
        )

    def arrive() -> None:
        with open_source(
            mailbox.imap, password, timeouts=reach.timeouts, ca_file=reach.ca_file, breaker=reach.breaker
        ) as source:
            if not look_for(source, mailbox.folders[0], message_id, reach.breaker, wait_s=ARRIVES_WITHIN_S):
                raise _not_arrived(mailbox.address)

    if probing.run("send", SMTP, "Send a message to itself", send):
        probing.run(ARRIVE, SMTP, "See it arrive", arrive)


def _smtp_of(mailbox: Mailbox) -> ServerSettings:
    if mailbox.smtp is None:
        raise CommandRefused(
            ReasonCode.SETTINGS_INVALID,
            f"No server for sending is set for {mailbox.address}.",
            action="Set one in the mailbox's settings, or with 'postroom mailboxes set ADDRESS --smtp HOST[:PORT]'.",
        )
    return mailbox.smtp


def _not_arrived(address: str) -> Misbehaving:
    return Misbehaving(
        ReasonCode.SENDING_FAILED,
        f"The test message was accepted but has not arrived within {ARRIVES_WITHIN_S:.0f} seconds.",
        meaning="Sending may work and be slow, or the message went to another folder, such as Junk.",
        action=f"Look for the subject 'Postroom connection test' in {address}, or test again.",
    )
