"""What a changed scope would do, told before it applies: which mail it adds and which it leaves as it is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FolderCount:
    """A folder and how many messages of it are concerned; None where the server could not say."""

    name: str
    messages: int | None


@dataclass(frozen=True, slots=True)
class ScopeChange:
    """``added`` are folders synced from now on, with the messages in reach that would come in; ``left`` are folders not
    synced any more, with the emails of theirs that stay here.
    """

    added: tuple[FolderCount, ...] = ()
    left: tuple[FolderCount, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether the scope stays as it is."""
        return not self.added and not self.left
