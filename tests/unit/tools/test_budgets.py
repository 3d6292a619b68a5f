"""The budgets of size."""

from pathlib import Path

import pytest

from tools import budgets


def complaints_about(
    root: Path, path: str, source: str, exceptions: dict[tuple[str, str], str] | None = None
) -> list[str]:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(source, encoding="utf-8")
    return budgets.complaints(root, exceptions or {}).splitlines()


def function(lines: int, indent: str = "") -> str:
    return f"{indent}def long():\n" + f"{indent}    pass\n" * (lines - 1)


@pytest.mark.parametrize(
    ("source", "over"),
    [
        (function(50), None),
        (function(51), "long has 51 lines, the wall is 50"),
        ("class Shop:\n" + function(51, "    "), "Shop.long has 51 lines"),
        ("class Shop:\n" + "    x = 1\n" * 250, "Shop has 251 lines, the wall is 250"),
        ("x = 1\n" * 500, None),
        ("x = 1\n" * 501, "the file has 501 lines, the wall is 500"),
        ("def f(a, b, c, d, e, f, g): pass\n", None),
        ("def f(a, b, c, d, e, f, g, *, h): pass\n", "f has 8 parameters, the wall is 7"),
        ("def f(a, b, c, d, e, f, *g, **h): pass\n", "f has 8 parameters"),
        ("class Shop:\n    def f(self, a, b, c, d, e, f, g): pass\n", None),
        ("class Shop:\n    @staticmethod\n    def f(a, b, c, d, e, f, g, h): pass\n", "Shop.f has 8 parameters"),
        ("def broken(:\n", None),
    ],
)
def test_what_is_over_its_wall_is_told_with_its_name(tmp_path: Path, source: str, over: str | None) -> None:
    found = complaints_about(tmp_path, "desktop/shop.py", source)
    assert len(found) == (over is not None)
    assert over is None or over in found[0]
    assert over is None or found[0].startswith("desktop/shop.py:")


def test_tests_have_only_the_budget_of_a_file(tmp_path: Path) -> None:
    assert complaints_about(tmp_path, "tests/test_shop.py", function(400)) == []
    assert len(complaints_about(tmp_path, "tests/test_shop.py", function(501))) == 1


def test_an_exception_lets_a_thing_be_until_it_is_not_needed(tmp_path: Path) -> None:
    exceptions = {("desktop/shop.py:long", "function"): "a table of SQL"}
    assert complaints_about(tmp_path, "desktop/shop.py", function(51), exceptions) == []
    (left,) = complaints_about(tmp_path, "desktop/shop.py", function(50), exceptions)
    assert "the exception for desktop/shop.py:long (function) is not needed any more" in left
