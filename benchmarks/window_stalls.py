"""P4, in a process of its own: a first sync with the window open at one screen, and how the GUI thread fares."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.window_open import Shown, shown
from benchmarks.window_watch import Heartbeat
from desktop.domain.email_list import EmailFilter
from desktop.domain.syncing import SyncFinished

LIMIT_S = 1800.0


def main() -> int:
    """Sync once and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("profile", type=Path)
    parser.add_argument("key_file", type=Path)
    parser.add_argument("screen")
    args = parser.parse_args()
    with shown(args.profile, args.key_file, args.screen) as real:
        print(json.dumps(_watched(real)))
    sys.stdout.flush()
    return 0


def _watched(real: Shown) -> dict[str, Any]:
    over: list[SyncFinished] = []
    real.session.sync.finished.connect(over.append)
    with Heartbeat() as heart:
        begun = time.perf_counter()
        real.session.start()
        real.wait(lambda: bool(over), LIMIT_S)
        seconds = time.perf_counter() - begun
        real.settle()
    with real.session.profile.workspace.store.read() as read:
        stored = read.emails.count(EmailFilter())
    return {"sync_seconds": seconds, "stored": stored, **heart.result().as_values()}


if __name__ == "__main__":
    sys.exit(main())
