"""The static checks, as one command: python -m tools.check. Each step runs, whatever became of the others."""

import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tools import budgets, generated, habits, locks
from tools.bootstrap import ROOT, Environment

AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Step:
    """One check: its name, and what gives its complaints (an empty text when all is well)."""

    name: str
    complaints: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one step."""

    name: str
    complaints: str
    seconds: float


def program(*command: str) -> Callable[[], str]:
    """A step that runs a program of the environment in the root; what it prints on failure is the complaint."""

    def complaints() -> str:
        path = Environment().program(command[0])
        done = subprocess.run(
            [path, *command[1:]], check=False, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        return "" if done.returncode == 0 else done.stdout.strip() or f"{command[0]} failed without a word."

    return complaints


def python_folders(root: Path = ROOT) -> list[str]:
    """The folders that hold Python of ours, so that a type checker is not sent to an empty one."""
    return [name for name in ("desktop", "tools", "tests", "benchmarks") if any((root / name).rglob("*.py"))]


def steps() -> tuple[Step, ...]:
    """Every step, the slow ones first so that they start first."""
    return (
        Step("mypy --strict", program("mypy", *python_folders())),
        Step("import-linter", program("lint-imports", "--no-logo")),
        Step("ruff check", program("ruff", "check", "--quiet", ".")),
        Step("ruff format", program("ruff", "format", "--check", "--quiet", "--diff", ".")),
        Step("budgets", lambda: budgets.complaints(ROOT)),
        Step("habits", lambda: habits.complaints(ROOT)),
        Step("locks", lambda: locks.complaints(ROOT)),
        Step("generated pages", lambda: generated.complaints(ROOT)),
    )


def carry_out(step: Step) -> Result:
    """Run one step and time it."""
    began = time.monotonic()
    try:
        complaints = step.complaints()
    except Exception:  # noqa: BLE001  (a check that breaks is a complaint like any other, and the others go on)
        complaints = f"The check itself broke:\n{traceback.format_exc()}"
    return Result(step.name, complaints, time.monotonic() - began)


def run(todo: Sequence[Step]) -> list[str]:
    """Run the steps, print what became of each, and give back the names of those that failed."""
    failed = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for result in pool.map(carry_out, todo):
            mark = "FAILED" if result.complaints else "ok"
            print(f"{mark:<6} {result.name}  {result.seconds:.1f} s", flush=True)
            if result.complaints:
                print("".join(f"    {line}\n" for line in result.complaints.splitlines()), flush=True)
                failed.append(result.name)
    return failed


def main() -> int:
    """Run all steps; 1 when any failed."""
    failed = run(steps())
    if failed:
        print(f"Failed: {', '.join(failed)}.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
