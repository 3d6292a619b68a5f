"""Colours by what they are for, in light and dark. Pure values; ``tests/unit/ui`` keeps every pair readable."""

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, slots=True)
class Tokens:
    """Every colour there is, as ``#RRGGBB``. Views name one of these and never a colour."""

    # grounds
    window: str
    surface: str
    sunken: str
    raised: str
    hover: str
    # lines
    border: str
    line: str
    edge: str
    control: str
    # words
    text: str
    text2: str
    text3: str
    disabled: str
    # where one can act, where one is
    accent: str
    accent_hover: str
    accent_press: str
    on_accent: str
    accent_text: str
    focus: str
    sel: str
    sel_text: str
    sel_inactive: str
    # status: text on chip, chip, glyph
    ok: str
    ok_bg: str
    ok_glyph: str
    warn: str
    warn_bg: str
    warn_glyph: str
    bad: str
    bad_bg: str
    bad_glyph: str
    info: str
    info_bg: str
    info_glyph: str
    mute: str
    mute_bg: str
    mute_glyph: str
    # small parts
    badge: str
    scroll: str
    cut: str
    knob: str
    mark: str
    bar: str
    progress: str
    series2: str
    segment: str
    # toast and tooltip
    toast: str
    toast_text: str
    toast_link: str
    toast_line: str
    toast_bad: str
    # seven tints of initials: ground and letters
    avatars: tuple[tuple[str, str], ...]
    is_dark: bool = False

    def color(self, name: str) -> str:
        """Return the value of a token by its name; raises AttributeError for a name there is not."""
        value = getattr(self, name)
        if isinstance(value, str):
            return value
        raise AttributeError(f"{name} is not a colour")


LIGHT = Tokens(
    window="#F4F6F9",
    surface="#FFFFFF",
    sunken="#ECEFF4",
    raised="#FFFFFF",
    hover="#EDF1F7",
    border="#D5DBE5",
    line="#E8ECF2",
    edge="#BFC8D4",
    control="#76818F",
    text="#171C24",
    text2="#465160",
    text3="#56616F",
    disabled="#8D97A5",
    accent="#1B5DC9",
    accent_hover="#174FAD",
    accent_press="#13438F",
    on_accent="#FFFFFF",
    accent_text="#1A56BD",
    focus="#1B5DC9",
    sel="#D3E3FD",
    sel_text="#171C24",
    sel_inactive="#E3E7EE",
    ok="#00645C",
    ok_bg="#D8F2EE",
    ok_glyph="#00736A",
    warn="#7D4B00",
    warn_bg="#FFEFC7",
    warn_glyph="#B46C00",
    bad="#A00D18",
    bad_bg="#FDE4E2",
    bad_glyph="#A00D18",
    info="#1A56BD",
    info_bg="#E3EDFD",
    info_glyph="#1A56BD",
    mute="#525D6C",
    mute_bg="#E7EBF1",
    mute_glyph="#525D6C",
    badge="#DDE3EB",
    scroll="#C3CBD7",
    cut="#FFFFFF",
    knob="#FFFFFF",
    mark="#FFE9A8",
    bar="#5484DA",
    progress="#1B5DC9",
    series2="#8A5A00",
    segment="#FFFFFF",
    toast="#252C37",
    toast_text="#FFFFFF",
    toast_link="#A9CBFF",
    toast_line="#465160",
    toast_bad="#FF8078",
    avatars=(
        ("#DCE8FB", "#1D4E9E"),
        ("#D6EFEC", "#0B5F58"),
        ("#E8E3FA", "#55389F"),
        ("#FADFE8", "#932650"),
        ("#F8E8C9", "#734800"),
        ("#E1E6EE", "#435064"),
        ("#E1F0D6", "#3A5C1E"),
    ),
)

DARK = Tokens(
    window="#14171C",
    surface="#1B1F26",
    sunken="#101318",
    raised="#222832",
    hover="#262C36",
    border="#343C49",
    line="#262C35",
    edge="#465161",
    control="#7A8798",
    text="#E7EAEF",
    text2="#B5BECB",
    text3="#A3AEBD",
    disabled="#667080",
    accent="#2F6BDD",
    accent_hover="#2A62CE",
    accent_press="#2456B8",
    on_accent="#FFFFFF",
    accent_text="#8FB8FF",
    focus="#8FB8FF",
    sel="#21406F",
    sel_text="#F2F5F9",
    sel_inactive="#2D3440",
    ok="#4FD6BE",
    ok_bg="#0E342E",
    ok_glyph="#4FD6BE",
    warn="#F5C84C",
    warn_bg="#3A2D0B",
    warn_glyph="#F5C84C",
    bad="#FF8078",
    bad_bg="#431A18",
    bad_glyph="#FF7A70",
    info="#8FB8FF",
    info_bg="#15294B",
    info_glyph="#8FB8FF",
    mute="#A9B3C1",
    mute_bg="#2A303A",
    mute_glyph="#A9B3C1",
    badge="#2F3743",
    scroll="#414B5A",
    cut="#101318",
    knob="#FFFFFF",
    mark="#4A3A0E",
    bar="#5485D6",
    progress="#8FB8FF",
    series2="#F5C84C",
    segment="#262C36",
    toast="#303846",
    toast_text="#F2F5F9",
    toast_link="#A9CBFF",
    toast_line="#4B5667",
    toast_bad="#FF8078",
    avatars=(
        ("#1E3354", "#A9C8FF"),
        ("#123833", "#7FDCCB"),
        ("#2F2852", "#C6B9FF"),
        ("#45202F", "#FFA9C3"),
        ("#3B2E12", "#F2CF7A"),
        ("#2B333F", "#BFC9D8"),
        ("#26351B", "#B5DA92"),
    ),
    is_dark=True,
)

COLORS = tuple(field.name for field in fields(Tokens) if field.name not in {"avatars", "is_dark"})
"""The names of all colours."""


def with_more_contrast(tokens: Tokens) -> Tokens:
    """Return the same theme for people who asked their system for more contrast: no faint words, no faint lines."""
    return replace(
        tokens,
        text2=tokens.text,
        text3=tokens.text,
        border=tokens.control,
        line=tokens.control,
        edge=tokens.control,
        control=tokens.text,
        disabled=tokens.control,
    )
