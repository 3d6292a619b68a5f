"""The recovery code names the group with the slip; the wrapped key opens with its passphrase and nothing else."""

import base64
import json
import random
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.errors import CommandRefused, KeyUnavailable
from desktop.domain.reasons import ReasonCode
from desktop.security.recovery import ALPHABET, key_from_recovery_code, recovery_code, unwrap_key, wrap_key
from desktop.security.secrets import DatabaseKey, Secret

KEY = DatabaseKey(bytes(range(100, 132)))
CODE = recovery_code(KEY).reveal()

keys = st.binary(min_size=32, max_size=32).map(DatabaseKey)
places = st.integers(0, 64)


@given(keys)
def test_a_code_reads_back(key: DatabaseKey) -> None:
    code = recovery_code(key)
    assert re.fullmatch(rf"[{ALPHABET}]{{5}}(-[{ALPHABET}]{{5}}){{12}}", code.reveal())
    assert key_from_recovery_code(code) == key


def test_the_code_of_a_key_never_changes() -> None:
    """It is on paper in somebody's drawer."""
    assert CODE == "CHJPG-CSV80-D5N6T-PV3DZ-DSQQE-0WBJ0-EDT7T-AXKQP-F1WQV-MYVW6-FNZ7P-Z0415-GA1YT"
    zero = recovery_code(DatabaseKey(bytes(32))).reveal()
    assert zero == "00000-00001-00002-00003-00004-00005-00006-00007-00008-00009-0000A-0000B-00063"


@given(keys, st.randoms())
def test_a_code_may_be_typed_in_many_ways(key: DatabaseKey, chance: random.Random) -> None:
    code = recovery_code(key).reveal()
    lookalikes = {"0": "0oO", "1": "1iIlL"}
    typed = "".join(chance.choice(lookalikes.get(char, char + char.lower())) for char in code.replace("-", ""))
    separated = "".join(char + chance.choice(["", "", " ", "-", "\n", " - ", "_", "\u2013"]) for char in typed)
    assert key_from_recovery_code(Secret(separated)) == key


@given(keys, places, st.sampled_from(ALPHABET))
def test_one_wrong_character_is_named_by_its_group(key: DatabaseKey, place: int, wrong: str) -> None:
    characters = recovery_code(key).reveal().replace("-", "")
    if characters[place] == wrong:
        return
    with pytest.raises(CommandRefused, match=rf"^Group {place // 5 + 1} of the recovery code has a mistake") as failure:
        key_from_recovery_code(Secret(characters[:place] + wrong + characters[place + 1 :]))
    assert failure.value.code is ReasonCode.BAD_INPUT


@given(keys, st.integers(0, 12), st.permutations(range(5)))
def test_two_exchanged_characters_are_named_by_their_group(key: DatabaseKey, at: int, order: list[int]) -> None:
    groups = recovery_code(key).reveal().split("-")
    one, other = order[:2]
    exchanged = list(groups[at])
    exchanged[one], exchanged[other] = exchanged[other], exchanged[one]
    if exchanged == list(groups[at]):
        return
    with pytest.raises(CommandRefused, match=rf"^Group {at + 1} "):
        key_from_recovery_code(Secret("-".join([*groups[:at], "".join(exchanged), *groups[at + 1 :]])))


@given(keys, st.permutations(range(13)))
def test_exchanged_groups_are_noticed(key: DatabaseKey, order: list[int]) -> None:
    groups = recovery_code(key).reveal().split("-")
    if order == list(range(13)):
        return
    with pytest.raises(CommandRefused, match=r"^Group \d+ "):
        key_from_recovery_code(Secret("-".join(groups[at] for at in order)))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (CODE[:-1], r"^Group 13 .* has 4 characters instead of 5"),
        (CODE[:3] + CODE[4:], r"^Group 1 .* has 4 characters"),
        (CODE[:9] + "7" + CODE[9:], r"^Group 2 .* has 6 characters"),
        (CODE.replace("-", "")[:-1], "has 64 characters instead of 65"),
        (CODE + "-00000", "has 70 characters instead of 65"),
        ("", "has 0 characters"),
        ("U" + CODE[1:], r"^Group 1 "),
        ("ß" + CODE[1:], r"^Group 1 "),
        ("\u0663" + CODE[1:], r"^Group 1 "),
        ("wrong horse", "has 10 characters instead of 65"),
    ],
)
def test_what_is_wrong_is_named(typed: str, words: str) -> None:
    with pytest.raises(CommandRefused, match=words) as failure:
        key_from_recovery_code(Secret(typed))
    assert "13 groups of 5" in failure.value.action
    assert not typed or typed not in str(failure.value)


WRAPPED = wrap_key(KEY, Secret("correct horse"))


def test_the_wrapped_key_opens_with_its_passphrase_only() -> None:
    assert unwrap_key(WRAPPED, Secret("correct horse")) == KEY
    for wrong in ("Correct horse", "correct horse ", ""):
        with pytest.raises(KeyUnavailable, match="That is not the passphrase") as failure:
            unwrap_key(WRAPPED, Secret(wrong))
        assert failure.value.code is ReasonCode.KEY_WRONG
    assert KEY.reveal_hex() not in WRAPPED.decode()
    assert base64.b64encode(KEY.reveal()) not in WRAPPED


def test_the_same_letters_in_another_unicode_form_are_the_same_passphrase() -> None:
    wrapped = wrap_key(KEY, Secret("Schl\u00fcsselbund"))
    assert unwrap_key(wrapped, Secret("Schlu\u0308sselbund")) == KEY


def test_wrapping_twice_gives_two_files() -> None:
    assert wrap_key(KEY, Secret("correct horse")) != WRAPPED


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(CommandRefused, match="shorter than 8 characters"):
        wrap_key(KEY, Secret("1234567"))


def changed(**fields: Any) -> bytes:
    return json.dumps({**json.loads(WRAPPED), **fields}).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        WRAPPED[:-20],
        b"\x00" * 500,
        b"[" * 100_000,
        changed(format=2),
        changed(kdf="md5"),
        changed(n=2**30),
        changed(n=2**17 + 1),
        changed(n=2),
        changed(n=True),
        changed(n="131072"),
        changed(n=131072.0),
        changed(r=1000),
        changed(p=100),
        changed(p=0),
        changed(salt=""),
        changed(salt="!!!!"),
        changed(salt=None),
        changed(nonce=""),
        changed(key="AAAA"),
    ],
)
def test_a_file_that_is_none_of_ours_is_a_sentence_and_takes_no_memory(content: bytes) -> None:
    with pytest.raises(KeyUnavailable, match="cannot be understood") as failure:
        unwrap_key(content, Secret("correct horse"))
    assert failure.value.code is ReasonCode.KEY_FILE_INVALID


def test_weaker_numbers_cannot_be_written_into_a_file_unnoticed() -> None:
    with pytest.raises(KeyUnavailable, match="That is not the passphrase"):
        unwrap_key(changed(n=2**14), Secret("correct horse"))
