"""Parts of the program that nobody needs for the first rows: loaded and made when something is first asked of them."""

import threading
from collections.abc import Callable
from typing import Any, TypeVar, cast

T = TypeVar("T")


def later(make: Callable[[], T]) -> T:
    """Return what *make* makes, which is called when an attribute is first asked for: once, from any thread."""
    return cast("T", _Later(make))


class _Later:
    """Stands for something that is made when it is needed."""

    def __init__(self, make: Callable[[], object]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: object | None = None

    def __getattr__(self, name: str) -> Any:
        with self._lock:
            if self._made is None:
                self._made = self._make()
        return getattr(self._made, name)
