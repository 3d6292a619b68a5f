"""A secret cannot be shown by accident, whatever prints, copies or compares it."""

import copy
import dataclasses
import json
import logging
import pickle
import pprint
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.security.secrets import HIDDEN, DatabaseKey, KnownSecrets, Secret, SecretBytes, new_key

VALUES = st.text(st.characters(codec="utf-8"), min_size=1).map(lambda text: f"\x02{text}\x03")
"""Any text, marked so that it cannot stand in Python's own words by chance."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Account:
    user: str
    password: Secret


@given(VALUES)
def test_no_way_of_printing_shows_it(value: str) -> None:
    secret = Secret(value)
    shown = [
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret!r:>40}",
        f"{secret:>40}",
        "%s %r" % (secret, secret),  # noqa: UP031 - the old way of formatting is what is tested
        "{0} {0!r}".format(secret),  # noqa: UP032
        repr([secret]),
        str({"password": secret}),
        pprint.pformat({"password": (secret,)}),
        repr(_Account("ann", secret)),
        repr(ValueError("refused", secret)),
        str(ValueError(secret)),
        "".join(traceback.format_exception(RuntimeError("refused", secret))),
        ascii(secret),
    ]
    for text in shown:
        assert value not in text
        assert repr(value)[1:-1] not in text
        assert HIDDEN in text


@given(VALUES)
def test_logging_does_not_show_it(value: str) -> None:
    record = logging.LogRecord("desktop", logging.INFO, __file__, 1, "password %s of %r", (Secret(value), "ann"), None)
    assert value not in record.getMessage()
    assert HIDDEN in record.getMessage()


@given(VALUES)
def test_a_traceback_with_local_variables_does_not_show_it(value: str) -> None:
    def fails(secret: Secret) -> None:
        raise RuntimeError("refused")

    try:
        fails(Secret(value))
    except RuntimeError as error:
        shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "secret = <secret>" in shown.split("in fails")[1]


def test_it_is_not_copied_pickled_or_written_as_json() -> None:
    secret = Secret("hunter-2-hunter")
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="cannot be copied or pickled"):
            pickle.dumps(secret, protocol)
    with pytest.raises(TypeError, match="cannot be copied"):
        copy.copy(secret)
    with pytest.raises(TypeError, match="cannot be copied"):
        copy.deepcopy({"password": secret})
    with pytest.raises(TypeError, match="cannot be copied"):
        dataclasses.asdict(_Account("ann", secret))
    with pytest.raises(TypeError) as refused:
        json.dumps({"password": secret})
    assert "hunter" not in str(refused.value)
    assert not hasattr(secret, "__dict__")


def test_it_is_not_hashed() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(Secret("one"))
    with pytest.raises(TypeError, match="unhashable"):
        hash(new_key())


def test_it_is_equal_to_the_same_kind_of_secret_only() -> None:
    assert Secret("grün") == Secret("grün")
    assert Secret("one") != Secret("two")
    assert Secret("one") != "one"
    assert SecretBytes(b"one") == SecretBytes(b"one")
    assert SecretBytes(bytes(32)) != DatabaseKey(bytes(32))
    assert Secret("\udc80") == Secret("\udc80")


def test_an_empty_one_is_false() -> None:
    assert not Secret("")
    assert Secret(" ")


def test_the_value_is_there_for_who_asks() -> None:
    assert Secret("one").reveal() == "one"
    assert SecretBytes(b"one").reveal() == b"one"


@pytest.mark.parametrize(
    "wrong", ["", "0" * 63, "0" * 65, "0" * 62 + "0x", " " + "0" * 63, "0" * 63 + "g", "\u0660" * 64]
)
def test_a_database_key_is_64_hex_digits(wrong: str) -> None:
    with pytest.raises(ValueError, match="64 hex digits") as refused:
        DatabaseKey.from_hex(wrong)
    assert "000" not in str(refused.value)


def test_a_database_key_has_32_bytes() -> None:
    with pytest.raises(ValueError, match="32 bytes, not 31"):
        DatabaseKey(bytes(31))
    key = DatabaseKey.from_hex("AB" * 32)
    assert key.reveal_hex() == "ab" * 32
    assert key.reveal() == b"\xab" * 32


def test_new_keys_are_not_the_same() -> None:
    assert len({new_key().reveal() for _ in range(50)}) == 50


def test_known_secrets_are_bounded_and_the_oldest_goes_first() -> None:
    known = KnownSecrets(limit=2)
    for value in ("first-value", "second-value", "first-value", "third-value"):
        known.add(value)
    assert known.mask("first-value second-value third-value") == f"{HIDDEN} second-value {HIDDEN}"


def test_a_secret_inside_another_leaves_nothing_of_the_longer_one() -> None:
    known = KnownSecrets()
    known.add("tiger")
    known.add("tiger-and-lion")
    assert known.mask("a tiger-and-lion, a tiger") == f"a {HIDDEN}, a {HIDDEN}"
