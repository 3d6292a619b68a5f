"""Messages in batches: each is answered for once, and the one that breaks the connection is found and named."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.errors import Stopped, Transient
from desktop.domain.ids import Ref
from desktop.domain.mail import RawMail
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.domain.source import RemoteMessage
from desktop.sync.batches import OMITTED, Batches, Delivered
from desktop.sync.connection import Connection
from desktop.sync.context import Limits, StopSignal

WHEN = datetime(2026, 3, 1, tzinfo=UTC)
SMALL = Limits(batch_messages=3, batch_bytes=1000, describe_messages=10, fetch_bytes=2000)
BREAK = "The connection broke."


@dataclass
class Folder:
    """A source, and the connection that has it: sizes by number, and the numbers that cannot be had."""

    sizes: dict[int, int]
    old: set[int] = field(default_factory=set)
    undescribed: set[int] = field(default_factory=set)
    unfetched: set[int] = field(default_factory=set)
    breaks_describe: set[int] = field(default_factory=set)
    breaks_fetch: set[int] = field(default_factory=set)
    stray: int = 0
    retry_after_s: float | None = None
    reconnects: int = 10**6
    stop: StopSignal = field(default_factory=StopSignal)
    stops_when_broken: bool = False
    fetched: list[tuple[list[int], bool]] = field(default_factory=list)
    breaks: int = 0

    @property
    def source(self) -> "Folder":
        return self

    def describe(self, refs: RefSet) -> Sequence[RemoteMessage]:
        if self.breaks_describe & set(refs):
            raise self._broken()
        found = [ref for ref in [*refs, *([self.stray] if self.stray else [])] if ref not in self.undescribed]
        return [RemoteMessage(ref, WHEN, self.sizes.get(ref, 1)) for ref in found]

    def fetch(self, messages: Sequence[RemoteMessage], *, headers_only: bool) -> Iterator[RawMail]:
        self.fetched.append(([message.ref for message in messages], headers_only))
        for ref in [*([self.stray] if self.stray else []), *(message.ref for message in messages)]:
            if ref in self.breaks_fetch:
                raise self._broken()
            if ref not in self.unfetched:
                yield RawMail(Ref(str(ref)), WHEN, 1, b"")

    def outline(self, ref: int) -> None:
        """It does not tell what its messages are made of."""

    def reopen(self, cause: Transient) -> None:
        self.stop.check()
        if self.reconnects <= 0 or cause.retry_after_s is not None:
            raise cause
        self.reconnects -= 1

    def bring(self, wanted: RefSet, limits: Limits = SMALL) -> Iterator[Delivered]:
        batches = Batches(cast("Connection", self), self.reopen, limits, self.stop)
        return batches.of(wanted, lambda message: ReasonCode.BEFORE_START_DATE if message.ref in self.old else None)

    def _broken(self) -> Transient:
        self.breaks += 1
        if self.stops_when_broken:
            self.stop.request()
        error = Transient(ReasonCode.SERVER_UNREACHABLE, BREAK)
        error.retry_after_s = self.retry_after_s
        return error


def told(steps: Iterator[Delivered]) -> tuple[dict[int, str], bool]:
    """What was said of each number, and whether it ended by an error; no number is named twice."""
    found: dict[int, str] = {}

    def note(ref: int, words: str) -> None:
        assert ref not in found, f"{ref} was told twice"
        found[ref] = words

    try:
        for step in steps:
            for mail in step.mails:
                note(int(mail.ref), "here")
            for code, refs in step.left_out.items():
                for ref in refs:
                    note(ref, code.value)
            for ref, why in step.unanswered.items():
                note(ref, why)
    except Transient:
        return found, True
    return found, False


def test_batches_are_the_newest_first_and_bounded_by_count_and_bytes() -> None:
    folder = Folder({1: 10, 2: 10, 3: 10, 4: 10, 5: 900, 6: 200, 7: 5000, 8: 10})
    told(folder.bring(RefSet.parse("1:8")))
    assert folder.fetched == [([8], False), ([7], True), ([6], False), ([5, 4, 3], False), ([2, 1], False)]


def test_a_message_larger_than_a_batch_has_one_of_its_own() -> None:
    folder = Folder({1: 10, 2: 1500, 3: 10})
    told(folder.bring(RefSet.parse("1:3")))
    assert folder.fetched == [([3], False), ([2], False), ([1], False)]


def test_a_message_that_nobody_asked_for_is_not_handed_on() -> None:
    folder = Folder({}, stray=99)
    assert told(folder.bring(RefSet.parse("1:2"))) == ({1: "here", 2: "here"}, False)


def test_one_message_that_breaks_the_question_about_two_thousand_is_found_by_five_breaks() -> None:
    folder = Folder({}, breaks_describe={777})
    found, failed = told(folder.bring(RefSet([(1, 2000)]), Limits()))
    assert not failed
    assert [ref for ref, words in found.items() if words != "here"] == [777]
    assert len(found) == 2000
    assert folder.breaks == 5


refs = st.sets(st.integers(1, 40))


@given(wanted=refs, old=refs, undescribed=refs, unfetched=refs, breaks_describe=refs, breaks_fetch=refs)
def test_whatever_cannot_be_had_each_message_is_told_of_once(
    wanted: set[int],
    old: set[int],
    undescribed: set[int],
    unfetched: set[int],
    breaks_describe: set[int],
    breaks_fetch: set[int],
) -> None:
    folder = Folder({}, old, undescribed, unfetched, breaks_describe, breaks_fetch)

    def expected(ref: int) -> str:
        if ref in breaks_describe:
            return BREAK
        if ref in undescribed:
            return OMITTED
        if ref in old:
            return "BEFORE_START_DATE"
        if ref in breaks_fetch:
            return BREAK
        return OMITTED if ref in unfetched else "here"

    assert told(folder.bring(RefSet.of(wanted))) == ({ref: expected(ref) for ref in wanted}, False)


@given(breaks_describe=refs, breaks_fetch=refs)
def test_each_pass_comes_further_however_many_messages_break_the_connection(
    breaks_describe: set[int], breaks_fetch: set[int]
) -> None:
    """With as many reconnects as it takes to find one: what was named before is not asked for first again."""
    left = set(range(1, 41))
    while left:
        folder = Folder({}, breaks_describe=breaks_describe, breaks_fetch=breaks_fetch, reconnects=3)
        found, _ = told(folder.bring(RefSet.of(left)))
        assert found, f"nothing was found out about {left}"
        left -= set(found)


@pytest.mark.parametrize("how", ["breaks_describe", "breaks_fetch"])
def test_the_message_that_broke_the_last_connection_is_named_before_the_pass_ends(how: str) -> None:
    folder = Folder({}, reconnects=1)
    setattr(folder, how, {1})
    assert told(folder.bring(RefSet.of([1]))) == ({1: BREAK}, True)


@pytest.mark.parametrize("how", ["breaks_describe", "breaks_fetch"])
def test_no_message_is_blamed_for_a_server_that_asks_us_to_wait(how: str) -> None:
    folder = Folder({}, retry_after_s=60)
    setattr(folder, how, {1})
    assert told(folder.bring(RefSet.of([1]))) == ({}, True)


@pytest.mark.parametrize("how", ["breaks_describe", "breaks_fetch"])
def test_no_message_is_blamed_for_a_connection_that_we_cut_ourselves(how: str) -> None:
    folder = Folder({}, stops_when_broken=True)
    setattr(folder, how, {1})
    steps = folder.bring(RefSet.of([1]))
    with pytest.raises(Stopped):
        assert not [step for step in steps if step.unanswered]
