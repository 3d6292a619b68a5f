"""MA7: who wrote a mail that somebody or something else sent: a group, a form on a website, a colleague. Pure.

What is found here is a claim of the mail's content, and anybody can write that: it suggests, it never files.
"""

import re

from desktop.domain.mail import Address, HandedOn, ParsedMail
from desktop.matching.asked import Asked, Ours, Route, Writer
from desktop.matching.authentication import unproven

_MOST = 3
_VIA = re.compile(
    r"(?:^|[\s'\"”)])(?:via|über|por medio de|przez|через|経由|通过|通過|을 통해|عبر)(?:[\s'\"“(]|$)", re.IGNORECASE
)
_AUTOMATIC = re.compile(
    r"^(?:no|do-?not|dont|non?|nicht|ne)[-_.]?(?:reply|respond|answer|antwort(?:en)?|repondre|responder|rispondere)"
    r"|^(?:form|forms|webform|web-?form|contact-?form|kontaktformular|formular|formulaire|wordpress|www-data|apache"
    r"|website|webmaster|notifications?|notify|mailer)(?:[-_.+]|$)",
)


def ask(mail: ParsedMail, ours: Ours) -> Asked:
    """Return *mail* as the rules see it; *ours* is who we are at the mailbox it came to."""
    sender = mail.sender
    if sender is None:
        claimed = tuple(Writer(who.address, who.name) for who in mail.claimed_from[:_MOST])
        return Asked(mail, None, mail.sender_doubt or "The sender cannot be told for certain.", claimed)
    handed = _handed_on(mail, sender, ours)
    if handed:
        return Asked(mail, sender, "", handed, unproven(mail, sender, ours))
    writers = (Writer(sender.address, sender.name), *_answers_to(mail, sender, ours))
    return Asked(mail, sender, "", writers, unproven(mail, sender, ours), ours.has(sender.address))


def _handed_on(mail: ParsedMail, sender: Address, ours: Ours) -> tuple[Writer, ...]:
    """Return who wrote what *sender* only passed on; nobody when it is the sender's own."""
    colleague = ours.has(sender.address)
    if found := _group(mail, sender, ours):
        return found
    if colleague or is_automatic(sender.address):
        if found := _form(mail, sender, ours):
            return found
        if colleague:
            return _forward(mail, sender, ours)
    return ()


def is_automatic(address: str) -> bool:
    """Tell whether nobody reads what is sent to *address*: it belongs to a program."""
    return _AUTOMATIC.search(address.partition("@")[0]) is not None


def _group(mail: ParsedMail, sender: Address, ours: Ours) -> tuple[Writer, ...]:
    """Return the writer of a mail that a group sent on in its own name, as Google Groups does against DMARC."""
    original = [Address(who.name, who.address) for who in mail.handed_on if who.kind == "original"]
    named = _VIA.search(sender.name) is not None
    if not original and not (named and ("list-id" in mail.flags or ours.has(sender.address))):
        return ()
    if not named and "list-id" not in mail.flags:
        return ()
    others = [who for who in (*original, *mail.reply_to) if _is_other(who, sender, ours)]
    told = "The group {0} sent on a mail of {1}."
    return tuple(_writer(who, sender, Route.GROUP, told) for who in others[:1])


def _form(mail: ParsedMail, sender: Address, ours: Ours) -> tuple[Writer, ...]:
    others = [who for who in mail.reply_to if _is_other(who, sender, ours) and not is_automatic(who.address)]
    if others:
        told = "It came through {0}, and answers go to {1}."
        return tuple(_writer(who, sender, Route.FORM, told) for who in others[:_MOST])
    labelled = [who for who in _named(mail, "form") if _is_other(who, sender, ours) and not is_automatic(who.address)]
    if labelled and not _named(mail, "forward"):
        told = "It came through {0}, and its text names {1}."
        return tuple(_writer(who, sender, Route.FORM, told) for who in labelled[:_MOST])
    return ()


def _forward(mail: ParsedMail, sender: Address, ours: Ours) -> tuple[Writer, ...]:
    """Return who wrote what a colleague forwards: the first of its writers, outermost first, who is none of us."""
    others = [who for who in _named(mail, "forward") if _is_other(who, sender, ours)]
    return tuple(_writer(who, sender, Route.FORWARD, "{0} forwarded a mail of {1}.") for who in others[:1])


def _answers_to(mail: ParsedMail, sender: Address, ours: Ours) -> tuple[Writer, ...]:
    others = [who for who in mail.reply_to if _is_other(who, sender, ours) and not is_automatic(who.address)]
    told = "It is from {0}, and answers go to {1}."
    return tuple(_writer(who, sender, Route.REPLY_TO, told) for who in others[:_MOST])


def _named(mail: ParsedMail, kind: str) -> list[HandedOn]:
    return [who for who in mail.handed_on if who.kind == kind]


def _is_other(who: Address | HandedOn, sender: Address, ours: Ours) -> bool:
    return bool(who.address) and who.address != sender.address and not ours.has(who.address)


def _writer(who: Address | HandedOn, sender: Address, route: Route, told: str) -> Writer:
    return Writer(who.address, who.name, route, told.format(sender.address, who.address))
