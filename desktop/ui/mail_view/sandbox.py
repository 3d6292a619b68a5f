"""Whether the browser engine may be used here at all, and what it needs before the application begins."""

import os

from PySide6.QtCore import QCoreApplication, Qt

AS_ROOT = (
    "Postroom runs as the system's administrator, where nothing would hold the browser engine in; so the mail is shown"
    " in a simpler form. As an ordinary user you see it as it was sent."
)
SWITCHED_OFF = (
    "The browser engine's sandbox is switched off in the environment; so the mail is shown in a simpler form. Start"
    " Postroom without QTWEBENGINE_DISABLE_SANDBOX and --no-sandbox to see it as it was sent."
)
NOT_INSTALLED = (
    "The browser engine (PySide6-Addons) is not installed; so the mail is shown in a simpler form. Install Postroom"
    " anew to see it as it was sent."
)
_SWITCH, _FLAGS = "QTWEBENGINE_DISABLE_SANDBOX", "QTWEBENGINE_CHROMIUM_FLAGS"


def register_schemes() -> None:
    """Prepare for the browser engine; call it before the QApplication is made. Costs nothing and loads nothing."""
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)


def why_no_engine(*, is_demo: bool) -> str:
    """Return why no mail may be given to the browser engine, as sentences, or ``""`` when it may.

    The mail of the demo is ours: there, and only there, the engine runs without its sandbox when the user is root.
    """
    if is_demo:
        return ""
    if _is_root():
        return AS_ROOT
    switch = os.environ.get(_SWITCH, "0").strip()
    return SWITCHED_OFF if switch not in {"", "0"} or "--no-sandbox" in os.environ.get(_FLAGS, "") else ""


def let_the_demo_in(*, is_demo: bool) -> None:
    """Switch the sandbox off for the demo as root, where the engine would end the program instead of starting."""
    if is_demo and _is_root():
        os.environ[_SWITCH] = "1"


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
