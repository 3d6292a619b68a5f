"""What the whole process does for the sake of its secrets: no core files, and new files for the owner only."""

import os
import sys


def harden_process() -> None:
    """Switch core dumps off and keep what this process creates to its owner; called once, first thing."""
    os.umask(0o077)
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
