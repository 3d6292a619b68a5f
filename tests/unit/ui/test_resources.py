"""The files that ship with the program are found in a checkout and in a bundle, or missed in plain words."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.ui.resources import MissingResource, resource, resources_folder


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A bundle as a frozen program unpacks it."""
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    resources_folder.cache_clear()
    yield tmp_path
    resources_folder.cache_clear()


def test_a_checkout_has_icons_fonts_and_their_licences() -> None:
    for name in ("icons/app.svg", "icons/lucide/LICENSE", "fonts/LICENSE", "fonts/Inter-Regular.otf"):
        assert resource(*name.split("/")).is_file()


def test_a_bundle_brings_its_own_files(bundle: Path) -> None:
    (bundle / "resources").mkdir()
    (bundle / "resources" / "demo.json").write_text("{}")
    assert resource("demo.json") == bundle / "resources" / "demo.json"


def test_a_missing_file_is_named_with_what_to_do(bundle: Path) -> None:
    with pytest.raises(MissingResource, match=r"icons/app\.svg.*install Postroom again"):
        resource("icons", "app.svg")


def test_every_icon_is_a_line_drawing_in_the_colour_of_its_place() -> None:
    icons = list(resource("icons", "lucide").glob("*.svg"))
    assert len(icons) > 70
    for icon in icons:
        text = icon.read_text(encoding="utf-8")
        assert 'stroke="currentColor"' in text, icon.name
        assert 'stroke-width="2"' in text, icon.name
