"""What the browser engine may ask for: the mail that is shown and, when a person wants it, pictures from the network.

Four layers, each of which would do alone against what it knows of: the page was sanitised in the parser's child; its
answer carries a content security policy and a sandbox of its own; every request passes :class:`Guard`; and scripts,
plug-ins, storage and the rest are switched off in the engine. The first is needed for what no other sees: a
``<link rel=preconnect>`` opens a connection in spite of all three.
"""

from PySide6.QtCore import QBuffer, QByteArray, QObject, QUrl
from PySide6.QtWebEngineCore import (
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
    QWebEngineUrlRequestJob,
    QWebEngineUrlScheme,
    QWebEngineUrlSchemeHandler,
)

from desktop.parsing.shown import Picture
from desktop.ui.mail_view.hosts import is_public

SCHEME = "mailbody"
_LOCKED = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
_OWN_PICTURES = f"img-src {SCHEME}: data:"
_ALL_PICTURES = f"{_OWN_PICTURES} https:; upgrade-insecure-requests"
_SANDBOX = "sandbox allow-popups allow-popups-to-escape-sandbox"
"""Links with a target ask for a new window, which is refused; but only so is their click heard of."""
_IMAGE = QWebEngineUrlRequestInfo.ResourceType.ResourceTypeImage
_MAIN_FRAME = QWebEngineUrlRequestInfo.ResourceType.ResourceTypeMainFrame


def register_scheme() -> None:
    """Make ``mailbody:`` known to the engine; must come before the first profile, and may come again."""
    if not QWebEngineUrlScheme.schemeByName(SCHEME.encode()).name().isEmpty():
        return
    scheme = QWebEngineUrlScheme(SCHEME.encode())
    scheme.setSyntax(QWebEngineUrlScheme.Syntax.Path)
    QWebEngineUrlScheme.registerScheme(scheme)


class Body(QWebEngineUrlSchemeHandler):
    """Answers ``mailbody:/N/body`` and ``mailbody:/N/part/M`` for the mail shown last, which is number N.

    Every mail has a number of its own, so that none is answered with what was kept of another.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number = 0
        self._page = b""
        self._pictures: tuple[Picture, ...] = ()
        self._policy = ""

    def hold(self, page: str, pictures: tuple[Picture, ...], *, remote: bool) -> QUrl:
        """Take a page to answer with, with or without pictures from the network; return its address."""
        self._number += 1
        self._page, self._pictures = page.encode("utf-8", "replace"), pictures
        self._policy = f"{_LOCKED}; {_ALL_PICTURES if remote else _OWN_PICTURES}; {_SANDBOX}"
        return QUrl(f"{SCHEME}:/{self._number}/body")

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        """Answer one request."""
        kind, data = self._answer(job.requestUrl().path())
        if bytes(job.requestMethod().data()) != b"GET" or not kind:
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
            return
        job.setAdditionalResponseHeaders(
            {
                QByteArray(name): [QByteArray(value)]  # type: ignore[misc]  # declared as one value, read as a list
                for name, value in (
                    (b"Content-Security-Policy", self._policy.encode()),
                    (b"Referrer-Policy", b"no-referrer"),
                    (b"X-Content-Type-Options", b"nosniff"),
                    (b"X-DNS-Prefetch-Control", b"off"),
                    (b"Cache-Control", b"no-store"),
                )
            }
        )
        buffer = QBuffer(job)
        buffer.setData(data)
        job.reply(kind.encode(), buffer)

    def _answer(self, path: str) -> tuple[str, bytes]:
        """Return media type and bytes for a path; an empty type for what is not there."""
        own = f"/{self._number}/"
        if path == f"{own}body":
            return "text/html;charset=utf-8", self._page
        number = path.removeprefix(f"{own}part/")
        if number.isdecimal() and len(number) < 5 and int(number) < len(self._pictures):
            picture = self._pictures[int(number)]
            return picture.kind, picture.data
        return "", b""


class Guard(QWebEngineUrlRequestInterceptor):
    """Refuses every request that is not for the mail itself or for a picture that was asked for."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lets_pictures_in = False

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        """Judge one request; refused first, so that a fault in judging lets nothing out."""
        info.block(True)
        if self._may_pass(info.requestUrl(), info.resourceType()):
            info.block(False)

    def _may_pass(self, url: QUrl, kind: QWebEngineUrlRequestInfo.ResourceType) -> bool:
        scheme = url.scheme()
        if scheme == SCHEME:
            return kind in {_MAIN_FRAME, _IMAGE}
        if scheme == "data":
            return kind == _IMAGE
        return self.lets_pictures_in and kind == _IMAGE and scheme == "https" and is_public(url.host())
