"""What Hypothesis draws: mail that arrives, and what goes wrong during a sync; values that print as they were drawn."""

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.model.letters import LARGE_KINDS, Kind
from tests.model.server import Temper

ADDRESSES = ["a@customer.test", "b@customer.test", "shared@customer.test"]

places = st.integers(0, 2)
numbers = st.integers(0, 4)
boxes = st.sampled_from([-1, 0, 0, 1])
senders = st.sampled_from(ADDRESSES)
tempers = st.sampled_from([Temper.GOOD, Temper.GOOD, *Temper])


@dataclass(frozen=True, slots=True)
class Arrival:
    """A letter on its way into a folder. ``unseen``: it has its number now and shows up later."""

    place: int
    sender: str
    kind: Kind = Kind.PLAIN
    temper: Temper = Temper.GOOD
    unseen: bool = False


_kinds = st.sampled_from([Kind.PLAIN] * 6 + [kind for kind in Kind if kind not in LARGE_KINDS])
_plain = st.builds(Arrival, places, senders, _kinds)
_troublesome = st.builds(Arrival, places, senders, st.just(Kind.PLAIN), tempers, st.booleans())
arrivals = st.lists(st.one_of(_plain, _plain, _plain, _troublesome), max_size=4)

_older = st.builds(Arrival, places, senders, st.just(Kind.OLD), st.sampled_from([Temper.GOOD] * 4 + list(Temper)))
older = st.lists(st.one_of(_older, _older, _older, _plain), min_size=2, max_size=7)

_tempers = st.sampled_from([Temper.GOOD] * 8 + [Temper.NOT_FETCHED, Temper.BREAKS_FETCH])
_large = st.builds(Arrival, places, senders, st.sampled_from([Kind.LARGE, Kind.LARGE, Kind.LARGE_OLD]), _tempers)
large = st.lists(st.one_of(_large, _large, _plain), min_size=1, max_size=3)
_large_older = st.builds(Arrival, places, senders, st.just(Kind.LARGE_OLD), _tempers)
large_older = st.lists(st.one_of(_large_older, _large_older, _older, _large), min_size=1, max_size=4)


@dataclass(frozen=True, slots=True)
class Disturbance:
    """What goes wrong during one sync, and at which server call, fetch, mail or report of progress; 0 is never.

    ``change`` is what somebody else does to the folder ``place`` before call ``at_call``.
    """

    cut_at: int = 0
    asks_to_wait: bool = False
    cut_fetch: int = 0
    cut_after: int = 0
    omit: int = 0
    mute: bool = False
    short_by: int = 0
    untold: int = 0
    cut_changes: bool = False
    stray: bool = False
    stop_after: int = 0
    refusal: str = ""
    at_call: int = 0
    place: int = 0
    number: int = 0
    change: str = ""


_calls = st.integers(1, 12)
cuts = st.one_of(
    st.builds(Disturbance, cut_at=_calls, asks_to_wait=st.sampled_from([False, False, True])),
    st.builds(Disturbance, cut_fetch=st.integers(1, 3), cut_after=st.integers(0, 2)),
    st.builds(Disturbance, stop_after=st.integers(1, 4)),
    st.builds(Disturbance, refusal=st.sampled_from(["sign in", "setting", "wait", "folder"])),
)
lies = st.one_of(
    st.builds(Disturbance, omit=st.integers(1, 4), mute=st.booleans(), stray=st.booleans()),
    st.builds(Disturbance, short_by=st.integers(1, 3)),
    st.builds(Disturbance, untold=st.integers(1, 2)),
)
slips = st.one_of(
    st.builds(Disturbance, untold=st.just(1)),
    st.builds(Disturbance, cut_changes=st.just(True)),
)
"""What goes wrong over the question what is gone and what has changed."""
_changes = st.sampled_from(["expunge", "deliver", "renumber"])
changes = st.builds(Disturbance, at_call=_calls, place=places, number=numbers, change=_changes)
storms = st.builds(
    Disturbance, cut_at=st.integers(0, 12), cut_fetch=st.integers(0, 2), cut_after=st.integers(0, 1),
    omit=st.integers(0, 3), mute=st.booleans(), short_by=st.integers(0, 1), untold=st.integers(0, 1),
    at_call=_calls, place=places, number=numbers, change=_changes,
)  # fmt: skip
deaths = st.tuples(st.sampled_from(["before commit", "before commit", "after commit", "server call"]), _calls)
