"""Being the person of a sign-in with a real browser: Debian's Chromium without a window, driven by playwright."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.helpers.consent import Person

FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
TIMEOUT_MS = 30_000


def chromium() -> str | None:
    """Where Chromium is, or None."""
    return shutil.which("chromium")


def missing_reason() -> str | None:
    """A sentence when this machine has no Chromium, else None."""
    return None if chromium() else "Chromium is not installed here: apt install chromium"


@contextmanager
def browser() -> Iterator[Browser]:
    """A running Chromium. Root has no sandbox for it to use."""
    flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=flags)
        try:
            yield running
        finally:
            running.close()


def consent(url: str, person: Person, *, pictures: Path | None = None) -> str:
    """Open `url`, do what the person does, and return the text of the page the program shows in the end.

    With `pictures`, a folder, each page is photographed into it.
    """
    with browser() as running:
        page = running.new_page(ignore_https_errors=True)
        page.set_default_timeout(TIMEOUT_MS)
        page.goto(url)
        page.wait_for_selector("input[name=address]")
        _photograph(page, pictures, "sign-in")
        page.fill("input[name=address]", person.address)
        page.click(f"button[value={'cancel' if person.cancel_at == 'login' else 'next'}]")
        if person.cancel_at != "login":
            _give_consent(page, person, pictures)
        page.wait_for_url("**/callback**")
        page.wait_for_load_state()
        _photograph(page, pictures, "landing")
        return " ".join(page.inner_text("body").split())


def _give_consent(page: Page, person: Person, pictures: Path | None) -> None:
    page.wait_for_selector("button[value=allow]")
    for scope in sorted(person.leave_out):
        page.uncheck(f"input[value='{scope}']")
    _photograph(page, pictures, "consent")
    page.click(f"button[value={'cancel' if person.cancel_at == 'consent' else 'allow'}]")


def _photograph(page: Page, pictures: Path | None, name: str) -> None:
    if pictures is not None:
        page.screenshot(path=pictures / f"{name}.png")
