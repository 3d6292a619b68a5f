"""The screens of the window, in the order of the sidebar. Each is loaded and made when it is first wanted.

That is when somebody goes there or asks for all commands, and at the latest soon after the first rows are painted
(:mod:`desktop.app.afterwards`): the window need not wait for six screens to show one.
"""

from collections.abc import Callable, Mapping

from desktop.ui.frame import Frame
from desktop.ui.screen import Screen


def _dashboard(frame: Frame) -> Screen:
    from desktop.views.dashboard.screen import DashboardScreen

    return DashboardScreen(frame)


def _emails(frame: Frame) -> Screen:
    from desktop.views.emails.screen import EmailsScreen

    return EmailsScreen(frame)


def _review(frame: Frame) -> Screen:
    from desktop.views.review.screen import ReviewScreen

    return ReviewScreen(frame)


def _sync_log(frame: Frame) -> Screen:
    from desktop.views.sync_log.screen import SyncLogScreen

    return SyncLogScreen(frame)


def _customers(frame: Frame) -> Screen:
    from desktop.views.customers.screen import CustomersScreen

    return CustomersScreen(frame)


def _settings(frame: Frame) -> Screen:
    from desktop.views.settings.screen import SettingsScreen

    return SettingsScreen(frame)


SCREENS: Mapping[str, Callable[[Frame], Screen]] = {
    "dashboard": _dashboard,
    "emails": _emails,
    "review": _review,
    "sync_log": _sync_log,
    "customers": _customers,
    "settings": _settings,
}
"""How the screen of a place is made."""
