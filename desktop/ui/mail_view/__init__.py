"""One mail on the screen: its HTML locked down, a simpler form of it, or its text. Loads nothing that nobody asked for.

The browser engine is imported and started at the first HTML mail; everything else here knows nothing of it.
"""

from desktop.ui.mail_view.sandbox import register_schemes
from desktop.ui.mail_view.view import MailView

__all__ = ["MailView", "register_schemes"]
