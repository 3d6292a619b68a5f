"""What came of bringing messages in, as a person reads it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from desktop.domain.errors import AppError
from desktop.domain.receipt import FolderReceipt, MailboxReceipt
from desktop.ui.words import counted, number


@dataclass(slots=True)
class Brought:
    """So many of *asked* messages have been asked for, with the receipts of that; *stopped* when somebody did."""

    asked: int
    done: int = 0
    receipts: list[MailboxReceipt] = field(default_factory=list)
    error: AppError | None = None
    stopped: bool = False

    @property
    def trouble(self) -> AppError | None:
        """What went wrong, if anything did."""
        found = [self.error, *(one.error for one in self.receipts), *(one.error for one in self._folders())]
        return next((error for error in found if error is not None), None)

    def total(self, name: str) -> int:
        """Return a count of the receipts, summed up."""
        return sum(int(getattr(one, name)) for one in self._folders())

    def _folders(self) -> Sequence[FolderReceipt]:
        return [folder for one in self.receipts for folder in one.folders]


def outcome_words(brought: Brought) -> tuple[str, str]:
    """Return the state (ok, warn or bad) and sentences about what is here now and what is not."""
    stored, review = brought.total("stored"), brought.total("review")
    said = []
    if stored:
        review_words = f"{number(review)} to review" if review else "none to review"
        said.append(f"{counted(stored, 'email')} brought in: {number(stored - review)} filed, {review_words}.")
    for name, one, many in (
        ("duplicates", "was here already", "were here already"),
        ("skipped", "was left out by a filter", "were left out by a filter"),
        ("parked", "could not be read and is kept aside", "could not be read and are kept aside"),
        ("missing", "was gone from the server", "were gone from the server"),
    ):
        if count := brought.total(name):
            said.append(f"{number(count)} {one if count == 1 else many}.")
    if brought.stopped:
        said.append(f"Stopped: {number(brought.asked - brought.done)} of {number(brought.asked)} were not asked for.")
    trouble = brought.trouble
    if trouble is not None:
        return "bad", " ".join((*said, str(trouble)))
    if not said:
        return "warn", "Nothing was brought in: the server has these messages no more."
    return ("warn" if brought.stopped or brought.total("missing") or brought.total("parked") else "ok"), " ".join(said)
