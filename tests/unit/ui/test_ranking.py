"""What a person types finds what they mean, and the best of it first."""

from desktop.ui.ranking import rank


def found(typed: str, *texts: str) -> list[str]:
    return [hit.text for hit in rank(typed, [(text, text) for text in texts], 10)]


def test_nothing_typed_lists_everything_in_its_order() -> None:
    assert found("", "Sync now", "Quit") == ["Sync now", "Quit"]


def test_the_start_of_a_word_comes_before_its_inside() -> None:
    assert found("con", "Open the second", "Reconnect billing", "Connect mailbox") == [
        "Connect mailbox",
        "Reconnect billing",
        "Open the second",
    ]


def test_every_word_typed_must_be_found() -> None:
    assert found("acme par", "Acme Retail", "Acme Parts") == ["Acme Parts"]


def test_a_slip_of_the_finger_is_forgiven_last() -> None:
    assert found("recconnect", "Reconnect billing", "Quit") == ["Reconnect billing"]


def test_marks_say_which_letters_were_typed() -> None:
    (hit,) = rank("par acm", [(1, "Acme Parts")], 5)
    assert [hit.text[start:end] for start, end in hit.marks] == ["Acm", "Par"]


def test_letters_that_fold_to_two_do_not_shift_the_marks() -> None:
    (hit,) = rank("park", [(1, "Straße Park")], 5)
    assert [hit.text[start:end] for start, end in hit.marks] == ["Park"]
