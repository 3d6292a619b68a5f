"""The pages made from the registry of settings: how it looks, and the numbers of network and sync."""

from typing import ClassVar

from desktop.settings import registry
from desktop.settings.setting import AnySetting
from desktop.ui.frame import Frame
from desktop.views.settings.editors import SettingRow, row_for
from desktop.views.settings.page import Page
from desktop.views.settings.rows import Section

APPEARANCE, KEYS, SIGN_IN = "appearance", "keys", "oauth"
GROUPS = {
    "network": ("Connections", "Used from the next connection on."),
    "sync": ("Sync", "Used from the next sync on."),
    "parse": ("Reading messages", "Used from the next sync on."),
    "log": ("Sync log", "Older entries go at the end of a sync."),
}


def group_of(setting: AnySetting) -> str:
    """Return the first part of a setting's key."""
    return setting.key.partition(".")[0]


class PreferencesPage(Page):
    """Rows of settings, in the order of the registry."""

    groups: ClassVar[dict[str, tuple[str, str]]]

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.rows: dict[str, SettingRow] = {}
        for name, (title, hint) in self.groups.items():
            settings = [one for one in registry.SETTINGS if group_of(one) == name]
            rows = {one.key: row_for(frame, one) for one in settings}
            self.rows |= rows
            if rows:
                self.add_section(Section(title, list(rows.values()), hint))


class AppearancePage(PreferencesPage):
    """Light or dark, and how large."""

    id = "appearance"
    title = "Appearance"
    icon = "palette"
    hint = "Takes effect at once"
    keywords = "dark light theme colours size zoom font"
    groups: ClassVar[dict[str, tuple[str, str]]] = {APPEARANCE: ("", "")}


class SignInPage(PreferencesPage):
    """Apps of one's own for signing in in the browser."""

    id = "sign_in"
    title = "Sign-in apps"
    icon = "key-round"
    hint = "Only for apps of your own"
    keywords = "oauth google microsoft client id issuer tenant scopes bring your own"
    groups: ClassVar[dict[str, tuple[str, str]]] = {
        SIGN_IN: ("", "Used from the next sign-in on. A secret is asked for when you connect a mailbox, not kept here.")
    }


class NetworkPage(PreferencesPage):
    """Limits and patience; every other setting of the registry is here."""

    id = "network"
    title = "Network and sync"
    icon = "globe"
    hint = "The defaults fit nearly everyone"
    keywords = "timeout batch limits log workers advanced"
    groups: ClassVar[dict[str, tuple[str, str]]] = {
        **GROUPS,
        **{
            name: (name.capitalize(), "")
            for name in map(group_of, registry.SETTINGS)
            if name not in {*GROUPS, APPEARANCE, KEYS, SIGN_IN}
        },
    }
