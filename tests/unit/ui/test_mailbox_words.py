"""What a mailbox is, in words."""

from dataclasses import replace

from desktop.domain.mailbox import Direction, MailboxDetails, MailboxPurpose, OAuthProvider
from desktop.providers.catalogue import PROVIDERS as CATALOGUE
from desktop.ui.mailbox_words import DIRECTIONS, ISSUERS, PROVIDERS, PURPOSES, provider_words, whose_words
from tests.helpers.mails import mailbox


def test_every_provider_direction_purpose_and_issuer_has_a_name() -> None:
    assert {one.key for one in CATALOGUE} <= set(PROVIDERS)
    assert set(DIRECTIONS) == set(Direction)
    assert {*PURPOSES, MailboxPurpose.UNSAID} == set(MailboxPurpose)
    assert set(ISSUERS) == set(OAuthProvider)


def test_a_provider_nobody_knows_is_named_as_it_is() -> None:
    assert provider_words(replace(mailbox(), provider="posteo")) == "posteo"


def test_whose_says_what_was_said() -> None:
    assert whose_words(mailbox()) == ""
    assert whose_words(replace(mailbox(), details=MailboxDetails(owner="Ana"))) == "Ana"
    assert whose_words(replace(mailbox(), details=MailboxDetails(MailboxPurpose.SALES, "Ana"))) == "Sales, Ana"
