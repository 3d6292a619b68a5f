"""The settings: few, plain, immediate. A search and the pages on one side, the page itself on the other."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QSizePolicy, QStackedWidget, QWidget

from desktop.domain.changes import Changed
from desktop.domain.errors import AppError
from desktop.ui.actions import Act
from desktop.ui.frame import Frame, Place
from desktop.ui.kit.fonts import scaled
from desktop.ui.kit.inputs import Choice, SearchField
from desktop.ui.kit.labels import Label, Line, follow_theme
from desktop.ui.kit.states import EmptyState
from desktop.ui.screen import Screen
from desktop.ui.toasts import announce
from desktop.views.settings.about import AboutPage
from desktop.views.settings.customers import CustomersPage
from desktop.views.settings.filters.page import FiltersPage
from desktop.views.settings.frequency import FrequencyPage
from desktop.views.settings.keyboard import KeyboardPage
from desktop.views.settings.mailboxes import MailboxesPage
from desktop.views.settings.matching import MatchingPage
from desktop.views.settings.nav import NavList
from desktop.views.settings.page import HEAD, Page
from desktop.views.settings.pages import Pages
from desktop.views.settings.preferences import AppearancePage, NetworkPage, SignInPage
from desktop.views.settings.privacy import PrivacyPage
from desktop.views.settings.reading import Known, ask
from desktop.views.settings.rows import fits

PAGES: tuple[type[Page], ...] = (
    MailboxesPage,
    MatchingPage,
    FiltersPage,
    FrequencyPage,
    CustomersPage,
    AppearancePage,
    KeyboardPage,
    SignInPage,
    NetworkPage,
    PrivacyPage,
    AboutPage,
)
SIDE_WIDTH, NARROW = 192, 640
LAST_PAGE = "settings.page"
PAUSE_MS = 50
"""Between two pages that are made before anybody asks for them."""


class SettingsScreen(Screen):
    """Everything that can be set, applied at once."""

    id = "settings"
    title = "Settings"
    watches = Changed.MAILBOXES | Changed.HEALTH | Changed.CUSTOMERS | Changed.FILTERS
    has_head = False

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.pages = Pages(PAGES, frame, self._greet)
        self.search = SearchField("Search settings", "/")
        self.nav = NavList([(page.title, page.icon) for page in PAGES])
        self.chooser = Choice([(page.title, page.id) for page in PAGES], name="Page of the settings")
        self._stack = QStackedWidget()
        self._told: Callable[[Page], None] = _tell_nothing
        self._next_page = QTimer(self, interval=PAUSE_MS)
        self._nothing = EmptyState("search", "No setting is called so", "", "Show all")
        self._side, self._side_line = QWidget(), Line(upright=True)
        self._across = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._assemble()
        self._listen()
        self._make_actions()
        for page in PAGES:
            if page.has_commands:
                _ = self.pages[page.id]

    # --- reading ----------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read what the pages show of the store."""
        self.frame.ops.read(self, ask, self._show, failed=self._fail, slot="settings")

    def open(self, place: Place) -> None:
        """Show the page that *place* asks for."""
        if place.part in self.pages or place.search:
            self.search.setText(place.search)
        if place.part in self.pages:
            self._go_to(place.part)
        page = self.page
        if place.mailbox_id is not None and isinstance(page, FrequencyPage):
            page.show_mailbox(place.mailbox_id)

    @property
    def page(self) -> Page | None:
        """The page that is shown; None when nothing was found."""
        shown = self._stack.currentWidget()
        return shown if isinstance(shown, Page) else None

    def _show(self, known: Known) -> None:
        self._tell(lambda page: page.show_known(known))
        self._narrow()

    def _fail(self, error: AppError) -> None:
        self._tell(lambda page: page.show_failure(error))

    def _tell(self, tell: Callable[[Page], None]) -> None:
        """Tell the pages that are there, and later those that are made by then."""
        self._told = tell
        for page in self.pages.made:
            tell(page)

    # --- pages and search -------------------------------------------------------------------------------------------

    def _greet(self, page: Page) -> None:
        """Take in a page that was made just now."""
        self._stack.addWidget(page)
        self._told(page)
        page.filled.connect(self._look_again)
        page.narrow(self.search.text().strip())

    def _make_next(self) -> None:
        """Make one of the pages that nobody has asked for: whoever searches would wait for all of them."""
        missing = self.pages.missing
        if missing and self.isVisible():
            _ = self.pages[missing[0]]
        else:
            self._next_page.stop()

    def _go_to(self, page_id: str) -> None:
        if page_id in self.pages:
            self.nav.choose(list(self.pages).index(page_id))

    def _turn(self, row: int) -> None:
        page = self.pages[PAGES[row].id]
        self._stack.setCurrentWidget(page)
        self.chooser.choose(page.id)
        self.frame.state.set(LAST_PAGE, page.id)
        self.foot_turned.emit()

    def _narrow(self, *, is_typing: bool = False) -> None:
        """Show the pages and rows that fit what is typed; who types a page's name is led to it."""
        typed = self.search.text().strip()
        pages = self.pages.values() if typed else self.pages.made
        fitting = {page.id for page in pages if page.narrow(typed)}
        found = [row for row, page in enumerate(PAGES) if not typed or page.id in fitting]
        self.nav.show_rows(found)
        if not found:
            self._nothing.show_words("No setting is called so", f"Nothing fits “{typed}”.", "Show all")
            self._stack.setCurrentWidget(self._nothing)
            return
        here = self.nav.currentIndex().row()
        named = [row for row in found if is_typing and typed and fits(typed, PAGES[row].title)]
        wanted = here if here in (named or found) else (named or found)[0]
        self._turn(wanted)
        if wanted != here:
            self.nav.choose(wanted)

    def _look_again(self) -> None:
        if self.search.text().strip():
            self._narrow()

    def _searched(self, typed: str) -> None:
        self._narrow(is_typing=True)
        if typed.strip():
            shown = len(self.nav.shown_rows())
            announce(self.search, f"{shown} of {len(self.pages)} pages fit" if shown else "Nothing fits")

    def _type(self, text: str) -> None:
        """Typing in the list of pages is a search."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.setText(text)

    # --- keys -------------------------------------------------------------------------------------------------------

    def panes(self) -> Sequence[QWidget]:
        """The search, the pages, the page."""
        return [self.search, *([] if self.nav.isHidden() else [self.nav]), self._stack]

    def foot(self) -> QWidget | None:
        """Return the foot of the filters while they are shown."""
        return self.page.foot if isinstance(self.page, FiltersPage) else None

    def search_field(self) -> QLineEdit | None:
        """Return the search of the settings."""
        return self.search

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the search, up and down choose the page and Enter goes into it; a focused stack hands the focus on."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key_in_search(event.key())
        if watched is self._stack and event.type() == QEvent.Type.FocusIn:
            self._into_page()
        return super().eventFilter(watched, event)

    def _key_in_search(self, key: int) -> bool:
        if key in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            self.nav.step(1 if key == Qt.Key.Key_Down else -1)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._into_page()
        else:
            return False
        return True

    def _into_page(self) -> None:
        if self.page is not None:
            self.page.take_focus()
        else:
            self._nothing.primary.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- making -----------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """The first time, go to the page that was shown last; then make the others one by one."""
        if self.nav.currentIndex().row() < 0:
            self._go_to(str(self.frame.state.get(LAST_PAGE, PAGES[0].id)))
        super().showEvent(event)
        self._next_page.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room beside each other, the pages are a choice above the page."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        is_narrow = self.width() < scaled(NARROW)
        directions = QBoxLayout.Direction
        self._across.setDirection(directions.TopToBottom if is_narrow else directions.LeftToRight)
        self._title.setVisible(not is_narrow)
        self.nav.setVisible(not is_narrow)
        self._side_line.setVisible(not is_narrow)
        self.chooser.setVisible(is_narrow)
        self._column.setDirection(directions.LeftToRight if is_narrow else directions.TopToBottom)
        edge = scaled(16 if is_narrow else 8)
        self._column.setContentsMargins(edge, scaled(8 if is_narrow else 0), edge, scaled(0 if is_narrow else 8))
        self._column.setSpacing(scaled(8 if is_narrow else 0))
        upright = QSizePolicy.Policy.Maximum if is_narrow else QSizePolicy.Policy.Preferred
        self._side.setSizePolicy(QSizePolicy.Policy.Preferred, upright)
        self._side.setMinimumWidth(0 if is_narrow else scaled(SIDE_WIDTH))
        self._side.setMaximumWidth(16_777_215 if is_narrow else scaled(SIDE_WIDTH))

    def _assemble(self) -> None:
        self._title = Label(self.title, "title")
        self._column = QBoxLayout(QBoxLayout.Direction.TopToBottom, self._side)
        self._column.addWidget(self._title)
        self._column.addWidget(self.search)
        self._column.addWidget(self.chooser)
        self._column.addSpacing(scaled(12))
        self._column.addWidget(self.nav, 1)
        self._stack.addWidget(self._nothing)
        self._stack.setAccessibleName("Page of the settings")
        self._across.setContentsMargins(0, 0, 0, 0)
        self._across.setSpacing(0)
        for widget in (self._side, self._side_line):
            self._across.addWidget(widget)
        self._across.addWidget(self._stack, 1)
        self.body.addLayout(self._across, 1)
        follow_theme(self._dress)

    def _dress(self) -> None:
        self._title.setMinimumHeight(scaled(HEAD))
        self._title.setContentsMargins(scaled(8), 0, scaled(8), 0)
        self._arrange()

    def _listen(self) -> None:
        self.search.textChanged.connect(self._searched)
        self._next_page.timeout.connect(self._make_next)
        self.search.installEventFilter(self)
        self._stack.installEventFilter(self)
        self._stack.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.nav.chosen.connect(self._turn)
        self.nav.typed.connect(self._type)
        self.chooser.activated.connect(lambda _at: self._go_to(str(self.chooser.value)))
        self._nothing.primary.clicked.connect(lambda _checked=False: self.search.clear())

    def _make_actions(self) -> None:
        for page in PAGES:
            spec = Act(f"settings.{page.id}", page.title, "", icon=page.icon, words=f"Settings: {page.title}")
            self.frame.actions.add(spec, partial(self.frame.doors.go, Place(self.id, part=page.id)))


def _tell_nothing(_page: Page) -> None:
    """Nothing was read yet."""
