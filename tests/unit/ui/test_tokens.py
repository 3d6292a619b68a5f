"""Every pair of colours that meets on a screen is readable, and the health colours stay apart for every eye."""

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest

from desktop.ui.kit.tokens import COLORS, DARK, LIGHT, Tokens, with_more_contrast

THEMES = {"light": LIGHT, "dark": DARK}
GROUNDS = ("window", "surface", "sunken", "raised", "hover")
READ = 4.5
SEEN = 3.0

READABLE = [
    *((ink, ground) for ink in ("text", "text2", "text3") for ground in (*GROUNDS, "sel", "sel_inactive")),
    *(("accent_text", ground) for ground in (*GROUNDS, "sel", "info_bg")),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("on_accent", "accent_press"),
    ("sel_text", "sel"),
    *((state, f"{state}_bg") for state in ("ok", "warn", "bad", "info", "mute")),
    *((state, ground) for state in ("ok", "warn", "bad", "info") for ground in ("surface", "window")),
    *(("text", f"{state}_bg") for state in ("ok", "warn", "bad", "info", "mute")),
    ("text2", "badge"),
    ("text2", "mute_bg"),
    ("text", "mark"),
    *((ink, "toast") for ink in ("toast_text", "toast_link", "toast_bad")),
    ("toast_text", "toast_line"),
]
VISIBLE = [
    *(("control", ground) for ground in ("surface", "window")),
    *(("focus", ground) for ground in (*GROUNDS, "sel", "sel_inactive")),
    ("accent", "surface"),
    *((f"{state}_glyph", "surface") for state in ("ok", "warn", "bad", "info", "mute")),
    *((f"{state}_glyph", "cut") for state in ("ok", "warn", "bad")),
    ("bar", "surface"),
    ("bar", "window"),
    ("series2", "surface"),
    ("progress", "badge"),
    ("on_accent", "control"),
]
SIGHTS = {
    "typical": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""Machado 2009, severity 1, on linear RGB."""
APART = 24
Triple = tuple[float, float, float]


def linear(color: str) -> Triple:
    """The linear RGB of a colour, 0 to 1."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG counts it."""

    def luminance(color: str) -> float:
        red, green, blue = linear(color)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lab(color: str, sight: str) -> Triple:
    """A colour in CIE Lab (D65), as an eye sees it."""
    rgb = linear(color)
    seen = [min(1.0, max(0.0, sum(a * b for a, b in zip(line, rgb, strict=True)))) for line in SIGHTS[sight]]
    to_xyz = (
        (0.4124564, 0.3575761, 0.1804375),
        (0.2126729, 0.7151522, 0.0721750),
        (0.0193339, 0.1191920, 0.9503041),
    )
    white = (0.95047, 1.0, 1.08883)
    x, y, z = (
        _cube_root(sum(a * b for a, b in zip(line, seen, strict=True)) / one)
        for line, one in zip(to_xyz, white, strict=True)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _cube_root(part: float) -> float:
    return part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116


def distance(one: str, other: str, sight: str) -> float:
    """How far two colours are apart (CIE76)."""
    return float(sum((a - b) ** 2 for a, b in zip(lab(one, sight), lab(other, sight), strict=True)) ** 0.5)


def under(pairs: list[tuple[str, str]], floor: float, tokens: Tokens) -> Iterator[str]:
    """The pairs that are under a floor."""
    for ink, ground in pairs:
        found = contrast(tokens.color(ink), tokens.color(ground))
        if found < floor:
            yield f"{ink} on {ground}: {found:.2f}"


@pytest.mark.parametrize("tokens", THEMES.values(), ids=THEMES)
def test_what_is_read_is_readable(tokens: Tokens) -> None:
    assert list(under(READABLE, READ, tokens)) == []


@pytest.mark.parametrize("tokens", THEMES.values(), ids=THEMES)
def test_what_is_seen_is_visible(tokens: Tokens) -> None:
    assert list(under(VISIBLE, SEEN, tokens)) == []


@pytest.mark.parametrize("tokens", THEMES.values(), ids=THEMES)
def test_initials_are_readable_on_their_tints(tokens: Tokens) -> None:
    assert len(set(tokens.avatars)) == 7
    assert [pair for pair in tokens.avatars if contrast(*pair) < READ] == []


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("tokens", THEMES.values(), ids=THEMES)
def test_health_colours_stay_apart_for_every_eye(tokens: Tokens, sight: str) -> None:
    colours = (tokens.ok_glyph, tokens.warn_glyph, tokens.bad_glyph, tokens.ok_glyph)
    assert [pair for pair in pairwise(colours) if distance(*pair, sight) < APART] == []


def test_the_audit_counts_as_the_reference_does() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast(LIGHT.text, LIGHT.surface) == pytest.approx(17.1, abs=0.05)
    assert contrast(DARK.text3, DARK.sel) == pytest.approx(4.6, abs=0.05)
    assert distance(LIGHT.ok_glyph, LIGHT.warn_glyph, "protan") == pytest.approx(53, abs=1)
    assert distance(DARK.warn_glyph, DARK.bad_glyph, "deutan") == pytest.approx(33, abs=1)


def test_the_audit_finds_a_pair_under_its_floor() -> None:
    assert list(under([("disabled", "surface")], READ, LIGHT)) == ["disabled on surface: 2.96"]


@pytest.mark.parametrize("tokens", THEMES.values(), ids=THEMES)
def test_every_colour_is_written_in_full(tokens: Tokens) -> None:
    written = re.compile(r"#[0-9A-F]{6}")
    assert [name for name in COLORS if not written.fullmatch(tokens.color(name))] == []


@pytest.mark.parametrize("tokens", THEMES.values(), ids=THEMES)
def test_more_contrast_leaves_no_faint_words_and_no_faint_lines(tokens: Tokens) -> None:
    strong = with_more_contrast(tokens)
    assert list(under(READABLE, READ, strong)) == []
    assert min(contrast(strong.color(ink), strong.surface) for ink in ("text", "text2", "text3")) >= 7
    assert min(contrast(strong.color(line), strong.surface) for line in ("border", "line", "edge", "control")) >= SEEN


def test_a_colour_that_is_none_is_refused() -> None:
    with pytest.raises(AttributeError):
        LIGHT.color("avatars")
    with pytest.raises(AttributeError):
        LIGHT.color("salmon")
