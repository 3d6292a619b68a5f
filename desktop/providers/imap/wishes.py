"""What may be added to a command where the server offers it, and is left out once it turns out not to understand it."""

from collections.abc import Callable
from typing import TypeVar

from desktop.domain.errors import Misbehaving
from desktop.providers.imap.client import Client

T = TypeVar("T")


class Wishes:
    """For one connection."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._not_understood: set[bytes] = set()

    def ask(self, offered: tuple[bytes, ...], wish: bytes, ask: Callable[[bytes, list[str]], T]) -> T:
        """Ask with *wish* if the server offers it; if it then does not understand (BAD), ask without and remember.

        *ask* adds the status of a refusal to the list it is given.
        """
        if wish not in self._not_understood and any(map(self._client.can, offered)):
            statuses: list[str] = []
            try:
                return ask(wish, statuses)
            except Misbehaving:
                if statuses != ["BAD"]:
                    raise
                self._not_understood.add(wish)
        return ask(b"", [])
