"""What filters make of a mail: the rows in their order, what holds without rows, and the sentences people read."""

import pytest

from desktop.domain.filters import Comparison, Effect, Facts, Field, FilterRow, Kind
from desktop.domain.ids import FilterId
from desktop.domain.reasons import ReasonCode
from desktop.filtering.comparing import comparable
from desktop.filtering.judging import Judge, Policy


def row(effect: str, field: str, comparison: str, *values: str, number: int = 1, enabled: bool = True) -> FilterRow:
    return FilterRow(FilterId(number), Effect(effect), Field(field), Comparison(comparison), values, enabled=enabled)


def mail(sender: str = "ann@acme.example", subject: str = "Order", to: str = "support@shop.example") -> Facts:
    return Facts(sender, (to,), comparable(subject))


WRITTEN = (
    row("include", "to", "is", "support@shop.example"),
    row("exclude", "from", "starts-with", "noreply@", "no-reply@", number=2),
    row("exclude", "subject", "contains", "unsubscribe", "newsletter", number=3),
)
"""The example of the users' page, as it is written there."""


ASKED = "Filter 1 asks for it: it was sent to support@shop.example."
NOT_ASKED = "It fits none of the filters that say what to bring in."
LEFT = "Filter 2 leaves it out: its sender is"


@pytest.mark.parametrize(
    ("sender", "subject", "to", "code", "reason"),
    [
        ("ann@acme.example", "My order", "support", "SYNCED", ASKED),
        ("ann@acme.example", "My order", "ceo", "NOT_INCLUDED", NOT_ASKED),
        ("noreply@b.example", "Hi", "support", "EXCLUDED_RULE", f"{LEFT} noreply@b.example."),
        ("no-reply@x.example", "", "support", "EXCLUDED_RULE", f"{LEFT} no-reply@x.example."),
        ("ann@acme.example", "A NEWSLETTER", "support", "EXCLUDED_RULE", "Filter 3 leaves it out: its subject fits."),
        ("not-noreply@acme.example", "Question", "support", "SYNCED", ASKED),
    ],
)  # fmt: skip
def test_the_example_of_the_users_works_as_written(sender: str, subject: str, to: str, code: str, reason: str) -> None:
    found = Judge(Policy(WRITTEN)).verdict(mail(sender, subject, f"{to}@shop.example"))
    assert (found.kept, found.code, found.reason) == (code == "SYNCED", ReasonCode(code), reason)


def test_without_rows_everything_stays() -> None:
    found = Judge(Policy()).verdict(mail())
    assert (found.kept, found.code, found.row) == (True, ReasonCode.SYNCED, None)


def test_what_a_row_keeps_no_row_below_leaves_out_and_a_row_above_does() -> None:
    keep = row("keep", "from", "is", "mia@lumen.example", number=1)
    leave = row("exclude", "subject", "contains", "newsletter", number=2)
    about = mail("Mia@Lumen.example".lower(), "Re: newsletter layout")
    assert Judge(Policy((keep, leave))).verdict(about).kept
    assert not Judge(Policy((leave, keep))).verdict(about).kept


def test_a_row_that_is_switched_off_does_nothing() -> None:
    assert Judge(Policy((row("exclude", "subject", "contains", "order", enabled=False),))).verdict(mail()).kept


@pytest.mark.parametrize(
    ("comparison", "value", "sender", "fits"),
    [
        ("domain", "vendor.example", "a@vendor.example", True),
        ("domain", "vendor.example", "a@mail.eu.vendor.example", True),
        ("domain", "vendor.example", "a@notvendor.example", False),
        ("domain", "@vendor.example", "a@vendor.example", True),
        ("domain", "MÜLLER.example", "a@xn--mller-kva.example", True),
        ("is", " Ann@ACME.example ", "ann@acme.example", True),
        ("is", "acme.example", "ann@acme.example", False),
        ("starts-with", "NOREPLY", "noreply@x.example", True),
        ("ends-with", ".example", "noreply@x.example", True),
        ("contains", "@x.", "noreply@x.example", True),
        ("pattern", "no*reply@*", "no-reply@x.example", True),
        ("pattern", "no?reply@*", "noreply@x.example", False),
        ("pattern", "no?reply@*.example", "no-reply@x.example", True),
        ("pattern", "*@x.example", "y@xx.example", False),
        ("pattern", "ann@acme.example", "ann@acme.example", True),
        ("pattern", "a?n@acme.example", "ann@acme.example", True),
        ("pattern", "a*a", "a", False),
        ("contains", "", "ann@acme.example", False),
    ],
)
def test_how_senders_are_compared(comparison: str, value: str, sender: str, fits: bool) -> None:
    assert Judge(Policy((row("exclude", "from", comparison, value),))).verdict(mail(sender)).kept is not fits


@pytest.mark.parametrize(
    ("written", "subject"),
    [("straße", "Neue STRASSE"), ("ﬁnance", "Finance report"), ("日本", "お知らせ 日本語"), ("İstanbul", "İSTANBUL")],
)
def test_subjects_are_compared_in_any_script_without_regard_to_case(written: str, subject: str) -> None:
    assert not Judge(Policy((row("exclude", "subject", "contains", written),))).verdict(mail(subject=subject)).kept


def test_a_pattern_made_to_be_slow_is_not() -> None:
    slow = row("exclude", "subject", "pattern", "*a" * 150 + "*b")
    assert Judge(Policy((slow,))).verdict(mail(subject="a" * 100_000)).kept


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (Kind.NEWSLETTER, ReasonCode.BULK_OR_LIST),
        (Kind.AUTO_REPLY, ReasonCode.AUTO_REPLY),
        (Kind.BOUNCE, ReasonCode.BOUNCE),
        (Kind.SPAM, ReasonCode.SPAM_FOLDER),
        (Kind.AUTOMATIC, ReasonCode.EXCLUDED_RULE),
    ],
)
def test_mail_left_out_for_its_kind_says_which_and_why(kind: Kind, code: ReasonCode) -> None:
    facts = Facts("a@b.example", ("support@shop.example",), "hi", ((kind, "the evidence"),))
    found = Judge(Policy((row("exclude", "kind", "is", kind.value),))).verdict(facts)
    assert (found.kept, found.code) == (False, code)
    assert found.reason == "Filter 1 leaves it out: the evidence."


def test_blocked_domains_count_with_all_below_them_and_give_way_to_a_row_that_keeps() -> None:
    blocked = Policy(blocked=frozenset({"partner.example"}))
    found = Judge(blocked).verdict(mail("x@mail.partner.example"))
    assert (found.kept, found.code) == (False, ReasonCode.BLOCKLISTED)
    assert Judge(blocked).verdict(mail("x@otherpartner.example")).kept
    keep = Policy((row("keep", "from", "is", "x@partner.example"),), frozenset({"partner.example"}))
    assert Judge(keep).verdict(mail("x@partner.example")).kept


def test_internal_mail_stays_out_until_its_domain_is_let_in() -> None:
    facts = Facts("ann@shop.example", ("bob@shop.example",), "lunch", ((Kind.INTERNAL, "only our own people"),))
    found = Judge(Policy()).verdict(facts)
    assert (found.kept, found.code) == (False, ReasonCode.INTERNAL_ONLY)
    assert Judge(Policy(internal_allowed=frozenset({"shop.example"}))).verdict(facts).kept


def test_only_mail_of_customers_can_be_asked_for() -> None:
    only = Policy((row("include", "kind", "is", "customer"),))
    known = Facts("ann@acme.example", (), "hi", ((Kind.CUSTOMER, "it is from Acme Parts"),))
    assert Judge(only).verdict(known).kept
    assert Judge(only).verdict(mail()).code is ReasonCode.NOT_INCLUDED


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (WRITTEN[0], "Brings in only mail sent to “support@shop.example”."),
        (WRITTEN[2], "Leaves out mail whose subject contains “unsubscribe” or “newsletter”."),
        (row("exclude", "kind", "is", "newsletter", "spam"),
         "Leaves out newsletters and mailing lists or spam and junk."),
        (row("keep", "from", "domain", "a.example", "b.example"),
         "Always keeps mail from an address that is at the domain, or below it, “a.example” or “b.example”."),
    ],
)  # fmt: skip
def test_each_row_says_in_a_sentence_what_it_does(made: FilterRow, sentence: str) -> None:
    assert made.sentence() == sentence
