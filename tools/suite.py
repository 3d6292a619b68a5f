"""What ./test does once the environment stands: the static checks, then pytest, whose summary closes the output."""

import os
import subprocess
import sys
from collections.abc import Sequence

from tools import check

OWN_WORDS = ("--check", "--fast")
MOST_PROCESSES = 4  # each has servers of its own, and starting those is what takes time
SPREADING = ("-n", "--numprocesses", "--pdb", "--trace", "--collect-only", "--co", "--setup-plan", "--dist")


def pytest_command(words: Sequence[str]) -> list[str]:
    """The pytest call for these words: spread over the cores, unless they say how to spread the tests themselves."""
    cores = min(os.cpu_count() or 2, MOST_PROCESSES)
    spread = [] if any(word.startswith(SPREADING) for word in words) else ["-n", str(cores), "--dist", "worksteal"]
    return [sys.executable, "-m", "pytest", *spread, *words]


def main(words: Sequence[str]) -> int:
    """Run what the words ask for; 0 only when every step passed."""
    failed = [] if "--fast" in words else check.run(check.steps())
    if "--check" in words:
        print(f"Failed: {', '.join(failed)}." if failed else "All static checks passed.")
        return 1 if failed else 0
    command = pytest_command([word for word in words if word not in OWN_WORDS])
    sys.stdout.flush()
    if not failed and os.name != "nt":
        os.execv(command[0], command)
    tests = subprocess.run(command, check=False).returncode
    if failed:
        steps = [*failed, "pytest"] if tests else failed
        print(f"Failed: {', '.join(steps)}. Their complaints are above.")
    return tests or (1 if failed else 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
