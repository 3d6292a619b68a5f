"""Only the right account stands for a mailbox, and the refusal names both."""

import pytest

from desktop.domain.errors import NeedsSignIn
from desktop.domain.identities import check_identity, same_account
from desktop.domain.reasons import ReasonCode
from desktop.domain.signing_in import Identity

GOOGLE = "https://accounts.google.com"
ANN = Identity(GOOGLE, "117", "ann@shop.example", "Ann")
BOB = Identity(GOOGLE, "118", "bob@shop.example", "Bob")


def refused(held: Identity | None, got: Identity, address: str = "ann@shop.example") -> NeedsSignIn:
    with pytest.raises(NeedsSignIn) as failure:
        check_identity(held, got, address)
    assert failure.value.code is ReasonCode.ACCOUNT_WRONG_IDENTITY
    return failure.value


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ann@shop.example", "Ann@SHOP.example", True),
        ("a.nn@shop.example", "ann@shop.example", False),
        ("a.n.n@gmail.com", "ann@googlemail.com", True),
        ("ann+shop@gmail.com", "ann@gmail.com", False),
        ("ann@gmail.com", "ann@gmail.example", False),
        ("", "ann@gmail.com", False),
    ],
)
def test_one_account_may_be_written_in_several_ways(one: str, other: str, same: bool) -> None:
    assert same_account(one, other) is same


def test_a_first_sign_in_is_judged_by_its_address() -> None:
    check_identity(None, ANN, "Ann@shop.example")
    error = refused(None, BOB)
    assert error.what == "Expected ann@shop.example, got bob@shop.example."
    assert error.field == "address"
    assert error.action == "Choose ann@shop.example on the sign-in page."


def test_only_where_a_mailbox_can_be_shared_that_is_offered() -> None:
    with pytest.raises(NeedsSignIn) as caught:
        check_identity(None, BOB, "ann@shop.example", may_be_shared=True)
    assert "If it is a mailbox shared with the account that signed in, say so" in caught.value.action


def test_a_shared_mailbox_takes_another_persons_sign_in_once() -> None:
    check_identity(None, BOB, "support@shop.example", is_shared=True)
    with pytest.raises(NeedsSignIn, match=r"Expected bob@shop\.example, got ann@shop\.example"):
        check_identity(BOB, ANN, "support@shop.example", is_shared=True)
    check_identity(BOB, BOB, "support@shop.example", is_shared=True)


def test_the_account_counts_and_not_its_address() -> None:
    check_identity(ANN, Identity(GOOGLE, "117", "ann.new@shop.example"), "ann@shop.example")
    recycled = refused(ANN, Identity(GOOGLE, "999", "ann@shop.example"))
    assert "not the account of that name that signed in before" in recycled.what
    assert "Expected ann@shop.example, got bob@shop.example." in refused(ANN, BOB).what
    assert "connect it anew" in refused(ANN, BOB).action
    refused(ANN, Identity("https://other.example", "117", "ann@shop.example"))


def test_a_provider_that_tells_no_subject_is_held_to_the_address() -> None:
    held = Identity("https://id.example", "", "ann@shop.example")
    check_identity(held, Identity("https://id.example", "", "ANN@shop.example"), "ann@shop.example")
    refused(held, Identity("https://id.example", "", "bob@shop.example"))
    refused(held, Identity("https://id.example", "", ""))


def test_an_account_without_an_address_cannot_stand_for_one() -> None:
    error = refused(None, Identity("https://id.example", "7", ""))
    assert "whose address the provider does not tell" in error.what
    refused(None, Identity("https://id.example", "7", ""), address="")
