"""A thread that works ahead: in order, not far, and gone when nobody wants more."""

import threading
from collections.abc import Iterator

import pytest

from desktop.sync.fetch_ahead import FetchAhead


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "ahead"]


def test_items_come_in_order_from_a_thread_of_its_own() -> None:
    def items() -> Iterator[tuple[int, str]]:
        for number in range(100):
            yield number, threading.current_thread().name

    with FetchAhead(items(), name="ahead") as received:
        assert list(received) == [(number, "ahead") for number in range(100)]
    assert threads() == []


def test_it_is_never_more_than_its_depth_and_one_in_hand_ahead() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in range(50):
            made.append(number)
            yield number

    with FetchAhead(items(), depth=3, name="ahead") as received:
        for taken, _ in enumerate(received, start=1):
            assert len(made) <= taken + 3 + 1


def test_an_error_arrives_in_its_place_after_what_came_before() -> None:
    def items() -> Iterator[int]:
        yield 1
        yield 2
        raise LookupError

    taken: list[int] = []
    with pytest.raises(LookupError), FetchAhead(items(), name="ahead") as received:
        taken.extend(received)
    assert taken == [1, 2]
    assert threads() == []


def test_leaving_early_ends_the_thread_though_it_waits_for_room() -> None:
    with FetchAhead(iter(range(10**9)), depth=1, name="ahead") as received:
        assert next(received) == 0
    assert threads() == []


def test_leaving_by_an_error_of_our_own_ends_the_thread_too() -> None:
    def leave() -> None:
        with FetchAhead(iter(range(10**9)), name="ahead") as received:
            next(received)
            raise LookupError

    with pytest.raises(LookupError):
        leave()
    assert threads() == []
