"""The pages that a browser is left with."""

import base64
import hashlib
import re

import pytest

from desktop.providers.oauth.pages import POLICY, Page, html


@pytest.mark.parametrize("page", list(Page))
def test_each_page_says_what_to_do_next_and_loads_nothing(page: Page) -> None:
    text = html(page).decode()
    assert "close this tab" in text
    assert "<script" not in text
    assert not re.search(r"https?:|url\(|@import|onload", text)
    assert "prefers-color-scheme: dark" in text
    assert '<html lang="en">' in text


def test_the_policy_lets_this_style_through_and_nothing_else() -> None:
    style = re.search(r"<style>(.*?)</style>", html(Page.ACCEPTED).decode(), re.DOTALL)
    assert style is not None
    hashed = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{hashed}'" in POLICY
    assert POLICY.startswith("default-src 'none'")
    assert "unsafe" not in POLICY
