"""The commands of the review queue: each with its menu, its keys and what it needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from desktop.domain.review_item import SUREST
from desktop.ui.actions import Act, Actions
from desktop.views.review.choice import Choice
from desktop.views.review.decide_panel import DomainOffer

PLACE = "Needs Review"
ELSEWHERE = f"Works in {PLACE}."
NOTHING = "No email is chosen."

ACCEPT = Act("review.accept", "&Accept the suggestion", "Email", ("Return", "Enter"), "check", PLACE, 0)
ACCEPT_SURE = Act(
    *("review.accept_sure", f"Accept {SUREST} % and &above…", "Email", ("Shift+Enter", "Shift+Return")),
    *("list-checks", PLACE, 0),
)
PICK = (
    Act("review.pick_1", "Assign to the &1st suggestion", "Email", ("1",), "", PLACE, 0),
    Act("review.pick_2", "Assign to the &2nd suggestion", "Email", ("2",), "", PLACE, 0),
    Act("review.pick_3", "Assign to the &3rd suggestion", "Email", ("3",), "", PLACE, 0),
)
FIND = Act("review.find", "&Find the customer…", "Email", ("A",), "search", PLACE, 0)
NEW = Act("review.new", "&New customer from the email…", "Email", ("N",), "user-plus", PLACE, 0)
DOMAIN = Act("review.domain", "Choose the whole &domain", "Email", ("D",), "users-round", PLACE, 1)
REMEMBER = Act("review.remember", "&Remember the sender", "Email", ("L",), "", PLACE, 1)
IGNORE = Act("review.ignore", "&Ignore the email", "Email", ("I",), "ban", PLACE, 1)
IGNORE_SENDER = Act("review.ignore_sender", "Ignore the &sender…", "Email", ("Shift+I",), "", PLACE, 1)
SKIP = Act("review.skip", "&Skip to the end", "Email", ("S",), "chevrons-down", PLACE, 1)
RETRY = Act("review.retry", "Re&try the assignment", "Email", ("R",), "rotate-ccw", PLACE, 1)
NEXT = Act("review.next", "Ne&xt email to review", "View", ("J",), "", PLACE, 4)
PREVIOUS = Act("review.previous", "Pre&vious email to review", "View", ("K",), "", PLACE, 4)
GROUP = Act("review.group", "&Group by domain", "View", ("G",), "list-filter", PLACE, 4)
TOGGLE = Act("review.toggle", "Select or dese&lect the email", "Edit", ("X",), "", PLACE, 1)
ALL = Act("review.all", "Select &all emails to review", "Edit", ("Ctrl+A",), "list-checks", PLACE, 1)

ACTS = (
    *(ACCEPT, ACCEPT_SURE, *PICK, FIND, NEW, DOMAIN, REMEMBER, IGNORE, IGNORE_SENDER, SKIP, RETRY),
    *(NEXT, PREVIOUS, GROUP, TOGGLE, ALL),
)
IN_QUEUE = frozenset({ACCEPT, ACCEPT_SURE, ALL})
"""Keys that mean something else in the other panes."""
CHECKABLE = frozenset({REMEMBER, GROUP})
MENU = (
    *(ACCEPT.id, FIND.id, NEW.id, ""),
    *(DOMAIN.id, REMEMBER.id, "", IGNORE.id, IGNORE_SENDER.id, "", SKIP.id, RETRY.id, "mail.explain"),
)
"""The context menu of the queue; an empty id is a separator."""

HINTS = (
    ("J", "K", "Move"),
    ("Enter", "Accept"),
    ("1", "2", "3", "Pick"),
    ("A", "Find"),
    ("N", "New customer"),
    ("D", "Whole domain"),
    ("I", "Ignore"),
    ("S", "Skip"),
    ("Ctrl+Z", "Undo"),
    ("L", "Remember"),
    ("X", "Select"),
)
HINTS_WITHOUT_LETTERS = (("Up", "Down", "Move"), ("Enter", "Accept"), ("Ctrl+A", "Select all"), ("Ctrl+Z", "Undo"))
HINTS_WHEN_IDLE = (("Ctrl+Z", "Undo"), ("Ctrl+2", "Emails"), ("F5", "Sync now"), ("?", "All keys"))


def add_acts(actions: Actions, runs: Mapping[Act, Callable[[], object]], screen: QWidget, queue: QWidget) -> None:
    """Register all commands; most keys work anywhere on *screen*, some in the *queue* only."""
    for act in ACTS:
        action = actions.add(act, runs[act], within=queue if act in IN_QUEUE else screen)
        action.setCheckable(act in CHECKABLE)


@dataclass(frozen=True, slots=True)
class Now:
    """What there is to act on."""

    is_here: bool
    choice: Choice
    domain: DomainOffer | None
    is_troubled: bool
    sure: int = 0
    why_no_sender: str = ""


def enable_acts(actions: Actions, now: Now) -> None:
    """Say what can be done now, and why the rest cannot."""
    items, offers = now.choice.items, now.choice.offers
    none = NOTHING if now.is_here else ELSEWHERE

    def can(act: Act, able: bool, why_not: str = "") -> None:
        actions.enable(act.id, now.is_here and bool(items) and able, why_not if now.is_here and items else none)

    nobody = "There is no suggestion for this email: A finds the customer."
    some = "No suggestion fits all of these emails: pick one with its number, or A finds the customer."
    can(ACCEPT, now.choice.first is not None, some if offers else nobody)
    for place, act in enumerate(PICK):
        can(act, place < len(offers), f"There is no suggestion {place + 1}.")
    can(ACCEPT_SURE, bool(now.sure), f"No suggestion here is {SUREST} % sure: each is decided by itself.")
    can(IGNORE_SENDER, not now.why_no_sender, f"{now.why_no_sender}.")
    for act in (FIND, NEW, IGNORE, SKIP, TOGGLE):
        can(act, able=True)
    domain = now.domain
    why_not = domain.why_not if domain is not None else "The emails chosen are of several domains."
    can(DOMAIN, domain is not None and not domain.why_not, why_not)
    can(REMEMBER, bool(now.choice.learnable), "Who sent it is in doubt: there is nothing to remember.")
    can(RETRY, now.is_troubled, "No assignment of this email has failed.")
    for act in (NEXT, PREVIOUS, GROUP, ALL):
        actions.enable(act.id, now.is_here, ELSEWHERE)
