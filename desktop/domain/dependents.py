"""What depends on a mailbox: told before it is disconnected."""

from dataclasses import dataclass

from desktop.domain.mailbox import Mailbox


@dataclass(frozen=True, slots=True)
class Dependents:
    """What there is of a mailbox, and who would miss it.

    ``emails`` are all that it brought in, ``waiting`` those in the review queue, ``failed`` those set aside and the
    messages that its server lists and did not deliver. ``customers_only_here`` have no mail from any other mailbox.
    ``files_not_here`` are attachments that are on its server only.
    ``sends`` tells whether mail is sent from it, ``other_senders`` are the connected mailboxes that could do so in its
    place. ``people`` are to be told: its owner and its recovery contact. ``signed_in_as`` is whose permission ends,
    empty for a mailbox with a password.

    What else comes to depend on mailboxes is a field here and a count in ``store/reading/dependents.py``.
    """

    emails: int = 0
    waiting: int = 0
    failed: int = 0
    customers_only_here: int = 0
    files_not_here: int = 0
    sends: bool = False
    other_senders: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    signed_in_as: str = ""


def people_of(mailbox: Mailbox) -> tuple[str, ...]:
    """Return who is to be told about a mailbox: its owner and its recovery contact, each once."""
    named = (mailbox.details.owner, mailbox.details.recovery_contact)
    return tuple(dict.fromkeys(one for one in named if one))


def note_to_team(mailbox: Mailbox, dependents: Dependents) -> str:
    """Return the text of a message that tells the others what stops and who does what: a person copies and sends it."""
    lines = [f"{mailbox.address} is no longer connected to Postroom.", ""]
    lines.append("New mail to it does not come in any more. Everything that came before stays where it is.")
    if dependents.customers_only_here:
        lines.append(f"Customers who wrote to this mailbox only: {dependents.customers_only_here:,}.")
    if dependents.sends and not dependents.other_senders:
        lines.append("Mail is not sent from it any more, and no other connected mailbox can send.")
    elif dependents.sends:
        lines.append("Mail is not sent from it any more.")
    lines += ["", "What is to be done:"]
    if dependents.waiting:
        lines.append(f"- File what waits in Needs Review: {dependents.waiting:,}.")
    if dependents.files_not_here:
        lines.append(f"- Get attachments that are only at the provider, from there: {dependents.files_not_here:,}.")
    if dependents.sends and dependents.other_senders:
        others = " or ".join(dependents.other_senders)
        lines.append(f"- Answer customers from {others}, once a test message from it has arrived.")
    whom = f"ask {' or '.join(dependents.people)}" if dependents.people else "ask whoever looks after mail here"
    lines.append(f"- To have it back, {whom}: it can be connected again at any time, and nothing is lost meanwhile.")
    return "\n".join(lines)
