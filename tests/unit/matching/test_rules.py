"""What each rule answers: whom, how sure, and why in words; and what becomes of it together."""

from dataclasses import replace
from typing import Any

import pytest

from desktop.domain.customer import CustomerRef
from desktop.domain.decision import Band, Decision
from desktop.domain.ids import CustomerId
from desktop.domain.mail import Address, HandedOn, ParsedMail
from desktop.domain.reasons import ReasonCode
from desktop.matching.asked import Ours
from desktop.matching.decide import decide_all
from desktop.matching.rules.display_name import parts_of, spellings
from desktop.matching.suggesting import SHARED_PROVIDER, SUGGESTIONS, best_of, one_by_one
from tests.helpers.books import MemoryBook, customer
from tests.helpers.mails import parsed

ACME = customer(1, "Acme Parts", "lena@acme.com", "office@acme.com")
BETA = customer(2, "Beta Ltd", "ben@beta.co.uk", "front@clinic.example")
GAMMA = customer(3, "Gamma", "front@clinic.example", "ann.lee@gmail.com")
DORA = customer(4, "Dora Meier", "d.meier@delta.de")
EPSI = customer(5, "Epsilon", "info@delta.de")
BOOK = MemoryBook([ACME, BETA, GAMMA, DORA, EPSI])
OURS = Ours(frozenset({"support@shop.example"}), frozenset({"shop.example"}), frozenset({"shop.example"}))


def decided(sender: str, name: str = "", /, book: MemoryBook = BOOK, **changes: object) -> Decision:
    who = Address(name, sender)
    mail = replace(parsed("a", sender, **changes), sender=who, claimed_from=(who,))
    (made,) = decide_all([mail], book, ours=OURS)
    return made


def told(made: Decision) -> list[tuple[str, int, str]]:
    return [(found.customer.name, int(found.band), found.reason) for found in best_of(made.suggestions)]


def test_a_similar_address_is_reviewed_at_eighty_percent() -> None:
    made = decided("lena+orders@acme.com")
    assert (made.code, made.customer_id, made.needs_review) == (ReasonCode.SIMILAR_MATCH, None, True)
    assert made.confidence == 80
    assert made.reason == "lena+orders@acme.com is like lena@acme.com of Acme Parts: only the tag behind + differs."


def test_the_only_customer_of_a_company_is_likely_and_of_several_each_is_a_hint() -> None:
    assert told(decided("wei@mail.acme.com")) == [("Acme Parts", 80, "lena@acme.com has the same domain.")]
    assert [band for _, band, _ in told(decided("wei@delta.de"))] == [50, 50]


@pytest.mark.parametrize("sender", ["wei@gmail.com", "wei@clinic2.example", "wei@co.uk"])
def test_free_mail_and_suffixes_say_nothing_about_who_writes(sender: str) -> None:
    made = decided(sender)
    assert (made.code, made.suggestions) == (ReasonCode.NO_MATCH, ())
    assert made.reason == f"No customer has the address {sender}."


@pytest.mark.parametrize("name", ["Dora Meier", "Meier, Dora", '"Dora Meier" (Delta)', "DORA  MEIER"])
def test_a_namesake_at_the_companys_domain_is_likely(name: str) -> None:
    assert told(decided("dora@delta.de", name))[0] == (
        *("Dora Meier", 80),
        "The same name as Dora Meier, and d.meier@delta.de has the same domain.",
    )


def test_names_alone_are_hints() -> None:
    assert told(decided("x@y.example", "ACME  Parts")) == [("Acme Parts", 50, "The sender has the same name.")]
    assert told(decided("x@y.example", "Acme Parts Orders")) == [
        ("Acme Parts", 50, "The sender's name contains Acme Parts.")
    ]
    assert told(decided("thief@evil.example", "lena@acme.com (Lena)"))[0] == (
        *("Acme Parts", 50),
        "The sender's name shows their address lena@acme.com.",
    )


def test_a_shared_address_is_never_guessed_and_then_remembered_for_its_thread() -> None:
    made = decided("front@clinic.example")
    assert (made.code, made.customer_id) == (ReasonCode.AMBIGUOUS_MATCH, None)
    beta = CustomerRef(CustomerId(2), "Beta Ltd")
    book = MemoryBook([BETA, GAMMA, ACME], {"<first@clinic.example>": (beta,)})
    follows = decided("front@clinic.example", book=book, references=("<first@clinic.example>",))
    assert (follows.code, follows.customer_id, follows.by) == (ReasonCode.SYNCED, 2, "rule:thread")
    assert "a person filed an earlier mail of this thread here" in follows.reason
    elsewhere = decided("front@clinic.example", book=book, in_reply_to=("<other@clinic.example>",))
    assert elsewhere.code is ReasonCode.AMBIGUOUS_MATCH


def test_a_thread_that_went_to_several_or_to_another_customer_settles_nothing() -> None:
    beta, gamma, acme = (CustomerRef(one.id, one.name) for one in (BETA, GAMMA, ACME))
    for customers in ((beta, gamma), (acme,)):
        book = MemoryBook([BETA, GAMMA, ACME], {"<x>": customers})
        assert decided("front@clinic.example", book=book, references=("<x>",)).code is ReasonCode.AMBIGUOUS_MATCH


def test_a_thread_alone_only_suggests() -> None:
    book = MemoryBook([ACME], {"<x>": (CustomerRef(ACME.id, ACME.name),)})
    made = decided("stranger@else.example", book=book, references=("<x>",))
    assert (made.code, made.needs_review) == (ReasonCode.NO_MATCH, True)
    assert told(made) == [("Acme Parts", 80, "An earlier mail of this thread was filed with Acme Parts.")]


FAILED = {"authentication-results": "mx.shop.example; dmarc=fail header.from=acme.com"}


@pytest.mark.parametrize("sender", ["lena@acme.com", "wei@acme.com", "lnea@acme.com"])
def test_what_fails_dmarc_for_a_customers_domain_is_reviewed_with_a_warning(sender: str) -> None:
    made = decided(sender, flags=FAILED)
    assert (made.code, made.customer_id, made.confidence) == (ReasonCode.SENDER_UNAUTHENTICATED, None, 0)
    assert made.reason.startswith("The mail server found that it was not sent by acme.com (DMARC fail).")


def test_a_stranger_who_fails_is_a_stranger() -> None:
    assert decided("x@nobody.example", flags=FAILED).code is ReasonCode.NO_MATCH


def forwarded(*writers: str) -> tuple[HandedOn, ...]:
    return tuple(HandedOn("forward", "", writer) for writer in writers)


REPLY_TO_BEN = {"reply_to": (Address("Ben", "ben@beta.co.uk"),)}
BEN_IS = "ben@beta.co.uk is one of Beta Ltd's addresses."
HANDED: list[tuple[str, str, dict[str, Any], str]] = [
    (
        *("lena@shop.example", "", {"handed_on": forwarded("lena@shop.example", "ben@beta.co.uk")}),
        "lena@shop.example forwarded a mail of ben@beta.co.uk.",
    ),
    (
        *("support@shop.example", "Web form", REPLY_TO_BEN),
        "It came through support@shop.example, and answers go to ben@beta.co.uk.",
    ),
    (
        *("no-reply@forms.example", "", {"handed_on": (HandedOn("form", "", "ben@beta.co.uk"),)}),
        "It came through no-reply@forms.example, and its text names ben@beta.co.uk.",
    ),
    (
        *("help@shop.example", "'Ben' via Help", {"handed_on": (HandedOn("original", "Ben", "ben@beta.co.uk"),)}),
        "The group help@shop.example sent on a mail of ben@beta.co.uk.",
    ),
    (
        *("ben@home.example", "Ben", REPLY_TO_BEN),
        "It is from ben@home.example, and answers go to ben@beta.co.uk.",
    ),
]


@pytest.mark.parametrize(("sender", "name", "changes", "reason"), HANDED)
def test_what_is_handed_on_is_unwrapped_with_both_parties_and_never_filed(
    sender: str, name: str, changes: dict[str, Any], reason: str
) -> None:
    made = decided(sender, name, **changes)
    assert (made.code, made.needs_review, made.confidence) == (ReasonCode.INDIRECT_MATCH, True, 80)
    assert made.reason == f"{reason} {BEN_IS}"
    assert made.suggestions[0].customer.name == "Beta Ltd"


def test_a_customers_own_forward_is_theirs() -> None:
    made = decided("lena@acme.com", handed_on=forwarded("ben@beta.co.uk"))
    assert (made.code, made.customer_id) == (ReasonCode.SYNCED, 1)


def test_a_customer_whose_answers_go_to_another_customer_is_asked_about() -> None:
    made = decided("lena@acme.com", reply_to=(Address("", "ben@beta.co.uk"),))
    assert made.code is ReasonCode.AMBIGUOUS_MATCH
    assert "lena@acme.com is one of Acme Parts's addresses" in made.reason
    assert "answers go to ben@beta.co.uk" in made.reason
    assert decided("lena@acme.com", reply_to=(Address("", "office@acme.com"),)).customer_id == 1


def test_a_colleague_resembles_nobody() -> None:
    book = MemoryBook([customer(1, "Shopper", "kim@shop.example")])
    made = decided("kin@shop.example", "Kin", book)
    assert (made.code, made.suggestions) == (ReasonCode.NO_MATCH, ())


def test_a_sender_in_doubt_makes_nothing_likely() -> None:
    mail: ParsedMail = parsed("a", None, claimed_from=(Address("", "lena@acme.com"),))
    (made,) = decide_all([mail], BOOK, ours=OURS)
    assert (made.code, made.confidence) == (ReasonCode.SENDER_AMBIGUOUS, 0)
    assert {found.band for found in made.suggestions} == {Band.HINT}
    assert "Who really sent it is in doubt." in made.suggestions[0].reason


def test_a_customer_is_suggested_once_with_the_best_reason() -> None:
    made = decided("lena+x@acme.com", "Acme Parts")
    assert [name for name, _, _ in told(made)] == ["Acme Parts"]
    assert len(best_of(made.suggestions)) <= SUGGESTIONS


def test_a_crowd_says_nothing_about_who_writes() -> None:
    crowd = MemoryBook([customer(n, f"C{n}", f"{n}@crowd.example") for n in range(1, 13)])
    assert decided("wei@crowd.example", book=crowd).suggestions == ()
    assert one_by_one("crowd.example", 11) == "More than 10 customers have this domain: one by one"
    assert one_by_one("crowd.example", 10) == ""
    assert one_by_one("", 0) == "No domain: one by one"
    assert one_by_one("gmail.com", 0) == SHARED_PROVIDER


def test_parts_and_spellings_of_a_name() -> None:
    assert parts_of("Acme Parts Orders") == [
        "acme parts orders",
        "acme parts",
        "parts orders",
        "acme",
        "parts",
        "orders",
    ]
    assert parts_of("Straße ÄRZTE") == ["strasse ärzte", "strasse", "ärzte"]
    assert parts_of("") == spellings("") == []
    assert spellings("Meier, Dora (Delta)") == ["meier, dora (delta)", "meier, dora", "dora meier"]
