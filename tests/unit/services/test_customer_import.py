"""An import does all or nothing, the same twice as once, and can be taken back."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.domain.changes import Changed
from desktop.domain.customer import Customer
from desktop.domain.decision import PERSON
from desktop.domain.email_list import EmailFilter
from desktop.domain.errors import CommandRefused, StoreError
from desktop.domain.ids import CustomerId
from desktop.domain.reasons import ReasonCode
from desktop.services import undo
from desktop.services.customer_csv import CsvRow, CsvTable, read_csv
from desktop.services.customer_import import ImportRefused, ImportReport, import_customers
from desktop.services.review import assign
from desktop.store.opening import open_store
from desktop.store.store import Store
from desktop.store.tables import customer, customer_address
from tests.helpers.mails import KEY, NOON, FixedClock, new_store, packed, parsed, place_in

CLOCK = FixedClock()
Rows = list[tuple[Any, ...]]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path)
    yield opened
    opened.close()


def load(store: Store, text: str | CsvTable, *, skip_bad: bool = False, preview: bool = False) -> ImportReport:
    table = read_csv(text.encode()) if isinstance(text, str) else text
    return import_customers(store, table, skip_bad=skip_bad, preview=preview, clock=CLOCK, source="new.csv")


def dump(store: Store) -> dict[str, Rows]:
    """Every row of the tables that an import writes, as the columns lie there."""
    with store._reading.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key))]
            for table in (customer, customer_address)
        }


def journal(store: Store) -> list[str]:
    with store.read() as reader:
        return [entry.words for entry in reader.records.journal(limit=100)]


def people(store: Store) -> list[tuple[str, tuple[str, ...], str, str, tuple[str, ...]]]:
    with store.read() as reader:
        found = sorted(reader.customers.find(), key=lambda one: one.id)
        return [(one.name, one.emails, one.company, one.owner, one.tags) for one in found]


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, len(report.bad)


FIRST = """name,email,company,owner,tags
Ann Lee,ann@acme.example;ann.lee@home.example,Acme,Kim,vip
Bob,bob@bolts.example,Bolts,,
,info@cog.example,Cog Ltd,,
"""


class TestWhatIsStored:
    def test_new_customers_with_all_their_cells(self, store: Store) -> None:
        report = load(store, FIRST)
        assert counts(report) == (3, 0, 0, 0)
        assert report.words == "Imported 3 customers from new.csv"
        assert report.change.changed is Changed.CUSTOMERS
        assert people(store) == [
            ("Ann Lee", ("ann@acme.example", "ann.lee@home.example"), "Acme", "Kim", ("vip",)),
            ("Bob", ("bob@bolts.example",), "Bolts", "", ()),
            ("Cog Ltd", ("info@cog.example",), "Cog Ltd", "", ()),
        ]
        assert journal(store) == ["Imported 3 customers from new.csv"]

    def test_again_changes_nothing_and_is_no_command(self, store: Store) -> None:
        load(store, FIRST)
        before = dump(store)
        report = load(store, FIRST)
        assert counts(report) == (0, 0, 3, 0)
        assert report.words == "Nothing to import from new.csv: 3 customers of it are here already"
        assert report.change.changed is Changed.NOTHING
        assert dump(store) == before
        assert len(journal(store)) == 1

    def test_an_address_finds_its_customer_and_cells_fill_in(self, store: Store) -> None:
        load(store, FIRST)
        report = load(
            store,
            "name,email,company,owner,tags\n"
            "Ann Lee-Ray,ANN.LEE@home.example; ann@new.example,,Lou,VIP;north\n"
            "Dee,dee@x.example,,,\n",
        )
        assert counts(report) == (1, 1, 0, 0)
        assert report.words == "Imported 2 customers from new.csv (1 updated)"
        assert people(store)[0] == (
            "Ann Lee-Ray",
            ("ann@acme.example", "ann.lee@home.example", "ann@new.example"),
            "Acme",
            "Lou",
            ("vip", "north"),
        )
        assert report.sample[0].words == (
            "name 'Ann Lee-Ray' instead of 'Ann Lee'; owner 'Lou' instead of 'Kim'; new address ann@new.example;"
            " new tag north"
        )
        assert (report.sample[1].outcome, report.sample[1].words) == ("created", "New, with dee@x.example")

    def test_a_makeshift_name_never_replaces_one_that_is_known(self, store: Store) -> None:
        load(store, FIRST)
        load(store, "email,company\nbob@bolts.example,Bolts and Nuts\n")
        assert people(store)[1][:3] == ("Bob", ("bob@bolts.example",), "Bolts and Nuts")

    def test_a_learned_address_and_a_persons_decision_stay(self, store: Store) -> None:
        load(store, FIRST)
        place = place_in(store)
        with store.write() as uow:
            uow.intake.take_in(place, [packed(1, parsed("1", "bobby@learned.example"))], [], NOON)
            (row,) = uow.read.emails.page(EmailFilter(), limit=5)
            assert row.id is not None
            assign(uow, [row.id], CustomerId(2), remember=True, clock=CLOCK)
        load(store, FIRST.replace("Bolts,,", "Bolts Ltd,,"))
        assert people(store)[1] == ("Bob", ("bob@bolts.example", "bobby@learned.example"), "Bolts Ltd", "", ())
        with store.read() as reader:
            (row,) = reader.emails.page(EmailFilter(), limit=5)
        assert (row.customer_id, row.decided_by) == (2, PERSON)

    def test_no_rows_are_no_command(self, store: Store) -> None:
        assert load(store, "name,email\n").words == "Nothing to import from new.csv"
        assert journal(store) == []


class TestSharedAddresses:
    FAMILY = "name,email,tags\nAnn,home@lee.example,a\nBob,home@lee.example;bob@lee.example,b\n"

    def test_two_customers_may_share_one_and_are_known_again(self, store: Store) -> None:
        assert counts(load(store, self.FAMILY)) == (2, 0, 0, 0)
        before = dump(store)
        assert counts(load(store, self.FAMILY)) == (0, 0, 2, 0)
        assert dump(store) == before
        with store.read() as reader:
            assert len(reader.customers.by_addresses(["home@lee.example"])["home@lee.example"]) == 2

    def test_the_name_says_which_of_them_is_meant(self, store: Store) -> None:
        load(store, self.FAMILY)
        load(store, "name,email,company\nBOB,home@lee.example,Bolts\n")
        assert [(name, company) for name, _, company, _, _ in people(store)] == [("Ann", ""), ("BOB", "Bolts")]

    def test_a_second_name_beside_the_known_one_is_a_second_customer(self, store: Store) -> None:
        load(store, "name,email\nAnn,home@lee.example\n")
        assert counts(load(store, self.FAMILY)) == (1, 1, 0, 0)
        assert [one[0] for one in people(store)] == ["Ann", "Bob"]

    def test_a_third_name_alone_could_be_either_and_is_bad(self, store: Store) -> None:
        load(store, self.FAMILY)
        report = load(store, "name,email\nCem,home@lee.example\n", preview=True)
        assert [(row.line, row.reason) for row in report.bad] == [
            (2, "Its addresses belong to several customers (Ann and Bob), and none of them is called Cem.")
        ]

    def test_a_third_name_beside_the_two_known_ones_is_a_third_customer(self, store: Store) -> None:
        load(store, self.FAMILY)
        assert counts(load(store, self.FAMILY + "Cem,home@lee.example,\n")) == (1, 0, 2, 0)

    def test_a_row_without_a_name_could_be_either_and_is_bad(self, store: Store) -> None:
        load(store, self.FAMILY)
        report = load(store, "name,email\n,home@lee.example\n", preview=True)
        assert report.bad[0].reason == (
            "Its addresses belong to several customers (Ann and Bob), and the row has no name to tell which is meant."
        )

    def test_two_new_names_for_one_known_customer_are_bad(self, store: Store) -> None:
        load(store, "name,email\nAcme,a@acme.example;b@acme.example\n")
        report = load(store, "name,email\nAnn,a@acme.example\nBob,b@acme.example\n", preview=True)
        assert [row.line for row in report.bad] == [2, 3]
        assert report.bad[0].reason == (
            "Its addresses belong to Acme, whom the rows at lines 2 and 3 would give different names."
        )

    def test_rows_of_one_name_for_one_known_customer_are_one(self, store: Store) -> None:
        load(store, "name,email\nAcme,a@acme.example;b@acme.example\n")
        load(store, "name,email,company\nAnn,a@acme.example,X\nANN,b@acme.example,Y\n")
        assert people(store) == [("ANN", ("a@acme.example", "b@acme.example"), "Y", "", ())]

    def test_thousands_with_one_placeholder_address(self, store: Store) -> None:
        text = "name,email\n" + "".join(f"Person {n},unknown@x.example\n" for n in range(5_000))
        assert counts(load(store, text)) == (5_000, 0, 0, 0)
        assert counts(load(store, text)) == (0, 0, 5_000, 0)
        other = load(store, text.replace("Person", "Other"), preview=True)
        assert len(other.bad) == 5_000
        assert len(other.bad[0].reason) < 300


class TestBadRows:
    TEXT = FIRST + "Dee,nowhere,,,\nEve,,,,\n"

    def test_one_bad_row_and_nothing_is_imported(self, store: Store) -> None:
        with pytest.raises(ImportRefused) as caught:
            load(store, self.TEXT)
        assert caught.value.code is ReasonCode.BAD_INPUT
        assert str(caught.value) == (
            "2 rows of new.csv cannot be imported: line 5: 'nowhere' is not a mail address;"
            " line 6: The row has no mail address. Nothing was imported."
            " Mend the file, or leave such rows out with --skip-bad."
        )
        assert [row.line for row in caught.value.report.bad] == [5, 6]
        assert caught.value.report.change.changed is Changed.NOTHING
        assert dump(store) == {"customer": [], "customer_address": []}
        assert journal(store) == []

    def test_a_row_that_is_bad_only_for_what_is_stored_stops_everything_too(self, store: Store) -> None:
        load(store, TestSharedAddresses.FAMILY)
        before = dump(store)
        with pytest.raises(CommandRefused):
            load(store, FIRST + "Cem,home@lee.example,,,\n")
        assert dump(store) == before

    def test_bad_rows_can_be_left_out(self, store: Store) -> None:
        report = load(store, self.TEXT, skip_bad=True)
        assert counts(report) == (3, 0, 0, 2)
        assert report.words == "Imported 3 customers from new.csv; 2 bad rows left out"
        assert len(people(store)) == 3
        assert counts(load(store, self.TEXT, skip_bad=True)) == (0, 0, 3, 2)

    def test_a_preview_changes_nothing_and_says_what_the_import_does(self, store: Store, tmp_path: Path) -> None:
        load(store, FIRST)
        before = dump(store)
        text = self.TEXT.replace("Bob,", "Rob,") + "Fay,fay@x.example,,,\n"
        reading = open_store(tmp_path, KEY, writing=False)
        report = load(reading, text, preview=True)
        reading.close()
        assert (dump(store), len(journal(store))) == (before, 1)
        assert report.words == "Would import 2 customers from new.csv (1 updated); 2 bad rows left out"
        assert [(row.line, row.outcome, row.name) for row in report.sample] == [
            (2, "unchanged", "Ann Lee"),
            (3, "updated", "Rob"),
            (4, "unchanged", "Cog Ltd"),
            (7, "created", "Fay"),
        ]
        assert counts(load(store, text, skip_bad=True)) == counts(report)


class TestUndo:
    def undo(self, store: Store) -> str:
        with store.write() as uow:
            return undo.undo(uow, CLOCK).words

    def redo(self, store: Store) -> str:
        with store.write() as uow:
            return undo.redo(uow, CLOCK).words

    def test_undo_and_redo_restore_every_column(self, store: Store) -> None:
        states = [dump(store)]
        texts = [FIRST, FIRST.replace("Bob", "Rob").replace("vip", "gold") + "Dee,dee@x.example;info@cog.example,,,\n"]
        for text in texts:
            load(store, text)
            states.append(dump(store))
        assert self.undo(store) == "Undone: Imported 3 customers from new.csv (3 updated)"
        assert dump(store) == states[1]
        self.undo(store)
        assert dump(store) == states[0]
        self.redo(store)
        assert dump(store) == states[1]
        self.redo(store)
        assert dump(store) == states[2]

    @pytest.mark.deep
    def test_fifty_thousand_rows_and_back(self, store: Store) -> None:
        empty = dump(store)
        load(store, MANY)
        full = dump(store)
        self.undo(store)
        assert dump(store) == empty
        self.redo(store)
        assert dump(store) == full


MANY = "name,email,company\n" + "".join(f"Person {n},p{n}@x.example,Company {n % 99}\n" for n in range(50_000))


def test_fifty_thousand_rows_are_one_command(store: Store) -> None:
    assert counts(load(store, MANY)) == (50_000, 0, 0, 0)
    assert counts(load(store, MANY)) == (0, 0, 50_000, 0)
    assert journal(store) == ["Imported 50,000 customers from new.csv"]
    with store.read() as reader:
        assert reader.customers.count() == 50_000


def fail_at(store: Store, number: int) -> Callable[[], None]:
    """Let the writing statement with this number fail, once; the answer takes the fault away."""
    engine = store._writing
    assert engine is not None
    seen = 0

    def on_statement(*args: Any) -> None:
        nonlocal seen
        if args[2].split()[0] in {"INSERT", "UPDATE", "DELETE"}:
            seen += 1
            if seen == number:
                raise OSError(28, "No space left on device")

    sa.event.listen(engine, "before_cursor_execute", on_statement)
    return lambda: sa.event.remove(engine, "before_cursor_execute", on_statement)


CHANGES = FIRST.replace("Bob", "Rob").replace("ann@acme", "anna@acme") + "Dee,dee@x.example,,,\n"


def test_whichever_statement_fails_nothing_is_half_imported(store: Store) -> None:
    load(store, FIRST)
    before = (dump(store), journal(store))
    for number in range(1, 100):
        mend = fail_at(store, number)
        try:
            load(store, CHANGES)
            break
        except StoreError:
            assert (dump(store), journal(store)) == before
        finally:
            mend()
    assert number > 6
    assert len(journal(store)) == 2


def test_a_commit_that_fails_leaves_nothing(store: Store) -> None:
    load(store, FIRST)
    before = (dump(store), journal(store))
    engine = store._writing
    assert engine is not None

    def on_commit(_: object) -> None:
        raise OSError(28, "No space left on device")

    sa.event.listen(engine, "commit", on_commit)
    with pytest.raises(StoreError):
        load(store, CHANGES)
    sa.event.remove(engine, "commit", on_commit)
    assert (dump(store), journal(store)) == before
    load(store, CHANGES)
    assert len(journal(store)) == 2


NAMES = st.sampled_from(["Ann", "ANN", "Bob", "Cem", "Acme", ""])
EMAILS = st.lists(st.sampled_from([f"{one}@x.example" for one in "abcde"]), min_size=1, max_size=3, unique=True)
COMPANIES = st.sampled_from(["", "Acme", "Bolts"])
TAGS = st.lists(st.sampled_from(["vip", "VIP", "north"]), max_size=2, unique_by=str.casefold).map(tuple)
PEOPLE = st.lists(st.tuples(NAMES, EMAILS, COMPANIES, TAGS), max_size=7)


def as_table(found: list[tuple[str, list[str], str, tuple[str, ...]]]) -> CsvTable:
    return CsvTable(
        tuple(
            CsvRow(n, name, tuple(emails), company, "", tags)
            for n, (name, emails, company, tags) in enumerate(found, 2)
        )
    )


@pytest.fixture(scope="module")
def one_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = new_store(tmp_path_factory.mktemp("profile"))
    yield opened
    opened.close()


def emptied(store: Store) -> Store:
    engine = store._writing
    assert engine is not None
    with engine.begin() as connection:
        for table in ("customer_address", "customer", "journal"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    return store


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PEOPLE, PEOPLE)
def test_twice_is_once_nothing_is_taken_away_and_undo_restores(
    one_store: Store, there: list[Any], file: list[Any]
) -> None:
    store = emptied(one_store)
    with store.write() as uow:
        known = [
            Customer(CustomerId(0), name or "Dee", tuple(emails), at, "", tags) for name, emails, at, tags in there
        ]
        uow.customers.add_all(known, "hand", NOON)
    before, table = dump(store), as_table(file)
    first = load(store, table, skip_bad=True)
    once, words = dump(store), journal(store)
    assert len(words) == (1 if first.created or first.updated else 0)

    second = load(store, table, skip_bad=True)
    assert counts(second) == (0, 0, first.created + first.updated + first.unchanged, len(first.bad))
    assert (dump(store), journal(store)) == (once, words)
    assert [row.line for row in second.bad] == [row.line for row in first.bad]

    assert set(before["customer_address"]) <= set(once["customer_address"])
    assert {row[0] for row in before["customer"]} <= {row[0] for row in once["customer"]}
    bad = {row.line for row in first.bad}
    now = people(store)
    for row in table.rows:
        if row.line not in bad and row.name:
            assert any(
                name.casefold() == row.name.casefold() and set(row.emails) <= set(emails) for name, emails, *_ in now
            )

    if words:
        with store.write() as uow:
            undo.undo(uow, CLOCK)
        assert dump(store) == before
