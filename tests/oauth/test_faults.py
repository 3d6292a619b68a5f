"""What a token server may answer when a token is due: each answer its own code, asked for once, and mended by itself
where nobody need act.
"""

import json

import pytest

from desktop.domain.errors import NeedsSignIn, SourceError, Transient
from desktop.domain.health import HealthState
from desktop.domain.mailbox import OAuthProvider
from desktop.domain.reasons import ReasonCode
from tests.helpers.oidc_answers import TOKEN_ANSWERS, Answer
from tests.oauth.scene import Scene
from tests.oauth.test_authorities import RENEWALS

pytestmark = pytest.mark.server

PROVIDER_OF = {"Google": OAuthProvider.GOOGLE, "Entra": OAuthProvider.MICROSOFT}


def provider_of(name: str) -> OAuthProvider:
    """Whose answer it is; one that everybody gives is given by any OpenID provider."""
    return next((kind for word, kind in PROVIDER_OF.items() if name.endswith(word)), OAuthProvider.CUSTOM)


@pytest.mark.parametrize("name", list(TOKEN_ANSWERS))
def test_a_renewal_that_is_refused_is_told_once_and_loses_nothing(scene: Scene, name: str) -> None:
    kind, code = RENEWALS[name]
    mailbox = scene.connect(
        provider_of(name), f"{name.lower().replace(' ', '.').replace(chr(39), '')}@example.test", letters=1
    )
    held = scene.tokens(mailbox)
    scene.clock.pass_by(hours=2)
    scene.oidc.answer("token", TOKEN_ANSWERS[name], times=None)
    (receipt,) = scene.sync(mailbox)
    assert isinstance(receipt.error, SourceError)
    assert (type(receipt.error), receipt.error.code) == (kind, code)
    assert len(scene.oidc.refreshes()) == 1
    assert scene.tokens(mailbox) == held, "the old tokens are kept until there are new ones"
    health = scene.health(mailbox)
    assert health.next_step
    assert (health.state is HealthState.DISCONNECTED) is (kind is not Transient)
    if kind is Transient:
        assert health.retry_at is not None
        assert (health.retry_at - scene.clock.now()).total_seconds() < 3600
    else:
        assert health.is_at_rest, "a sign-in that must fail is tried again by nobody but a person"

    scene.oidc.answer_normally()
    (receipt,) = scene.sync(mailbox)
    assert (receipt.error, scene.stored(mailbox)) == (None, 1), "a person's wish is carried out, and nothing was lost"


def test_a_throttled_renewal_waits_as_long_as_it_was_asked_to(scene: Scene) -> None:
    mailbox = scene.connect(OAuthProvider.GOOGLE, "wait@example.test")
    scene.clock.pass_by(hours=2)
    scene.oidc.answer("token", Answer(429, "", {"retry-after": "3600"}))
    scene.sync(mailbox)
    health = scene.health(mailbox)
    assert health.retry_at is not None
    assert (health.retry_at - scene.clock.now()).total_seconds() > 3000


def test_a_provider_that_answers_with_another_persons_token_opens_no_mailbox(scene: Scene) -> None:
    mailbox = scene.connect(OAuthProvider.CUSTOM, "mine@example.test", letters=1)
    other = scene.sign_in(scene.ask(OAuthProvider.CUSTOM, "theirs@example.test"))
    scene.clock.pass_by(hours=2)
    body = json.dumps({"access_token": other.tokens.access.reveal(), "token_type": "Bearer", "expires_in": 3600})
    scene.oidc.answer("token", Answer(200, body, {"content-type": "application/json"}), times=None)
    (receipt,) = scene.sync(mailbox)
    assert isinstance(receipt.error, NeedsSignIn)
    assert receipt.error.code is not ReasonCode.ISSUER_UNREACHABLE
    assert scene.stored(mailbox) == 0
    assert len(scene.oidc.refreshes()) <= 2
