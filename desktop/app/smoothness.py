"""What keeps the window smooth while syncs work in other threads of the same interpreter."""

import sys

SWITCH_S = 0.0005
"""How long a thread may keep the interpreter when another wants it.

Painting gives it away with each call into Qt, some hundred times for a list of emails, and waits for it again: at
Python's own 5 ms a list could take half a second to paint while mail is being stored.
"""


def share_interpreter() -> None:
    """Let threads take turns more often; called once, at the start."""
    sys.setswitchinterval(SWITCH_S)
