"""The budgets of size, as a check: what a file, a class, a function may hold before it has to be taken apart.

An exception has a name, a kind and a reason in EXCEPTIONS, and fails the check itself as soon as it is not needed.
"""

import ast
import contextlib
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.bootstrap import ROOT

WALLS = {"file": 500, "class": 250, "function": 50, "parameters": 7}
FULL = frozenset(WALLS)
FOLDERS: Mapping[str, frozenset[str]] = {
    "desktop": FULL,
    "tools": FULL,
    "benchmarks": FULL,
    "tests": frozenset({"file"}),
}
ADVICE = {
    "file": "take out the part that has a name of its own",
    "class": "give one of its jobs to a class or to functions of its own",
    "function": "name its steps and make each a function",
    "parameters": "put the values that travel together into a frozen dataclass",
}

EXCEPTIONS: Mapping[tuple[str, str], str] = {
    # ("desktop/part/file.py:Class.method", "function"): "why it may be longer",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing measured: its full name, what is measured of it, how much that is, and where it begins."""

    name: str
    kind: str
    amount: int
    line: int

    @property
    def is_over(self) -> bool:
        """Whether it is beyond the wall of its kind."""
        return self.amount > WALLS[self.kind]

    def complaint(self) -> str:
        """The sentence for a thing that is over its wall."""
        path, _, inner = self.name.partition(":")
        unit = "parameters" if self.kind == "parameters" else "lines"
        what = f"the file has {self.amount}" if self.kind == "file" else f"{inner} has {self.amount}"
        return f"{path}:{self.line}: {what} {unit}, the wall is {WALLS[self.kind]}; {ADVICE[self.kind]}"


def measures(path: str, source: str) -> Iterator[Measure]:
    """Everything measured in one file."""
    yield Measure(path, "file", len(source.splitlines()), 1)
    with contextlib.suppress(SyntaxError):  # ruff says it better
        yield from _inside(ast.parse(source, filename=path), path, ":")


def _inside(node: ast.AST, name: str, joint: str) -> Iterator[Measure]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            full = f"{name}{joint}{child.name}"
            kind = "class" if isinstance(child, ast.ClassDef) else "function"
            yield Measure(full, kind, (child.end_lineno or child.lineno) - child.lineno + 1, child.lineno)
            if not isinstance(child, ast.ClassDef):
                yield Measure(
                    full, "parameters", _parameters(child, in_class=isinstance(node, ast.ClassDef)), child.lineno
                )
            yield from _inside(child, full, ".")
        else:
            yield from _inside(child, name, joint)


def _parameters(function: Function, *, in_class: bool) -> int:
    """How many values a caller can hand over; `self` and `cls` are not handed over."""
    takes = function.args
    names = [one.arg for one in (*takes.posonlyargs, *takes.args)]
    static = any(isinstance(mark, ast.Name) and mark.id == "staticmethod" for mark in function.decorator_list)
    own = 1 if in_class and names and not static else 0
    return len(names) - own + len(takes.kwonlyargs) + (takes.vararg is not None) + (takes.kwarg is not None)


def complaints(root: Path, exceptions: Mapping[tuple[str, str], str] = EXCEPTIONS) -> str:
    """Everything over its wall without an exception, and every exception not needed; empty when all is well."""
    found, used = [], set()
    for folder, kinds in FOLDERS.items():
        for path in sorted((root / folder).rglob("*.py")):
            name = path.relative_to(root).as_posix()
            for one in measures(name, path.read_text(encoding="utf-8")):
                if one.kind not in kinds or not one.is_over:
                    continue
                used.add((one.name, one.kind))
                if (one.name, one.kind) not in exceptions:
                    found.append(one.complaint())
    found += [
        f"tools/budgets.py: the exception for {name} ({kind}) is not needed any more; take it out"
        for name, kind in exceptions
        if (name, kind) not in used
    ]
    return "\n".join(found)


def main() -> int:
    """Print the complaints; 1 when there are any."""
    words = complaints(ROOT)
    print(words or "Everything is inside its budget.")
    return 1 if words else 0


if __name__ == "__main__":
    sys.exit(main())
