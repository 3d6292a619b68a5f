"""Where the reader writes down the oddities of one message."""

from desktop.parsing import limits


class Notes:
    """Sentences, each kept once, in the order met, at most as many as the cap allows."""

    __slots__ = ("_seen",)

    def __init__(self) -> None:
        self._seen: dict[str, None] = {}

    def add(self, *sentences: str) -> None:
        """Write down *sentences*; empty ones are no sentences."""
        for sentence in sentences:
            if sentence and len(self._seen) < limits.DEFECTS:
                self._seen.setdefault(sentence)

    def all(self) -> tuple[str, ...]:
        """Return what was written down."""
        return tuple(self._seen)
