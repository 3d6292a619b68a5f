"""How a message's direction is decided."""

import pytest

from desktop.domain.mail import Address, Unreadable
from desktop.domain.sent_mail import is_labelled_sent, is_no_mail, is_outbound
from tests.helpers.mails import parsed

OWN, ANN = "support@shop.example", "ann@acme.example"
OURS = {OWN, "team@shop.example"}


def test_the_senders_address_says_it() -> None:
    assert is_outbound(parsed("1", OWN), OURS)
    assert not is_outbound(parsed("1", ANN), OURS)
    assert not is_outbound(parsed("1", None), OURS), "who sent it is in doubt"


def test_the_folder_and_the_label_say_it_whatever_the_address() -> None:
    alias = parsed("1", "alias@shop.example")
    assert is_outbound(alias, OURS, in_sent=True)
    assert is_outbound(alias, OURS, labels=["\\Sent", "Kunden"])
    assert is_outbound(Unreadable("1", "It hangs."), OURS, in_sent=True)
    assert not is_outbound(Unreadable("1", "It hangs."), OURS)


@pytest.mark.parametrize(("reply_to", "outbound"), [((ANN,), False), ((OWN,), True), (("team@shop.example",), True)])
def test_a_form_that_writes_in_our_name_is_inbound(reply_to: tuple[str, ...], outbound: bool) -> None:
    mail = parsed("1", OWN, reply_to=tuple(Address("", one) for one in reply_to))
    assert is_outbound(mail, OURS) is outbound
    assert is_outbound(mail, OURS, labels=["\\Inbox", "\\Sent"]) is outbound, "sent through the account itself"


def test_a_label_of_ones_own_is_not_the_servers() -> None:
    assert not is_labelled_sent(["Sent", "\\Inbox"])
    assert is_labelled_sent(["\\SENT"])


@pytest.mark.parametrize("label", ["\\Draft", "\\Drafts", "\\Junk", "\\Spam", "\\Trash", "\\Chat", "\\Chats"])
def test_what_is_no_mail_is_known_by_its_label(label: str) -> None:
    assert is_no_mail(["\\Inbox", label])
    assert not is_no_mail([label.removeprefix("\\"), "\\Inbox", "\\Sent"])
