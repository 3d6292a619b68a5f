"""Views of the list under a name: kept, renamed, ordered, shared as text and removed, each with its undo."""

from typing import TYPE_CHECKING

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.decision import PERSON
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import ViewId
from desktop.domain.reasons import ReasonCode
from desktop.domain.saved_view import NAME_CHARS, SEARCH_CHARS, VIEWS, SavedView, ViewContent, from_shared_text
from desktop.services.customer_values import bad_input, shown, text_of
from desktop.store.reading.reader import Reader

if TYPE_CHECKING:  # the writing half of the store is loaded by the first command
    from desktop.store.writing.unit_of_work import UnitOfWork


def save_view(uow: "UnitOfWork", name: str, content: ViewContent, clock: Clock) -> tuple[ViewId, ChangeSet]:
    """Keep a view; one of the same name becomes this one. Raises CommandRefused for what cannot be kept."""
    made = _name(name)
    if len(content.search) > SEARCH_CHARS:
        raise bad_input(f"The search has more than {SEARCH_CHARS:,} characters.")
    held = next((view for view in uow.read.saved_views.every() if view.name.casefold() == made.casefold()), None)
    if held is not None:
        uow.saved_views.change(held.id, name=made, content=content)
        return held.id, _recorded(uow, "views.change", f"Changed the view {made}", clock)
    if len(uow.read.saved_views.every()) >= VIEWS:
        raise bad_input(f"There are {VIEWS} views already.", "Remove one first.")
    number = uow.saved_views.add(made, content)
    return number, _recorded(uow, "views.add", f"Saved the view {made}", clock)


def paste_view(uow: "UnitOfWork", text: str, clock: Clock) -> tuple[ViewId, ChangeSet]:
    """Keep a view that somebody sent as text, under a name of its own. Raises CommandRefused for any other text."""
    found = from_shared_text(text)
    if found is None:
        raise bad_input("This text is no view.", "Copy one with 'Copy view as text' and paste that.")
    name, content = found
    taken = {view.name.casefold() for view in uow.read.saved_views.every()}
    made, at = _name(name), 2
    while made.casefold() in taken:
        made, at = f"{_name(name)[: NAME_CHARS - 5]} {at}", at + 1
    return save_view(uow, made, content, clock)


def rename_view(uow: "UnitOfWork", view_id: ViewId, name: str, clock: Clock) -> ChangeSet:
    """Give a view another name. Raises CommandRefused when it is gone, or another one is called so."""
    made, held = _name(name), find_view(uow.read, view_id)
    for view in uow.read.saved_views.every():
        if view.id != view_id and view.name.casefold() == made.casefold():
            raise bad_input(f"Another view is called {shown(made)}.")
    uow.saved_views.change(view_id, name=made)
    return _recorded(uow, "views.rename", f"Renamed the view {held.name} to {made}", clock)


def move_view(uow: "UnitOfWork", view_id: ViewId, place: int, clock: Clock) -> ChangeSet:
    """Have a view stand at *place*, counted from 0 without it. Raises CommandRefused when it is gone."""
    held = find_view(uow.read, view_id)
    others = [view.id for view in uow.read.saved_views.every() if view.id != view_id]
    others.insert(max(0, min(place, len(others))), view_id)
    uow.saved_views.order(others)
    return _recorded(uow, "views.move", f"Moved the view {held.name}", clock)


def remove_view(uow: "UnitOfWork", view_id: ViewId, clock: Clock) -> ChangeSet:
    """Remove a view; no email goes with it. Raises CommandRefused when it is gone."""
    held = find_view(uow.read, view_id)
    uow.saved_views.remove(view_id)
    return _recorded(uow, "views.remove", f"Removed the view {held.name}", clock)


def find_view(read: Reader, view_id: ViewId) -> SavedView:
    """Return a view. Raises CommandRefused when it is gone."""
    held = read.saved_views.get(view_id)
    if held is None:
        raise CommandRefused(ReasonCode.NOT_FOUND, "This view is gone.", meaning="Nothing was changed.")
    return held


def _name(name: str) -> str:
    made = text_of(name, "name")
    if not made:
        raise bad_input("A view needs a name.")
    if len(made) > NAME_CHARS:
        raise bad_input(f"A name has at most {NAME_CHARS} characters, this one {len(made)}.")
    return made


def _recorded(uow: "UnitOfWork", command: str, words: str, clock: Clock) -> ChangeSet:
    if not uow.journal.record(command, words, PERSON, clock.now()):
        return ChangeSet(Changed.NOTHING, f"{words}: it was so already.")
    return ChangeSet(Changed.VIEWS, words)
