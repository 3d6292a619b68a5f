"""What a person decides about the chosen emails, by key, button, menu or drop."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject

from desktop.domain.ids import CustomerId, EmailId
from desktop.ui.customer_draft import CustomerDraft, draft_from_mail
from desktop.ui.customer_form import CustomerForm
from desktop.ui.customer_list import CustomerLine
from desktop.ui.words import counted
from desktop.views.review.choice import Choice, name_of
from desktop.views.review.filing import Filing, Wish
from desktop.views.review.queue_view import QueueView
from desktop.views.review.sitting import Kind

_BY_DOMAIN = frozenset({Kind.ACCEPTED, Kind.PICKED})
REVIEW_AGAIN = "These emails do not wait any more."


class Decisions(QObject):
    """Turns decisions into wishes that :class:`Filing` carries out; the row after the decided ones is next."""

    def __init__(self, filing: Filing, view: QueueView, waiting: Callable[[Sequence[EmailId]], Choice]) -> None:
        super().__init__(view)
        self._filing, self._view, self._waiting = filing, view, waiting
        self.remember = False
        """Whether senders' addresses are learned: off until it is first switched on, then as it was left."""
        self._domain: tuple[str, frozenset[EmailId]] = ("", frozenset())

    def choose_domain(self, domain: str, ids: Sequence[EmailId]) -> None:
        """Note that these emails were chosen as a whole domain."""
        self._domain = domain, frozenset(ids)

    def take_offer(self, place: int) -> None:
        """File the choice with the suggestion at a place."""
        choice = self._view.choice()
        if place < len(choice.offers):
            offer = choice.offers[place].customer
            self._assign(choice, offer.id, offer.name, Kind.ACCEPTED if place == 0 else Kind.PICKED)

    def take_first(self) -> None:
        """File the choice with the suggestion that fits all of it."""
        if self._view.choice().first is not None:
            self.take_offer(0)

    def take_customer(self, line: CustomerLine) -> None:
        """File the choice with a customer who was found."""
        choice = self._view.choice()
        self._assign(choice, line.id, line.name, _kind_of(choice, line.id))

    def drop(self, line: CustomerLine, ids: Sequence[EmailId]) -> None:
        """File emails that were dropped on a customer."""
        choice = self._waiting(ids)
        self._assign(choice, line.id, line.name, _kind_of(choice, line.id))

    def retry(self) -> None:
        """Try again what has failed, with the customer it failed with."""
        for item in self._view.choice().items:
            trouble = self._filing.troubles.get(item.mail.id)
            if trouble is not None and trouble.customer_id is not None:
                self._assign(Choice((item,)), trouble.customer_id, trouble.customer, Kind.PICKED)
            elif trouble is not None:
                self.ignore(Choice((item,)))

    def ignore(self, choice: Choice) -> None:
        """Take emails out of the queue: they are nobody's."""
        if choice.items:
            self._filing.ignore(self._wish(choice, Kind.IGNORED, remember=False))

    def ignore_sender(self, choice: Choice, address: str) -> None:
        """Leave a sender out from now on; *choice* is what waits of them."""
        wish = Wish(choice.items, Kind.SENDER, address, remember=False, scroll=self._scroll())
        self._filing.ignore_sender(wish, address)

    def accept_all(self, choice: Choice) -> None:
        """File each of *choice* with its first suggestion, as one decision."""
        picks = {item.mail.id: item.best.customer for item in choice.items if item.best is not None}
        if not picks:
            return
        names = list({one.id: one.name for one in picks.values()}.values())
        number = next(iter(picks.values())).id if len(names) == 1 else None
        name = names[0] if len(names) == 1 else counted(len(names), "customer")
        held = Wish(choice.items, Kind.ACCEPTED, "together", remember=False, scroll=self._scroll())
        wish = replace(held, customer_id=number, customer=name)
        self._filing.accept(wish, {email_id: one.id for email_id, one in picks.items()})

    def refusal(self, ids: Sequence[EmailId]) -> str:
        """Say why emails that are dragged cannot be filed, if so."""
        if not ids:
            return "These are not emails."
        return "" if len(self._waiting(ids).items) == len(ids) else REVIEW_AGAIN

    def refusal_to_ignore(self, ids: Sequence[EmailId]) -> str:
        """Say why the sender of emails that are dragged cannot be ignored, if so."""
        why_not = self.refusal(ids)
        return why_not or why_no_sender(self._waiting(ids))

    def form_for_new(self, choice: Choice, name: str) -> CustomerForm:
        """Return the form for a new customer of *choice*, prefilled; it files the emails when it is saved."""
        held = draft_from_mail([(sender.name, sender.address) for sender in choice.senders])
        draft = CustomerDraft(name or held.name, held.addresses, held.company)
        emails = counted(len(choice.items), "email")
        form = CustomerForm("New customer", f"Add and assign {emails}", draft, self._view.window())
        wish = self._wish(choice, Kind.NEW, remember=False)
        form.wanted.connect(lambda made: self._filing.assign_to_new(wish, made, form))
        return form

    def _assign(self, choice: Choice, customer_id: CustomerId, name: str, kind: Kind) -> None:
        if choice.items:
            self._filing.assign(self._wish(choice, kind, remember=self.remember), customer_id, name)

    def _wish(self, choice: Choice, kind: Kind, *, remember: bool) -> Wish:
        domain, ids = self._domain
        whole = kind in _BY_DOMAIN and ids and ids == {item.mail.id for item in choice.items}
        kind, of = (Kind.DOMAIN, domain) if whole else (kind, name_of(choice.items[0]) if choice.items else "")
        return Wish(choice.items, kind, of, remember, scroll=self._scroll())

    def _scroll(self) -> int:
        return self._view.verticalScrollBar().value()


def why_no_sender(choice: Choice) -> str:
    """Say why there is no one sender to ignore, if so."""
    if choice.sender:
        return ""
    if any(item.mail.sent_to for item in choice.items):
        return "Not possible: you sent it"
    senders = len({item.mail.from_address for item in choice.items})
    return f"Not possible: {senders} senders" if senders > 1 else "Not possible: the sender has no address"


def _kind_of(choice: Choice, customer_id: CustomerId) -> Kind:
    first = choice.first
    return Kind.ACCEPTED if first is not None and first.customer.id == customer_id else Kind.PICKED
