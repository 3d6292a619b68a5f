"""Which rows of a file are one customer."""

from desktop.services.customer_csv import CsvRow
from desktop.services.customer_wanted import wanted_customers


def rows(*cells: tuple[str, str]) -> list[CsvRow]:
    return [CsvRow(line, name, tuple(emails.split())) for line, (name, emails) in enumerate(cells, 2)]


def lines(*cells: tuple[str, str]) -> tuple[list[tuple[int, ...]], list[int]]:
    wanted, bad = wanted_customers(rows(*cells))
    return [one.lines for one in wanted], [row.line for row in bad]


def test_rows_without_a_shared_address_stay_apart_even_under_one_name() -> None:
    assert lines(("Ann", "a"), ("Ann", "b")) == ([(2,), (3,)], [])


def test_identical_rows_are_one() -> None:
    assert lines(("Ann", "a"), ("Bob", "b"), ("ANN", "a"), ("Ann", "a")) == ([(2, 4, 5), (3,)], [])


def test_rows_with_a_shared_address_and_different_names_are_several() -> None:
    assert lines(("Ann", "a"), ("Bob", "a")) == ([(2,), (3,)], [])


def test_rows_of_one_name_are_linked_through_others() -> None:
    assert lines(("Ann", "a"), ("Ann", "b"), ("Ann", "a b")) == ([(2, 3, 4)], [])


def test_a_row_without_a_name_goes_with_the_one_name_that_has_its_address() -> None:
    assert lines(("", "a x"), ("Ann", "a"), ("", "x")) == ([(2, 3, 4)], [])
    assert lines(("", "a b"), ("Ann", "a"), ("Ann", "b")) == ([(2, 3, 4)], [])


def test_a_row_without_a_name_that_could_be_either_is_bad() -> None:
    assert lines(("Ann", "a"), ("Bob", "a"), ("", "a x"), ("", "x")) == ([(2,), (3,)], [4, 5])


def test_rows_without_any_name_are_linked_by_their_addresses() -> None:
    assert lines(("", "a"), ("", "b"), ("", "a b"), ("", "c")) == ([(2, 3, 4), (5,)], [])


def test_later_rows_win_and_empty_cells_say_nothing() -> None:
    wanted, _ = wanted_customers(
        [
            CsvRow(2, "Ann", ("a",), "Acme", "Kim", ("vip",)),
            CsvRow(3, "ANN", ("b", "a"), "Bolts", "", ("VIP", "north")),
            CsvRow(4, "", ("a",), "", "", ()),
        ]
    )
    (one,) = wanted
    assert one.row == CsvRow(2, "ANN", ("a", "b"), "Bolts", "Kim", ("vip", "north"))
    assert one.lines == (2, 3, 4)


def test_a_long_chain_of_shared_addresses_is_one_customer() -> None:
    chain = [("Ann", f"a{n} a{n + 1}") for n in range(20_000)]
    ((found,), bad) = lines(*chain)
    assert (len(found), bad) == (20_000, [])
