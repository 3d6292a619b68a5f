"""One setting: what it takes, what it refuses and how it says so."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.settings.setting import AnySetting, Setting

COUNT = Setting("a.count", 5, "Count", "How many.", unit="things", minimum=1, maximum=10)
SECONDS = Setting("a.seconds", 1.5, "Seconds", "How long.", unit="seconds", minimum=0.2, maximum=600)
SWITCH = Setting("a.switch", default=True, words="Switch", description="Whether.")
WORD = Setting("a.word", "red", "Word", "Which.", choices=("red", "green"))
SIZE = Setting("a.size", 8 * 1024 * 1024, "Size", "How large.", unit="bytes", minimum=64 * 1024)
MOST = Setting("a.most", 3, "Most", "At most.", maximum=1000)
FREE = Setting("a.free", "", "Free", "Anything.")


@pytest.mark.parametrize(
    ("setting", "value", "result"),
    [
        (COUNT, 1, 1),
        (COUNT, 10, 10),
        (SECONDS, 1, 1.0),
        (SECONDS, 0.2, 0.2),
        (SWITCH, False, False),
        (WORD, "green", "green"),
    ],
)
def test_what_it_takes(setting: AnySetting, value: object, result: object) -> None:
    checked = setting.checked(value)
    assert checked == result
    assert type(checked) is type(setting.default)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        *((COUNT, wrong) for wrong in (0, 11, 5.0, "5", True, None, [5], 10**400)),
        *((SECONDS, wrong) for wrong in (0.1, float("nan"), float("inf"), 10**400, True, "1")),
        *((SWITCH, wrong) for wrong in (1, "true", None)),
        *((WORD, wrong) for wrong in ("blue", 1, None)),
        *((FREE, wrong) for wrong in (3, None)),
    ],
    ids=lambda value: value.key if isinstance(value, Setting) else repr(value)[:20],
)
def test_what_it_refuses(setting: AnySetting, value: object) -> None:
    with pytest.raises(ValueError, match=f"^{setting.key} cannot be .* \\(it takes: .*\\)\\.$") as refused:
        setting.checked(value)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    ("setting", "text", "result"),
    [
        (COUNT, "7", 7),
        (COUNT, " 7 ", 7),
        (SECONDS, "0.5", 0.5),
        (SECONDS, "30", 30.0),
        (SIZE, "1,000,000", 1_000_000),
        (SIZE, "1_000_000", 1_000_000),
        (SWITCH, "yes", True),
        (SWITCH, "OFF", False),
        (WORD, "green", "green"),
        (FREE, "5", "5"),
    ],
)
def test_what_a_person_types(setting: AnySetting, text: str, result: object) -> None:
    assert setting.parse(text) == result


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        (COUNT, "seven"),
        (COUNT, ""),
        (COUNT, "2.5"),
        (COUNT, "11"),
        (SECONDS, "nan"),
        (SECONDS, "inf"),
        (SWITCH, "maybe"),
    ],
)
def test_what_a_person_mistypes(setting: AnySetting, text: str) -> None:
    with pytest.raises(ValueError, match=f"^{setting.key} cannot be"):
        setting.parse(text)


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    for setting in (COUNT, SECONDS, SWITCH, WORD, SIZE):
        try:
            setting.parse(text)
        except ValueError as refused:
            assert str(refused).startswith(setting.key)  # noqa: PT017 - most texts are refused, a few are numbers


@pytest.mark.parametrize(
    ("setting", "bounds", "default"),
    [
        (COUNT, "1 to 10", "5 things"),
        (SECONDS, "0.2 to 600", "1.5 seconds"),
        (SWITCH, "", "yes"),
        (WORD, "one of red, green", "red"),
        (SIZE, "64 KB or more", "8 MB"),
        (MOST, "up to 1,000", "3"),
    ],
)
def test_its_words(setting: AnySetting, bounds: str, default: str) -> None:
    assert setting.bounds_words == bounds
    assert setting.value_words(setting.default) == default


def test_sizes_that_are_not_round_are_told_in_bytes() -> None:
    assert SIZE.value_words(1_000_000) == "1,000,000 bytes"
    assert SWITCH.value_words(value=False) == "no"


def test_the_type_is_that_of_the_default() -> None:
    words: list[Any] = [setting.type_words for setting in (COUNT, SECONDS, SWITCH, WORD)]
    assert words == ["whole number", "number", "yes or no", "text"]
