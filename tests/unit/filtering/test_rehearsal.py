"""The rehearsal of a policy and judging mail by mail are one and the same."""

import gc
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.filters import Comparison, Effect, Facts, Field, FilterRow, Kind
from desktop.domain.ids import FilterId
from desktop.filtering.fact_table import FactTable
from desktop.filtering.judging import Judge, Policy
from desktop.filtering.rehearsal import KEPT, Rehearsal

DOMAINS = ("a.example", "b.a.example", "other.example", "shop.example")
ADDRESSES = tuple(f"{name}@{domain}" for name in ("ann", "noreply", "x") for domain in DOMAINS)
TEXTS = ("order", "newsletter", "no", "a.example", "@", "ann@a.example", "*a*", "n?", "", "shop.example")


def facts() -> st.SearchStrategy[Facts]:
    kinds = st.lists(st.sampled_from(Kind), unique=True, max_size=2).map(lambda found: tuple((k, "so") for k in found))
    recipients = st.lists(st.sampled_from(ADDRESSES), max_size=2).map(tuple)
    subjects = st.sampled_from(("", "order 1", "newsletter", "re: no order", "a.example"))
    return st.builds(Facts, st.sampled_from(("", *ADDRESSES)), recipients, subjects, kinds)


def rows() -> st.SearchStrategy[FilterRow]:
    plain = st.builds(
        FilterRow,
        st.integers(1, 9).map(FilterId),
        st.sampled_from(Effect),
        st.sampled_from([Field.SENDER, Field.RECIPIENT, Field.SUBJECT]),
        st.sampled_from(Comparison),
        st.lists(st.sampled_from(TEXTS), max_size=2).map(tuple),
        enabled=st.booleans(),
    )
    of_kind = st.builds(
        FilterRow,
        st.integers(1, 9).map(FilterId),
        st.sampled_from(Effect),
        st.just(Field.KIND),
        st.just(Comparison.IS),
        st.lists(st.sampled_from(Kind), max_size=2).map(lambda found: tuple(kind.value for kind in found)),
    )
    return plain | of_kind


def policies() -> st.SearchStrategy[Policy]:
    domains = st.frozensets(st.sampled_from(DOMAINS), max_size=2)
    return st.builds(Policy, st.lists(rows(), max_size=5).map(tuple), domains, domains)


@settings(max_examples=300)
@given(st.lists(facts(), max_size=12), policies())
def test_a_rehearsal_says_what_judging_would(mails: list[Facts], policy: Policy) -> None:
    judge = Judge(policy)
    verdicts = [judge.verdict(one) for one in mails]
    found = Rehearsal(mails).run(policy, lambda: None)
    assert [what == KEPT for what in found.outcome] == [verdict.kept for verdict in verdicts]
    assert sum(found.hits) == sum(verdict.row is not None for verdict in verdicts)
    assert (found.kept, found.skipped) == (sum(v.kept for v in verdicts), sum(not v.kept for v in verdicts))


def test_what_a_change_of_the_rows_changes_is_named() -> None:
    mails = [Facts("a@a.example", (), "order"), Facts("b@b.example", (), "newsletter")]
    rehearsal = Rehearsal(mails)
    before = rehearsal.run(Policy(), lambda: None)
    row = FilterRow(FilterId(1), Effect.EXCLUDE, Field.SUBJECT, Comparison.CONTAINS, ("newsletter",))
    after = rehearsal.run(Policy((row,)), lambda: None)
    assert (before.changed_from(before), after.changed_from(before)) == ([], [1])
    assert (after.kept, after.skipped, after.hits) == (1, 1, (1,))


@given(st.lists(facts(), max_size=12))
def test_a_table_gives_back_the_facts_that_were_put_in(mails: list[Facts]) -> None:
    table = FactTable[int]()
    for number, one in enumerate(mails):
        table.put(number, one)
    assert dict(table) == dict(enumerate(mails))


def test_many_mails_are_nothing_to_walk_for_the_garbage_collector() -> None:
    """The window stands still while the collector looks through what it tracks."""

    def many() -> Iterator[Facts]:
        for at in range(2000):
            yield Facts(f"{at}@a.example", (f"to{at}@b.example",), f"order {at}", ((Kind.NEWSLETTER, "so"),))

    gc.collect()
    before, table = len(gc.get_objects()), FactTable[int]()
    for number, one in enumerate(many()):
        table.put(number, one)
    rehearsal = Rehearsal(many())
    gc.collect()
    assert len(gc.get_objects()) - before < 200
    assert len(table) == len(rehearsal) == 2000
