"""The providers' libraries take a third of a second to load: only those who sign in wait for them."""

import subprocess
import sys

LIBRARIES = ("requests", "msal", "google_auth_oauthlib", "requests_oauthlib", "oauthlib", "jwt", "urllib3")
PROGRAM = f"""
import sys
import desktop.providers.oauth.clients, desktop.providers.oauth.defaults, desktop.providers.oauth.factory
import desktop.providers.oauth.receiver, desktop.providers.oauth.refusals
print([name for name in {LIBRARIES} if name in sys.modules])
"""


def test_nothing_is_loaded_before_a_sign_in() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
