"""What disconnecting a mailbox means, as a person reads it: pure functions from what is known to sentences."""

from collections.abc import Iterator
from dataclasses import dataclass

from desktop.domain.dependents import Dependents
from desktop.domain.mailbox import Mailbox, OAuthProvider
from desktop.ui.words import counted, local_part, number

MOST_SENDERS = 3
"""So many replacements are offered for a test; people have a few mailboxes that send."""
MICROSOFT_PAGES = (
    ("Work or school account", "https://myapps.microsoft.com"),
    ("Personal account", "https://account.live.com/consent/Manage"),
)
NAMES = {OAuthProvider.GOOGLE: "Google", OAuthProvider.MICROSOFT: "Microsoft", OAuthProvider.CUSTOM: "the provider"}


@dataclass(frozen=True, slots=True)
class Act:
    """A button of a line: it opens *page*, tests the mailbox *tests*, or else copies the note for the team."""

    words: str
    icon: str
    page: str = ""
    tests: str = ""


@dataclass(frozen=True, slots=True)
class Consequence:
    """One thing that stays, goes or is to be done."""

    icon: str
    what: str
    more: str
    acts: tuple[Act, ...] = ()


def consequences(mailbox: Mailbox, depends: Dependents) -> tuple[Consequence, ...]:
    """Return what disconnecting *mailbox* means, in the order in which a person thinks of it."""
    return (
        *_mail(depends),
        *_sending(depends),
        _new_mail(),
        _sign_in(mailbox, depends),
        *_people(mailbox, depends),
    )


def _mail(depends: Dependents) -> Iterator[Consequence]:
    if depends.emails:
        stay = f"{counted(depends.emails, 'email')} {'stays' if depends.emails == 1 else 'stay'} here"
        more = "With their customers; they can be searched and read as before."
        if some := depends.customers_only_here:
            more += f" {counted(some, 'customer')} {'writes' if some == 1 else 'write'} to this mailbox only."
        yield Consequence("mail", stay, more)
    if depends.waiting:
        many = f"{number(depends.waiting)} of them {'waits' if depends.waiting == 1 else 'wait'} in Needs Review"
        yield Consequence("inbox", many, "They stay there until somebody files them.")
    if depends.failed:
        many = f"{counted(depends.failed, 'message')} could not be fetched or read"
        yield Consequence("triangle-alert", many, "What is missing of them comes only when it is connected again.")
    if some := depends.files_not_here:
        many = f"{counted(some, 'attachment')} {'is' if some == 1 else 'are'} at the provider only"
        yield Consequence(
            "paperclip", many, "They can be fetched when it is connected again; ask for them before if need be."
        )


def _sending(depends: Dependents) -> Iterator[Consequence]:
    if not depends.sends:
        return
    others = depends.other_senders[:MOST_SENDERS]
    if not others:
        yield Consequence("send", "Mail is not sent from it any more", "No other connected mailbox can send.")
        return
    names = ", ".join(local_part(one) for one in others)
    more = f"{names} can send instead. Test it first, before you tell the team."
    acts = tuple(Act(f"Test {local_part(one)} first…", "zap", tests=one) for one in others)
    yield Consequence("send", "Mail is not sent from it any more", more, acts)


def _new_mail() -> Consequence:
    return Consequence(
        "refresh-cw-off",
        "New mail waits at the provider",
        "Connected again, the sync goes on where it ended; history stays, nothing comes twice.",
    )


def _sign_in(mailbox: Mailbox, depends: Dependents) -> Consequence:
    if mailbox.oauth is None:
        return Consequence("key-round", "Its password is forgotten", "Connecting again asks for it.")
    who = f" of {depends.signed_in_as}" if depends.signed_in_as else ""
    if mailbox.oauth is OAuthProvider.MICROSOFT:
        return Consequence(
            "key-round",
            f"The sign-in{who} is deleted here",
            "Microsoft offers programs no way to end the permission itself. You can, on your account's page.",
            tuple(Act(words, "external-link", page=page) for words, page in MICROSOFT_PAGES),
        )
    return Consequence(
        "key-round",
        f"The sign-in{who} is deleted here and ended at {NAMES[mailbox.oauth]}",
        "Unless another mailbox here needs the same one. Connecting again asks for permission in the browser.",
    )


def _people(mailbox: Mailbox, depends: Dependents) -> Iterator[Consequence]:
    note = (Act("Copy a note for the team", "copy"),)
    if not depends.people:
        more = "Nobody is named as owner or recovery contact. The note says what stops and what stays."
        yield Consequence("users", "Tell the team", more, note)
        return
    who = " and ".join(depends.people)
    named = "Owner and recovery contact" if len(depends.people) > 1 else "Named in the details"
    yield Consequence("users", f"Tell {who}", f"{named} of {local_part(mailbox.address)}.", note)
