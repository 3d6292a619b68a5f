"""The commands of the screen at work: keys, buttons and the context menu, all through the same actions."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu

from desktop.domain.ids import CustomerId, EmailId
from desktop.services.undo import undo
from desktop.ui.actions import Act
from desktop.ui.customer_list import CustomerLine
from desktop.ui.customer_picker import CustomerPicker
from desktop.ui.frame import Place
from desktop.ui.toasts import announce
from desktop.ui.words import counted
from desktop.views.review import acts
from desktop.views.review.choice import Choice, name_of
from desktop.views.review.decisions import why_no_sender
from desktop.views.review.dragging import Dragging
from desktop.views.review.form_panel import FormPanel
from desktop.views.review.previews import Previews

if TYPE_CHECKING:
    from desktop.views.review.screen import ReviewScreen


class Commands(QObject):
    """Registers what can be done, and does it on the screen's choice."""

    def __init__(self, screen: "ReviewScreen") -> None:
        super().__init__(screen)
        self._screen, self._actions = screen, screen.frame.actions
        self._picker: CustomerPicker | None = None
        self.previews = Previews(screen)
        acts.add_acts(self._actions, self._runs(), screen, screen.view)
        self._has_letters: bool | None = None
        self._connect()
        self.previews.closed.connect(self._back_from_form)
        self._dragging = Dragging(screen, self)
        self._check(acts.GROUP, on=True)
        self._show_keys()

    def _show_keys(self) -> None:
        """Name no key that is switched off."""
        has_letters = bool(self._actions.action(acts.FIND.id).shortcuts())
        if has_letters == self._has_letters:
            return
        is_first, self._has_letters = self._has_letters is None, has_letters
        desk = self._screen.desk
        if not is_first:
            self._screen.show_hints()
        desk.panel.show_keys(on=has_letters)
        desk.customers.new.set_hint("N" if has_letters else "")
        self._screen.top.order.set_hint("G" if has_letters else "")

    @property
    def hints(self) -> Sequence[tuple[str, ...]]:
        """The keys that work on the queue, as the lane shows them."""
        return acts.HINTS if self._has_letters else acts.HINTS_WITHOUT_LETTERS

    def enable(self, *, is_troubled: bool) -> None:
        """Say what can be done with the choice of now."""
        screen = self._screen
        is_here = screen.isVisible() and not screen.desk.is_clear
        choice, sure = screen.choice(), len(screen.shelf.sure())
        now = acts.Now(is_here, choice, screen.domain_offer(), is_troubled, sure, why_no_sender(choice))
        acts.enable_acts(self._actions, now)

    def explain(self, event: QKeyEvent) -> bool:
        """Say why the key of a command does nothing now; False when it is no such key."""
        pressed = QKeySequence(event.keyCombination())
        for act in acts.ACTS:
            action = self._actions.action(act.id)
            if not action.isEnabled() and pressed in action.shortcuts():
                self._screen.frame.doors.toast(self._actions.reason(act.id))
                return True
        return False

    # --- deciding ---------------------------------------------------------------------------------------------------

    def find(self) -> None:
        """Look for the customer by a few letters: at the side, or in a popup where there is no room for that."""
        screen = self._screen
        if screen.desk.has_customers:
            screen.desk.customers.begin_find()
            return
        if self._picker is None:
            self._picker = CustomerPicker(screen.frame, screen.window())
            self._picker.chosen.connect(self._take_found)
            self._picker.new_wanted.connect(self.make_new)
        items = screen.choice().items
        name = name_of(items[0]) if len(items) == 1 else ""
        emails = [item.mail.id for item in items]
        self._picker.open(
            screen.desk.panel, emails=emails, act=f"Assign {counted(len(items), 'email')} to", new_name=name
        )

    def make_new(self, name: str = "") -> None:
        """Ask for a new customer of the choice, prefilled."""
        self.ask_new(self._screen.choice(), name)

    def ask_new(self, choice: Choice, name: str = "") -> None:
        """Ask for a new customer of these emails; *name* is what was typed, if anything."""
        screen = self._screen
        if not choice.items:
            return
        form = screen.decisions.form_for_new(choice, name)
        form.finished.connect(lambda _result: self._back_from_form())
        FormPanel(form, screen.desk.work, form.name.editor)

    def _back_from_form(self) -> None:
        self._screen.window().activateWindow()  # not every platform does so by itself
        self.back_to_queue()

    def choose_domain(self) -> None:
        """Choose every email of this one's domain, so that they can be seen before one key files them."""
        screen, offer = self._screen, self._screen.domain_offer()
        if offer is None or offer.why_not:
            return
        ids = [item.mail.id for item in screen.shelf.of_domain(offer.domain)]
        screen.shelf.uncover(ids)
        screen.show_queue()
        screen.view.select(set(ids))
        screen.decisions.choose_domain(offer.domain, ids if len(ids) > 1 else ())
        screen.focus_queue()
        first = screen.choice().first
        then = f"Enter assigns them to {first.customer.name}." if first else "A finds their customer."
        announce(screen.view, f"{counted(len(ids), 'email')} of {offer.domain} selected. {then}")

    def skip(self) -> None:
        """Put the choice at the end of the queue, and go on."""
        screen = self._screen
        ids = [item.mail.id for item in screen.choice().items]
        if not ids:
            return
        place = next(screen.view.selected_rows(), screen.view.currentIndex().row())
        screen.shelf.skip(ids)
        screen.view.clearSelection()
        screen.show_queue()
        screen.view.go_to(place)
        announce(screen.view, f"{counted(len(ids), 'email')} skipped to the end")

    def choose_all(self) -> None:
        """Choose everything that is looked at, what is folded away too."""
        self._screen.shelf.uncover()
        self._screen.show_queue()
        self._screen.view.selectAll()

    def _remember(self) -> None:
        decisions = self._screen.decisions
        self._set_remember(on=not decisions.remember)

    def _set_remember(self, *, on: bool) -> None:
        self._screen.decisions.remember = on
        self._screen.desk.panel.show_remember(on=on)
        self._check(acts.REMEMBER, on=on)

    def _group(self, by_domain: bool) -> None:
        screen = self._screen
        screen.shelf.group(by_domain=by_domain)
        screen.top.show_order(by_domain=by_domain)
        self._check(acts.GROUP, on=by_domain)
        screen.show_queue()

    def _fold(self, key: str, folded: bool) -> None:
        self._screen.shelf.fold(key, folded=folded)
        self._screen.show_queue()

    def _close(self, key: str, closed: bool) -> None:
        self._screen.shelf.close(key, closed=closed)
        self._screen.show_queue()

    def _retry_one(self, email_id: int) -> None:
        self._screen.view.select({EmailId(email_id)})
        self._screen.decisions.retry()

    # --- customers --------------------------------------------------------------------------------------------------

    def _take(self, line: CustomerLine) -> None:
        if not self._screen.choice().items:
            self._screen.frame.doors.go(Place("customers", customer_id=line.id))
            return
        self._screen.decisions.take_customer(line)
        self.back_to_queue()

    def _take_found(self, customer_id: int) -> None:
        def known(customer: object) -> None:
            if customer is not None:
                self._take(CustomerLine(CustomerId(customer_id), str(getattr(customer, "name", "")), ""))

        number = CustomerId(customer_id)
        self._screen.frame.ops.read(self, lambda read: read.customers.get(number), known)

    def back_to_queue(self) -> None:
        """Forget what was looked for, and have the focus in the queue."""
        self._screen.desk.customers.end_find()
        self._screen.focus_queue()

    # --- making -----------------------------------------------------------------------------------------------------

    def _runs(self) -> dict[Act, Callable[[], object]]:
        decide, view = self._screen.decisions, self._screen.view
        return {
            acts.ACCEPT: decide.take_first,
            **{act: partial(decide.take_offer, place) for place, act in enumerate(acts.PICK)},
            acts.ACCEPT_SURE: self.previews.ask_sure,
            acts.IGNORE: self.previews.ignore,
            acts.IGNORE_SENDER: lambda: self.previews.ask_sender(self._screen.choice()),
            acts.FIND: self.find,
            acts.NEW: self.make_new,
            acts.DOMAIN: self.choose_domain,
            acts.REMEMBER: self._remember,
            acts.SKIP: self.skip,
            acts.RETRY: decide.retry,
            acts.NEXT: partial(view.go_by, 1),
            acts.PREVIOUS: partial(view.go_by, -1),
            acts.GROUP: lambda: self._group(not self._screen.shelf.look.by_domain),
            acts.TOGGLE: view.toggle_current,
            acts.ALL: self.choose_all,
        }

    def _connect(self) -> None:
        screen, desk = self._screen, self._screen.desk
        view, panel, customers = screen.view, desk.panel, desk.customers
        self._actions.changed.connect(self._show_keys)
        view.fold_wanted.connect(self._fold)
        view.close_wanted.connect(self._close)
        view.retry_wanted.connect(self._retry_one)
        view.menu_wanted.connect(self._open_menu)
        screen.top.grouped.connect(self._group)
        screen.top.sure.follow(self._actions.action(acts.ACCEPT_SURE.id))
        for signal, act in (
            (panel.accepted, acts.ACCEPT),
            (panel.find_wanted, acts.FIND),
            (panel.domain_wanted, acts.DOMAIN),
            (panel.retried, acts.RETRY),
        ):
            signal.connect(partial(self._trigger, act))
        panel.offer_taken.connect(lambda place: self._trigger(acts.PICK[place]))
        panel.remember_toggled.connect(lambda on: self._set_remember(on=on))
        customers.picked.connect(self._take)
        customers.new_wanted.connect(self.make_new)
        customers.left.connect(self._screen.focus_queue)
        desk.preview.left.connect(self._screen.focus_queue)
        desk.clear.emails_wanted.connect(lambda: screen.frame.doors.go(Place("emails")))
        desk.clear.undo_wanted.connect(lambda: screen.frame.ops.run(self, undo))

    def _trigger(self, act: Act) -> None:
        self._actions.action(act.id).trigger()
        if act is not acts.FIND:
            self._screen.focus_queue()

    def _open_menu(self, place: QPoint) -> None:
        if self._screen.choice().items:
            menu = self._actions.fill(QMenu(self._screen.view), acts.MENU)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.setToolTipsVisible(True)
            menu.popup(place)

    def _check(self, act: Act, *, on: bool) -> None:
        self._actions.action(act.id).setChecked(on)
