"""Pictures of the sheets about a mailbox: details, review, test, disconnecting, a changed scope, choosing messages.

Servers are staged: what they hold, or that they cannot be reached, is the same each time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tools.screenshot_worlds import NOW

if TYPE_CHECKING:
    from desktop.domain.browsing import EnvelopePage
    from desktop.domain.ids import Epoch
    from desktop.domain.mailbox import Mailbox
    from desktop.domain.probing import OnStep, ProbeReport
    from desktop.domain.receipt import MailboxReceipt
    from desktop.domain.scope_change import ScopeChange
    from desktop.domain.source import RemoteFolder
    from desktop.security.secrets import Secret
    from desktop.ui.frame import Frame
    from desktop.ui.ops import Job
    from tools.screenshots import Stage

WRITERS = (
    ("Wei Zhang", "wei@acme-parts.example", "Order PO-2291: two boxes arrived open"),
    ("Mia Lindqvist", "mia@lumen-clinic.example", "Re: newsletter layout, third version with the larger pictures"),
    ("", "no-reply@carrier.example", "Your parcel is on its way"),
    ("Tom Okafor", "tom@okafor.example", "Invoice 4410: when is it due?"),
    ("Ana Ruiz", "ana@ruiz.example", ""),
)
MANY = 1240


@dataclass
class StagedServer:
    """A mailbox's server: its messages, or an error in their place."""

    offline: bool = False
    here: set[int] = field(default_factory=lambda: {MANY - 1, MANY - 4})

    def folders(self, _job: Job, _mailbox: Mailbox, _password: Secret | None) -> Sequence[RemoteFolder]:
        """Return a few folders."""
        from desktop.domain.source import RemoteFolder

        self._answer()
        return [RemoteFolder("INBOX", "", True), RemoteFolder("Sent", "sent", True), RemoteFolder("Orders", "", True)]

    def browse(self, _job: Job, _mailbox: Mailbox, folder: str, search: str, _before: int | None) -> EnvelopePage:
        """Return the first page, or nothing when something is searched for."""
        from desktop.domain.browsing import EnvelopePage, RemoteEnvelope
        from desktop.domain.ids import Epoch

        self._answer()
        rows = []
        for at in range(0 if search else 50):
            name, address, subject = WRITERS[at % len(WRITERS)]
            ref, received = MANY - at, NOW - timedelta(hours=7 * at)
            size = 3000 + at * at * 370
            rows.append(RemoteEnvelope(ref, received, size, address, name, subject, ref in self.here))
        return EnvelopePage(folder, Epoch("1"), rows, MANY if rows else 0, MANY - 49 if rows else None)

    def bring_in(self, _job: Job, mailbox: Mailbox, folder: str, _epoch: Epoch, refs: Sequence[int]) -> MailboxReceipt:
        """Say that they were brought in."""
        from desktop.domain.receipt import FolderReceipt, MailboxReceipt

        self.here |= set(refs)
        counts = FolderReceipt(folder, fetched=len(refs), stored=len(refs), review=1)
        return MailboxReceipt(mailbox.address, [counts])

    def scope_change(self, _job: Job, _held: Mailbox, _changed: Mailbox) -> ScopeChange:
        """Count."""
        from desktop.domain.scope_change import FolderCount, ScopeChange

        return ScopeChange((FolderCount("Sent", MANY),), (FolderCount("Orders", 310),))

    def test(
        self, _job: Job, _mailbox: Mailbox, _password: Secret | None, *, send: bool, on_step: OnStep | None = None
    ) -> ProbeReport:
        """Go well."""
        from desktop.domain.probing import ProbeReport, Step

        steps = [Step(name, "imap", name, 0.2) for name in ("Reach the server", "Log in", "List the folders")]
        if send:
            steps += [Step(name, "smtp", name, 0.9) for name in ("Send a message to itself", "See it arrive")]
        for step in steps if on_step is not None else ():
            on_step(step)  # type: ignore[misc]
        return ProbeReport(steps)

    def _answer(self) -> None:
        from desktop.domain.errors import Transient
        from desktop.domain.reasons import ReasonCode

        if self.offline:
            raise Transient(
                ReasonCode.OFFLINE,
                "This computer is offline.",
                meaning="Its servers cannot be reached.",
                action="It works again once there is a network.",
            )


def _mailbox_of(stage: Stage) -> Mailbox:
    """Return the first mailbox, as somebody has described it."""
    from desktop.domain.mailbox import MailboxDetails, MailboxPurpose
    from desktop.services.mailbox_review import set_details

    workspace = stage.parts.workspace
    details = MailboxDetails(MailboxPurpose.SUPPORT, "Ana Ruiz", "it@acme.example", "Acme Support", "help@acme.example")
    with workspace.store.write() as uow:
        first: Mailbox = uow.read.mailboxes.every()[0]
        set_details(uow, first.id, details, workspace.clock)
        return replace(first, details=details)


def _frame_of(stage: Stage, server: StagedServer) -> Frame:
    frame: Frame = stage.window.place("dashboard").frame
    return replace(frame, connections=server, picking=server)  # type: ignore[arg-type]  # as much as sheets ask for


def _opened(stage: Stage, make: Callable[[Frame, Mailbox], Any], *, offline: bool = False) -> Any:
    stage.go("dashboard")
    sheet = make(_frame_of(stage, StagedServer(offline)), _mailbox_of(stage))
    sheet.open()
    stage.opened = sheet
    stage.settle()
    return sheet


def details(stage: Stage) -> None:
    """Whose a mailbox is."""
    from desktop.views.connect.details_sheet import DetailsSheet

    _opened(stage, lambda frame, mailbox: DetailsSheet(frame, stage.window, mailbox))


def edit(stage: Stage) -> None:
    """The settings of a mailbox that is signed in to in the browser, about to bring sent mail in too."""
    from desktop.domain.mailbox import Direction, OAuthProvider
    from desktop.views.connect.dialog import MailboxDialog, Purpose

    def make(frame: Frame, mailbox: Mailbox) -> Any:
        return MailboxDialog(frame, stage.window, replace(mailbox, oauth=OAuthProvider.GOOGLE), Purpose.EDIT)

    _opened(stage, make).form.direction.choice.choose(Direction.BOTH)
    stage.settle()


def review(stage: Stage) -> None:
    """The checklist, with a point ticked by a person."""
    from desktop.views.connect.checklist import ReviewSheet

    sheet = _opened(stage, lambda frame, mailbox: ReviewSheet(frame, stage.window, mailbox))
    sheet.points["timeline"].box.click()
    stage.settle()


def test(stage: Stage) -> None:
    """A test that went well."""
    from desktop.views.connect.testing import TestSheet

    _opened(stage, lambda frame, mailbox: TestSheet(frame, stage.window, mailbox, sends=True)).test.click()
    stage.settle()


def scope(stage: Stage) -> None:
    """What other folders would bring and leave."""
    from desktop.views.connect.scope import ScopeChangeSheet

    def make(frame: Frame, mailbox: Mailbox) -> Any:
        return ScopeChangeSheet(frame, stage.window, mailbox, replace(mailbox, folders=("INBOX", "Sent")))

    _opened(stage, make)


def picking(stage: Stage) -> None:
    """Messages to choose from, some of them chosen."""
    sheet = _picking(stage)
    sheet.list.setFocus()
    sheet.model.choose([0, 2, 3], on=True)
    sheet.list.setCurrentIndex(sheet.model.index(3, 0))
    stage.settle()


def picked(stage: Stage) -> None:
    """What came of it."""
    sheet = _picking(stage)
    sheet.model.choose([0, 2, 3], on=True)
    sheet.bring_button.click()
    stage.settle()


def picking_nothing(stage: Stage) -> None:
    """A search that found nothing."""
    sheet = _picking(stage)
    sheet.bar.search.setText("no such order")
    sheet.bar.search.returnPressed.emit()
    stage.settle()


def picking_offline(stage: Stage) -> None:
    """A server that cannot be reached."""
    _picking(stage, offline=True)


def _picking(stage: Stage, *, offline: bool = False) -> Any:
    from desktop.views.picking.dialog import PickDialog

    return _opened(stage, lambda frame, box: PickDialog(frame, stage.window, box.id), offline=offline)


SHEETS: dict[tuple[str, str], Callable[[Stage], None]] = {
    ("mailbox", "edit"): edit,
    ("mailbox", "details"): details,
    ("mailbox", "review"): review,
    ("mailbox", "test"): test,
    ("mailbox", "scope"): scope,
    ("picking", "normal"): picking,
    ("picking", "done"): picked,
    ("picking", "nothing"): picking_nothing,
    ("picking", "offline"): picking_offline,
}
"""What is shown, by screen and state."""
