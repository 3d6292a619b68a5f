"""HTML mail as it was sent, in Chromium, with everything off that a mail has no business with."""

import atexit
import weakref

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QContextMenuEvent, QFontInfo, QGuiApplication, QKeyEvent
from PySide6.QtNetwork import QNetworkProxy, QNetworkProxyFactory
from PySide6.QtWebEngineCore import (
    QWebEngineContextMenuRequest,
    QWebEngineDownloadRequest,
    QWebEngineLoadingInfo,
    QWebEngineNewWindowRequest,
    QWebEnginePage,
    QWebEnginePermission,
    QWebEngineProfile,
    QWebEngineSettings,
)
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QMenu, QWidget
from shiboken6 import delete, isValid

from desktop.parsing.shown import Picture
from desktop.ui.mail_view.web_guard import SCHEME, Body, Guard, register_scheme

PATIENCE_MS = 8_000
"""How long a page without anything from the network may take before it is given up."""
STOPPED = "The browser engine stopped at this mail; so it is shown in a simpler form."
TOO_SLOW = "The browser engine took too long over this mail; so it is shown in a simpler form."

_Attribute = QWebEngineSettings.WebAttribute
_OFF = (
    _Attribute.JavascriptEnabled,
    _Attribute.JavascriptCanOpenWindows,
    _Attribute.JavascriptCanAccessClipboard,
    _Attribute.JavascriptCanPaste,
    _Attribute.AllowWindowActivationFromJavaScript,
    _Attribute.LocalStorageEnabled,
    _Attribute.LocalContentCanAccessRemoteUrls,
    _Attribute.LocalContentCanAccessFileUrls,
    _Attribute.HyperlinkAuditingEnabled,
    _Attribute.PluginsEnabled,
    _Attribute.PdfViewerEnabled,
    _Attribute.FullScreenSupportEnabled,
    _Attribute.ScreenCaptureEnabled,
    _Attribute.WebGLEnabled,
    _Attribute.Accelerated2dCanvasEnabled,
    _Attribute.ReadingFromCanvasEnabled,
    _Attribute.AutoLoadIconsForPage,
    _Attribute.TouchIconsEnabled,
    _Attribute.AllowRunningInsecureContent,
    _Attribute.AllowGeolocationOnInsecureOrigins,
    _Attribute.DnsPrefetchEnabled,
    _Attribute.ErrorPageEnabled,
    _Attribute.NavigateOnDropEnabled,
    _Attribute.BackForwardCacheEnabled,
    _Attribute.FocusOnNavigationEnabled,
    _Attribute.ForceDarkMode,
)
_ON = (
    _Attribute.PlaybackRequiresUserGesture,
    _Attribute.WebRTCPublicInterfacesOnly,
    _Attribute.LinksIncludedInFocusChain,
)


class WebView(QWebEngineView):
    """Shows one page of :attr:`ShownMail.html` after the other.

    Signals: ``link_clicked`` (address), ``link_hovered`` (address, empty when over none), ``left`` on Esc, ``shown``
    when a page is loaded, ``failed`` (a sentence) when it cannot be shown here.
    """

    link_clicked = Signal(str)
    link_hovered = Signal(str)
    left = Signal()
    shown = Signal()
    failed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        register_scheme()
        self._profile = _profile()
        self._body, self._guard = Body(self._profile), Guard(self._profile)
        self._profile.installUrlSchemeHandler(SCHEME.encode(), self._body)
        self._profile.setUrlRequestInterceptor(self._guard)
        self._page = _Page(self._profile, self)
        self._profile.setParent(self)  # behind the page: a profile must go after its pages
        self._zoom = 1.0
        self._watch = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._watch.timeout.connect(self._on_too_slow)
        self._page.link_clicked.connect(self.link_clicked)
        self._page.linkHovered.connect(self.link_hovered)
        self._page.loadingChanged.connect(self._on_loading)
        self._page.renderProcessTerminated.connect(self._on_stopped)
        self.setPage(self._page)
        self.setAcceptDrops(False)
        self.setAccessibleName("The mail as it was sent")
        atexit.register(_let_go, weakref.ref(self))

    def show_page(self, page: str, pictures: tuple[Picture, ...], *, remote: bool = False) -> None:
        """Show a page with the mail's own pictures and, when *remote* is wanted, those from the network."""
        self._use_fonts_of_the_window()
        self._guard.lets_pictures_in = remote
        self._page.expected = self._body.hold(page, pictures, remote=remote)
        if remote:
            self._watch.stop()  # a slow network is not the page's fault
        else:
            self._watch.start()
        self._page.setUrl(self._page.expected)

    def forget(self) -> None:
        """Show an empty page, and keep nothing of the mail that was shown."""
        self.show_page("", ())

    def let_go(self) -> None:
        """End the page and its process; the view is of no use after that."""
        self._watch.stop()
        self.setPage(None)  # type: ignore[arg-type]  # Qt allows it
        for thing in (self._page, self._profile):
            if isValid(thing):
                delete(thing)

    def set_zoom(self, factor: float) -> None:
        """Show everything *factor* times as large."""
        self._zoom = factor
        self._page.setZoomFactor(factor)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hear Esc, which the engine would keep to itself."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return True
        return super().eventFilter(watched, event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with a mail's page: copy."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        copy = menu.addAction("&Copy")
        copy.setEnabled(self._page.hasSelection())
        copy.triggered.connect(self._copy)
        request: QWebEngineContextMenuRequest | None = self.lastContextMenuRequest()  # None before the first click
        address = "" if request is None else request.linkUrl().toString(QUrl.ComponentFormattingOption.FullyEncoded)
        if address:
            menu.addAction("Copy &link address").triggered.connect(lambda: QGuiApplication.clipboard().setText(address))
        menu.addAction("Select &all").triggered.connect(self._select_all)
        menu.popup(event.globalPos())

    def _copy(self) -> None:
        self._page.triggerAction(QWebEnginePage.WebAction.Copy)

    def _select_all(self) -> None:
        self._page.triggerAction(QWebEnginePage.WebAction.SelectAll)

    def _use_fonts_of_the_window(self) -> None:
        """Use the program's font where a mail names none, as mail programs do, and not the serifs of the web."""
        settings, info = self._profile.settings(), QFontInfo(self.font())
        settings.setFontFamily(QWebEngineSettings.FontFamily.StandardFont, info.family())
        settings.setFontSize(QWebEngineSettings.FontSize.DefaultFontSize, max(info.pixelSize(), 12))

    def _on_loading(self, info: QWebEngineLoadingInfo) -> None:
        """Hear how far a page is; one that another has taken the place of may still finish."""
        if info.url() != self._page.expected:
            return
        if info.status() == QWebEngineLoadingInfo.LoadStatus.LoadSucceededStatus:
            self._on_loaded()
        elif info.status() == QWebEngineLoadingInfo.LoadStatus.LoadFailedStatus:
            self._on_stopped()

    def _on_loaded(self) -> None:
        self._watch.stop()
        self._page.setZoomFactor(self._zoom)
        inner = self.focusProxy()
        if inner is not None:
            inner.installEventFilter(self)
            inner.setAccessibleName(self.accessibleName())
        self.shown.emit()

    def _on_stopped(self) -> None:
        self._watch.stop()
        self.failed.emit(STOPPED)

    def _on_too_slow(self) -> None:
        self._page.triggerAction(QWebEnginePage.WebAction.Stop)
        self.failed.emit(TOO_SLOW)


class _Page(QWebEnginePage):
    """A page that goes nowhere: it loads what it was told to, and tells of clicks on links."""

    link_clicked = Signal(str)

    def __init__(self, profile: QWebEngineProfile, parent: QObject) -> None:
        super().__init__(profile, parent)
        self.expected = QUrl()
        self.setBackgroundColor(Qt.GlobalColor.white)
        self.newWindowRequested.connect(self._on_new_window)
        self.permissionRequested.connect(_deny)

    def acceptNavigationRequest(
        self, url: QUrl | str, kind: QWebEnginePage.NavigationType, is_main_frame: bool
    ) -> bool:
        """Accept the page that was asked for, and places inside it; a click on anything else is told, not followed."""
        is_click = kind == QWebEnginePage.NavigationType.NavigationTypeLinkClicked
        url = QUrl(url)
        is_own = url.toString().partition("#")[0] == self.expected.toString()
        if is_main_frame and is_own and (is_click or kind == QWebEnginePage.NavigationType.NavigationTypeTyped):
            return True
        if is_click and not is_own:
            self._tell(url)
        return False

    def javaScriptConsoleMessage(self, *_message: object) -> None:
        """Keep what the engine says about a page out of the log: it quotes the mail."""

    def _on_new_window(self, request: QWebEngineNewWindowRequest) -> None:
        if request.isUserInitiated():
            self._tell(request.requestedUrl())

    def _tell(self, url: QUrl) -> None:
        self.link_clicked.emit(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))


def _profile() -> QWebEngineProfile:
    """Return a profile that keeps nothing, tells nothing and permits nothing; it goes by the system's proxy."""
    if QNetworkProxy.applicationProxy().type() == QNetworkProxy.ProxyType.NoProxy:
        QNetworkProxyFactory.setUseSystemConfiguration(True)
    profile = QWebEngineProfile()  # without a name: off the record
    profile.setHttpCacheType(QWebEngineProfile.HttpCacheType.NoCache)
    profile.setPersistentCookiesPolicy(QWebEngineProfile.PersistentCookiesPolicy.NoPersistentCookies)
    profile.setPersistentPermissionsPolicy(QWebEngineProfile.PersistentPermissionsPolicy.AskEveryTime)
    profile.cookieStore().setCookieFilter(_no_cookie)
    profile.setSpellCheckEnabled(False)
    profile.setPushServiceEnabled(False)
    profile.setHttpUserAgent("Mozilla/5.0")
    profile.setHttpAcceptLanguage("")
    profile.clientHints().setAllClientHintsEnabled(False)
    profile.downloadRequested.connect(_refuse)
    for attribute in _OFF:
        profile.settings().setAttribute(attribute, False)
    for attribute in _ON:
        profile.settings().setAttribute(attribute, True)
    profile.settings().setUnknownUrlSchemePolicy(QWebEngineSettings.UnknownUrlSchemePolicy.DisallowUnknownUrlSchemes)
    return profile


def _let_go(reference: "weakref.ref[WebView]") -> None:
    """Take page and profile down in order if they are still there when the program ends, or the engine crashes."""
    view = reference()
    if view is not None and isValid(view):
        view.let_go()


def _no_cookie(_request: object) -> bool:
    return False


def _refuse(download: QWebEngineDownloadRequest) -> None:
    download.cancel()


def _deny(permission: QWebEnginePermission) -> None:
    permission.deny()
