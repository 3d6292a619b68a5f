"""The form for a new or an edited customer, carried out as one command; what was typed stays when it is refused."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.domain.changes import ChangeSet
from desktop.domain.customer import Customer
from desktop.domain.ids import CustomerId
from desktop.services import customers
from desktop.ui.customer_draft import CustomerDraft, draft_of
from desktop.ui.customer_form import CustomerForm
from desktop.ui.ops import Ops


def ask_for_new(ops: Ops, parent: QWidget, made: Callable[[CustomerId], None]) -> CustomerForm:
    """Ask for a new customer, add them, and give *made* their id."""
    form = _shown(CustomerForm("New customer", "Add customer", CustomerDraft(), parent))
    form.wanted.connect(partial(_add, ops, form, made))
    return form


def ask_for_changes(ops: Ops, parent: QWidget, customer: Customer) -> CustomerForm:
    """Ask what is to be changed about *customer*, and save it."""
    form = _shown(CustomerForm(f"Edit {customer.name}", "Save", draft_of(customer), parent))
    form.wanted.connect(partial(_save, ops, form, customer.id))
    return form


def _shown(form: CustomerForm) -> CustomerForm:
    form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    form.open()
    return form


def _add(ops: Ops, form: CustomerForm, made: Callable[[CustomerId], None], draft: CustomerDraft) -> None:
    ids: list[CustomerId] = []

    def command(uow: Any, clock: Any) -> ChangeSet:
        customer_id, change = customers.add_customer(uow, draft.details, draft.emails, clock)
        ids.append(customer_id)
        return change

    def done(_change: ChangeSet) -> None:
        form.accept()
        made(ids[0])

    ops.run(form, command, then=done, failed=form.refuse)


def _save(ops: Ops, form: CustomerForm, customer_id: CustomerId, draft: CustomerDraft) -> None:
    def command(uow: Any, clock: Any) -> ChangeSet:
        return customers.save_customer(uow, customer_id, draft.details, draft.emails, clock)

    ops.run(form, command, then=lambda _change: form.accept(), failed=form.refuse)
