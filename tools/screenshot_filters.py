"""Pictures of the page of filters and of the dialog of skipped mail, in each of their states."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from desktop.domain.filters import FilterRow
    from tools.screenshots import Stage

LONG = "Rechtsabteilung-Zusammenarbeit-Benachrichtigungen@kundenbetreuung.beispielgesellschaft.example"


def _row(effect: str, field: str, comparison: str, *values: str) -> FilterRow:
    from desktop.domain.filters import Comparison, Effect, Field, FilterRow
    from desktop.domain.ids import FilterId

    return FilterRow(FilterId(0), Effect(effect), Field(field), Comparison(comparison), values)


def _example() -> list[FilterRow]:
    return [
        _row("include", "to", "is", "support@acme.example", "sales@acme.example", "billing@acme.example"),
        _row("exclude", "from", "starts-with", "noreply@", "no-reply@"),
        _row("exclude", "subject", "contains", "unsubscribe", "newsletter"),
        _row("exclude", "kind", "is", "newsletter", "automatic"),
    ]


def _store(stage: Stage, rows: Sequence[FilterRow], *, past: bool = False) -> None:
    from desktop.services.filter_past import Past
    from desktop.services.filters import policy_for, replace_policy, with_rows

    with stage.parts.workspace.store.write() as uow:
        policy = with_rows(policy_for(uow.read, None), rows)
        replace_policy(
            uow, replace(policy, blocked=frozenset()), stage.parts.workspace.clock, past=Past() if past else None
        )


def _page(stage: Stage, rows: Sequence[FilterRow], blocked: Sequence[str] = ()) -> Any:
    _store(stage, rows)
    stage.go("settings", part="filters")
    screen: Any = stage.window.place("settings")
    page = screen.page
    page.revert()
    page.preview.try_field.clear()
    page.area.verticalScrollBar().setValue(0)
    page.domains.show_domains(blocked, (), page.domains.switches)
    page._read_fresh()  # noqa: SLF001 - as an undo elsewhere does
    stage.settle()
    return page


def _edited(stage: Stage) -> None:
    page = _page(stage, _example())
    page.rows.editors[2].values.setText("unsubscribe, newsletter, order")
    page.rows.editors[2].values.setFocus()
    stage.settle()


def _plain(stage: Stage) -> None:
    _page(stage, _example()[1:])


def _empty(stage: Stage) -> None:
    _page(stage, ())


def _wrong(stage: Stage) -> None:
    page = _page(stage, _example()[1:])
    page.rows.add_new()
    page.rows.editors[-1].set_row(_row("exclude", "from", "is", "acme"))
    page.rows.editors[-1].values.setText("acme")
    page.preview.try_field.setText("noreply@bank.example")
    page.rows.editors[-1].show_error(is_asked=True)
    stage.settle()


def _long(stage: Stage) -> None:
    page = _page(stage, [_row("exclude", "from", "is", LONG), *_example()])
    page.rows.editors[2].values.setText("order, invoice, " + "reklamation, " * 12)
    stage.settle()


def _domains(stage: Stage) -> None:
    page = _page(stage, _example()[1:])
    page.domains.show_domains(("vendor.example", "partner.example", "deals.example"), (), tuple(page.domains.switches))
    page.domains.changed.emit()
    page.area.verticalScrollBar().setValue(page.area.verticalScrollBar().maximum())
    stage.settle()


def _failed(stage: Stage) -> None:
    from desktop.domain.errors import AppError
    from desktop.domain.reasons import ReasonCode

    page = _page(stage, _example()[1:])
    page.preview.show_error(
        AppError(
            ReasonCode.STORE_DAMAGED,
            "The database could not be read.",
            meaning="Your filters hold as they were.",
            action="'postroom verify' says what is damaged.",
        )
    )
    stage.settle()


def _skipped(stage: Stage, *, past: bool = True, typed: str = "") -> None:
    _store(stage, [_row("exclude", "subject", "contains", "invoice"), _example()[3]] if past else [], past=True)
    stage.go("settings", part="filters")
    stage.act("mailbox.skipped")
    dialog: Any = stage.dialog()
    dialog.search.setText(typed)
    stage.opened = dialog
    stage.settle()


def _skipped_empty(stage: Stage) -> None:
    _skipped(stage, past=False)


def _skipped_nothing(stage: Stage) -> None:
    _skipped(stage, typed="nobody writes this")


FILTERS: tuple[tuple[str, str, Callable[[Stage], Any], tuple[str, ...]], ...] = (
    ("filters", "plain", _plain, ("light",)),
    ("filters", "edited", _edited, ("light", "dark")),
    ("filters", "wrong", _wrong, ("light",)),
    ("filters", "long", _long, ("light",)),
    ("filters", "domains", _domains, ("light", "dark")),
    ("filters", "error", _failed, ("light",)),
    ("filters", "empty", _empty, ("light", "dark")),
    ("skipped", "list", _skipped, ("light", "dark")),
    ("skipped", "nothing_fits", _skipped_nothing, ("light",)),
    ("skipped", "empty", _skipped_empty, ("light",)),
)
"""What is shown, by screen and state."""
