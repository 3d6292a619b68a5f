"""The two doors: what ./run and ./test do with their words.

Set-up speaks on stderr; stdout belongs to the program that is started.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tools import needs
from tools.bootstrap import Purpose, set_up
from tools.needs import CannotSetUp

TEST_HELP = """\
./test [--setup-only | --check | --fast] [--deep | --nightly] [--resume] [PYTEST'S WORDS...]

Does all set-up that is missing, runs the static checks, then the tests. Every step runs; the exit code is not 0 when
any failed. Words it does not know go to pytest:  ./test --fast -k threads

  --check        the static checks only
  --fast         the tests only
  --deep         also the long sweeps (tests marked `deep`); their figures stand in the summary
  --nightly      the same, in the sizes of a long quiet night
  --resume       without the long sweeps that this very program has passed already (build/deep.jsonl)
  --setup-only   stop after set-up
"""


def say(words: str) -> None:
    """Tell the person at the terminal something, away from the output of the program."""
    print(words, file=sys.stderr, flush=True)


def run(words: Sequence[str]) -> int:
    """The door to the program. `--setup-only` as the first word stops after set-up; all else is Postroom's own."""
    if "--setup-only" in words[:1]:
        return _set_up_only(Purpose.APP)
    environment = set_up(Purpose.APP, say)
    return _become(environment.program("postroom"), words)


def test(words: Sequence[str]) -> int:
    """The door to the checks and the tests."""
    if any(word in {"-h", "--help"} for word in words):
        print(TEST_HELP, end="")
        return 0
    if "--setup-only" in words:
        return _set_up_only(Purpose.TESTS)
    environment = set_up(Purpose.TESTS, say)
    if {"--deep", "--nightly"} & {*words}:
        needs.meet(needs.DEEP, say)
    os.chdir(environment.root)
    return _become(environment.python, ["-m", "tools.suite", *words])


def _set_up_only(purpose: Purpose) -> int:
    environment = set_up(purpose, say)
    say(f"Set-up is done: {environment.folder}")
    return 0


def _become(program: Path, words: Sequence[str]) -> int:
    """Turn this process into the program, so that signals and the exit code are the program's own."""
    sys.stdout.flush()
    if os.name != "nt":
        os.execv(program, [str(program), *words])
    return subprocess.run([program, *words], check=False).returncode


def enter(door: str, words: Sequence[str]) -> int:
    """Go through a door by its name; what cannot be done is said in a sentence, without a traceback."""
    try:
        return {"run": run, "test": test}[door](words)
    except CannotSetUp as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("Stopped. Run it again to finish.")
        return 130
