"""Builds the main window on an open profile: frame, screens, dialogs, commands. Read top to bottom."""

from functools import partial

from PySide6.QtWidgets import QWidget

from desktop.app.afterwards import Afterwards
from desktop.app.dialogs import Dialogs
from desktop.app.later import later
from desktop.app.parts import Parts
from desktop.app.places import BELOW, PLACES
from desktop.app.screens import SCREENS
from desktop.app.shell import Shell
from desktop.app.views import SavedViews
from desktop.ui.actions import Act
from desktop.ui.frame import BrowserSignIn, Connections, Doors, Frame, Place, ProfileFacts
from desktop.ui.toasts import Words
from desktop.ui.window import MainWindow
from desktop.workspace.workspace import Workspace


def build_window(parts: Parts) -> MainWindow:
    """Build the window on *parts*; the caller shows it. It lives by itself until it is closed."""
    window = MainWindow(parts.state, PLACES, BELOW)
    dialogs = Dialogs(window)
    frame = Frame(
        ops=parts.ops,
        actions=window.actions_of_window,
        state=parts.state,
        clock=parts.workspace.clock,
        sync=parts.sync,
        doors=Doors(
            go=window.go,
            connect=dialogs.connect,
            reconnect=partial(dialogs.with_mailbox, dialogs.reconnect),
            edit_mailbox=partial(dialogs.with_mailbox, dialogs.edit),
            disconnect=partial(dialogs.with_mailbox, dialogs.disconnect),
            import_customers=dialogs.import_customers,
            edit_details=partial(dialogs.with_mailbox, dialogs.edit_details),
            review_settings=partial(dialogs.with_mailbox, dialogs.review_settings),
            test_mailbox=partial(dialogs.with_mailbox, dialogs.test_mailbox),
            choose_messages=dialogs.choose_messages,
            skipped_mail=dialogs.skipped_mail,
            backfill=partial(dialogs.with_mailbox, dialogs.backfill),
            audit=partial(dialogs.with_mailbox, dialogs.audit),
            toast=lambda text: window.toasts.show(Words(text)),
            tell=window.status.tell,
        ),
        settings=parts.preferences,
        connections=later(partial(_connections, parts.workspace)),
        browser=later(partial(_browser, parts.workspace)),
        mails=parts.mails,
        picking=parts.picking,
        backfills=parts.backfills,
        audits=parts.audits,
        is_demo=parts.is_demo,
        profile=ProfileFacts(str(parts.workspace.profile), parts.workspace.unlocked.profile.key.value),
    )
    dialogs.frame = frame
    for screen_id, make in SCREENS.items():
        window.add_screen(screen_id, partial(make, frame))
    _add_actions(window, dialogs, frame)
    SavedViews(window, frame)
    window.set_frame(frame)
    Shell(window, frame, parts, partial(_welcome, frame, parts))
    window.begin_at(str(parts.state.get("place", "")))
    window.build_menus()
    window.restore()
    Afterwards(window, parts.ops.is_idle, window.make_next).begin()
    return window


def _connections(workspace: Workspace) -> Connections:
    from desktop.app.connections import WorkspaceConnections

    return WorkspaceConnections(workspace)


def _browser(workspace: Workspace) -> BrowserSignIn:
    from desktop.app.browser import WorkspaceBrowser

    return WorkspaceBrowser(workspace)


def _welcome(frame: Frame, parts: Parts) -> QWidget:
    from desktop.views.welcome.page import WelcomePage

    return WelcomePage(frame, parts.open_demo)


def _add_actions(window: MainWindow, dialogs: Dialogs, frame: Frame) -> None:
    add, go = window.actions_of_window.add, window.go
    for number, item in enumerate(PLACES, start=1):
        add(Act(f"go.{item.id}", f"&{number} {item.text}", "Go", (f"Ctrl+{number}",), item.icon, words=item.text),
            partial(go, Place(item.id)))  # fmt: skip
    add(Act("go.settings", "&Settings", "Go", ("Ctrl+,",), "settings", group=1), partial(go, Place("settings")))
    add(Act("file.connect", "&Connect a mailbox…", "File", ("Ctrl+Shift+N",), "plus"), dialogs.connect)
    add(Act("file.import", "&Import customers…", "File", ("Ctrl+Shift+I",), "upload"), dialogs.import_customers)
    add(
        Act("mailbox.choose", "Choose &messages…", "Mailbox", ("Ctrl+Shift+M",), "list-checks"), dialogs.choose_messages
    )
    add(Act("mailbox.skipped", "S&kipped mail…", "Mailbox", ("Ctrl+Shift+K",), "ban"), dialogs.skipped_mail)
    add(Act("mailbox.sync_all", "Sync &all now", "Mailbox", ("F5",), "refresh-cw"), partial(frame.sync.sync_now, None))
    add(Act("help.promise", "&What Postroom may do at the server", "Help", (), "shield-check"), dialogs.promise)
