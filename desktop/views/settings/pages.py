"""The pages of the settings: each is made when it is first asked for, so that the window need not wait for eleven."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from desktop.ui.frame import Frame
from desktop.views.settings.page import Page


class Pages(Mapping[str, Page]):
    """Pages by their ids, in order. *greet* is told of each that was made."""

    def __init__(self, kinds: Sequence[type[Page]], frame: Frame, greet: Callable[[Page], None]) -> None:
        self._kinds = {kind.id: kind for kind in kinds}
        self._frame, self._greet = frame, greet
        self._made: dict[str, Page] = {}

    def __getitem__(self, page_id: str) -> Page:
        if page_id not in self._made:
            page = self._made[page_id] = self._kinds[page_id](self._frame)
            self._greet(page)
        return self._made[page_id]

    def __contains__(self, page_id: object) -> bool:
        return page_id in self._kinds

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)

    @property
    def made(self) -> Sequence[Page]:
        """Those that are there."""
        return tuple(self._made.values())

    @property
    def missing(self) -> Sequence[str]:
        """The ids of those that nobody has asked for yet."""
        return [page_id for page_id in self._kinds if page_id not in self._made]
