"""Who is who is decided so that deciding again decides nothing more."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.customer import Customer
from desktop.domain.ids import CustomerId
from desktop.services.customer_csv import CsvRow
from desktop.services.customer_plan import Plan
from desktop.services.customer_wanted import wanted_customers

NAMES = st.sampled_from(["Ann", "ANN", "Bob", "Cem"])
EMAILS = st.lists(st.sampled_from("abcd"), min_size=1, max_size=3, unique=True).map(tuple)
COMPANIES = st.sampled_from(["", "X", "Y"])
HELD = st.lists(st.tuples(NAMES, EMAILS, COMPANIES), max_size=5)
ROWS = st.lists(st.tuples(NAMES | st.just(""), EMAILS, COMPANIES), min_size=1, max_size=7)
People = list[tuple[str, tuple[str, ...], str]]


def plan(held: list[Customer], rows: list[CsvRow]) -> tuple[Plan, set[int]]:
    wanted, doubtful = wanted_customers(rows)
    made = Plan(wanted, held)
    return made, {row.line for row in (*doubtful, *made.bad_rows())}


def check(there: People, file: People) -> list[Customer]:
    held = [Customer(CustomerId(number), *one) for number, one in enumerate(there, 1)]
    rows = [CsvRow(line, *one) for line, one in enumerate(file, 2)]
    first, bad = plan(held, rows)
    touched = {id(draft) for draft in first.touched()}
    assert all(id(draft) in touched or draft.now == draft.before for draft in first.drafts if draft.now.emails)

    made = [draft.now for draft in first.drafts if draft.now.emails]
    stored = [replace(one, id=CustomerId(number)) for number, one in enumerate(made, 1)]
    again, still_bad = plan(stored, rows)
    assert [draft.now for draft in again.drafts] == stored
    assert still_bad == bad
    return stored


@settings(max_examples=1000, deadline=None)
@given(HELD, ROWS)
def test_a_second_plan_changes_nothing(held: People, rows: People) -> None:
    check(held, rows)


def test_a_row_that_moves_to_a_renamed_namesake_leaves_nothing_where_it_was() -> None:
    held: People = [("Bob", ("a", "b", "c"), ""), ("Cem", ("a", "c"), "")]
    rows: People = [("Cem", ("c", "a"), "X"), ("Cem", ("b",), "")]
    renamed, other = check(held, rows)
    assert (renamed.name, renamed.company) == ("Cem", "X")
    assert (other.name, other.company) == ("Cem", "")


def test_the_namesake_that_shares_most_is_meant_then_the_oldest() -> None:
    ann, other = check([("Ann", ("a",), ""), ("Ann", ("a", "b"), "")], [("Ann", ("a", "b", "c"), "X")])
    assert (ann.company, other.company) == ("", "X")
    ann, other = check([("Ann", ("a",), ""), ("Ann", ("b",), "")], [("Ann", ("a", "b"), "X")])
    assert (ann.company, other.company) == ("X", "")
