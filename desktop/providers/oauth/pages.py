"""The pages a browser is left with after a sign-in: fixed words, nothing of the request, no scripts, light and dark."""

import base64
import enum
import hashlib
from dataclasses import dataclass


class Page(enum.Enum):
    """What a browser that came to the receiver is told."""

    ACCEPTED = "accepted"
    DENIED = "denied"
    REFUSED = "refused"
    USED = "used"
    STRAY = "stray"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class _Words:
    mark: str
    title: str
    lines: tuple[str, ...]


_WORDS = {
    Page.ACCEPTED: _Words(
        "✓",
        "Go back to Postroom",
        (
            "The answer has arrived. Postroom is checking it now and tells you what came of it.",
            "You can close this tab.",
        ),
    ),
    Page.DENIED: _Words(
        "&ndash;",
        "Nothing was connected",
        (
            "You or your provider did not give the permission, so Postroom has no access.",
            "Go back to Postroom to try again or to leave it. You can close this tab.",
        ),
    ),
    Page.REFUSED: _Words(
        "!",
        "The provider did not finish the sign-in",
        (
            "Go back to Postroom: it says what is in the way and what to do about it.",
            "You can close this tab.",
        ),
    ),
    Page.USED: _Words(
        "✓",
        "This sign-in was used already",
        (
            "Its answer reached Postroom before and counts once only; nothing happened now.",
            "Go back to Postroom. You can close this tab.",
        ),
    ),
    Page.STRAY: _Words(
        "!",
        "This page does not belong to a sign-in that is waiting",
        (
            "It may be left over from an earlier try. Nothing was connected and nothing was changed.",
            "Go back to Postroom and open the page from there again. You can close this tab.",
        ),
    ),
    Page.NOTHING: _Words(
        "&ndash;",
        "There is nothing here",
        ("Postroom waits at this address for the answer to a sign-in only. You can close this tab.",),
    ),
}

_STYLE = """
:root { color-scheme: light dark; --ground: #f6f7f9; --card: #ffffff; --line: #dfe3e8; --text: #1b2430;
  --soft: #55606e; --mark: #1f6feb; }
@media (prefers-color-scheme: dark) { :root { --ground: #14181d; --card: #1c2229; --line: #313a44; --text: #e8ecf1;
  --soft: #a5afbb; --mark: #6ea8fe; } }
* { box-sizing: border-box; }
html, body { height: 100%; margin: 0; }
body { display: flex; align-items: center; justify-content: center; padding: 1.5rem; background: var(--ground);
  color: var(--text); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { width: 100%; max-width: 30rem; padding: 2.25rem 2.25rem 2rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 12px; }
.mark { display: inline-flex; align-items: center; justify-content: center; width: 2.5rem; height: 2.5rem;
  margin: 0 0 1.1rem; border: 2px solid var(--mark); border-radius: 50%; color: var(--mark); font-size: 1.2rem;
  font-weight: 600; line-height: 1; }
h1 { margin: 0 0 .75rem; font-size: 1.375rem; line-height: 1.3; font-weight: 650; text-wrap: balance; }
p { margin: 0 0 .6rem; color: var(--soft); }
footer { margin-top: 1.6rem; padding-top: .9rem; border-top: 1px solid var(--line); color: var(--soft);
  font-size: .875rem; }
@media (max-width: 30rem) { main { padding: 1.5rem; } }
"""

_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode("utf-8")).digest()).decode("ascii")

POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy (W3C CSP 3) of every page: this one style sheet and nothing else."""


def html(page: Page) -> bytes:
    """Return the page as UTF-8."""
    words = _WORDS[page]
    lines = "\n".join(f"<p>{line}</p>" for line in words.lines)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<link rel="icon" href="data:,">\n<title>{words.title} &ndash; Postroom</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<div class="mark" aria-hidden="true">{words.mark}</div>\n<h1>{words.title}</h1>\n{lines}\n'
        "<footer>Postroom, on this computer</footer>\n</main>\n</body>\n</html>\n"
    ).encode()
