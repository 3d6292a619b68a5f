"""Two threads that work ahead: in order, not far, and gone when nobody wants more."""

import threading
from collections.abc import Iterator

import pytest

from desktop.sync.fetch_ahead import FetchAhead


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("ahead")]


def same(number: int) -> int:
    return number


def test_items_come_in_order_from_a_thread_of_their_own_and_are_worked_on_in_another() -> None:
    def items() -> Iterator[tuple[int, str]]:
        for number in range(100):
            yield number, threading.current_thread().name

    def work(item: tuple[int, str]) -> tuple[int, str, str]:
        return (*item, threading.current_thread().name)

    with FetchAhead(items(), work, name="ahead") as received:
        assert list(received) == [(number, "ahead", "ahead-read") for number in range(100)]
    assert threads() == []


def test_it_is_never_more_than_its_depth_and_one_in_hand_ahead_at_each_of_the_two() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in range(50):
            made.append(number)
            yield number

    with FetchAhead(items(), same, depth=3, name="ahead") as received:
        for taken, _ in enumerate(received, start=1):
            assert len(made) <= taken + 2 * (3 + 1)


def test_the_next_item_is_worked_on_while_one_is_in_use() -> None:
    second_begun = threading.Event()

    def work(number: int) -> int:
        if number == 1:
            second_begun.set()
        return number

    with FetchAhead(iter(range(3)), work, name="ahead") as received:
        assert next(received) == 0
        assert second_begun.wait(10)


def test_an_error_arrives_in_its_place_after_what_came_before() -> None:
    def items() -> Iterator[int]:
        yield 1
        yield 2
        raise LookupError

    taken: list[int] = []
    with pytest.raises(LookupError), FetchAhead(items(), same, name="ahead") as received:
        taken.extend(received)
    assert taken == [1, 2]
    assert threads() == []


def test_an_error_over_an_item_arrives_in_its_place_and_ends_what_fetches() -> None:
    def work(number: int) -> int:
        if number == 2:
            raise LookupError
        return number

    taken: list[int] = []
    with pytest.raises(LookupError), FetchAhead(iter(range(10**9)), work, name="ahead") as received:
        taken.extend(received)
    assert taken == [0, 1]
    assert threads() == []


def test_leaving_early_ends_both_threads_though_they_wait_for_room() -> None:
    with FetchAhead(iter(range(10**9)), same, name="ahead") as received:
        assert next(received) == 0
    assert threads() == []


def test_leaving_by_an_error_of_our_own_ends_the_threads_too() -> None:
    def leave() -> None:
        with FetchAhead(iter(range(10**9)), same, name="ahead") as received:
            next(received)
            raise LookupError

    with pytest.raises(LookupError):
        leave()
    assert threads() == []


def test_leaving_does_not_wait_for_an_item_that_nobody_fetches_any_more() -> None:
    """What fetches ends over its error, or is let go; what reads must not go on waiting for it."""
    let_go = threading.Event()

    def items() -> Iterator[int]:
        yield 1
        let_go.wait(10)

    with FetchAhead(items(), same, name="ahead") as received:
        assert next(received) == 1
        let_go.set()
    assert threads() == []


def test_leaving_at_any_moment_ends_the_threads() -> None:
    for leave_after in range(40):
        with FetchAhead(iter(range(30)), same, name="ahead") as received:
            for _ in zip(range(leave_after), received, strict=False):
                pass
        assert threads() == []


def test_what_fetches_is_closed_when_nobody_wants_more() -> None:
    closed = threading.Event()

    def items() -> Iterator[int]:
        try:
            yield from range(10**9)
        finally:
            closed.set()

    ahead = FetchAhead(items(), same, name="ahead")
    with ahead as received:
        next(received)
    del ahead
    assert closed.wait(10)
