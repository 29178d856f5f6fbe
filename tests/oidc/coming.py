"""Going to the sign-in service, signing in there, and coming back."""

from typing import Any

import pytest

from dialogen import clock
from dialogen.domain.errors import NotSignedIn
from dialogen.domain.outside import Asked, OutsidePerson
from dialogen.oidc.provider import Provider
from tests.oidc.crooked import CLIENT_SECRET, CODE, SUBJECT, Crooked

ASKED = Asked(state="tilstand", nonce="engangstall", verifier="v" * 43)
Claims = dict[str, Any]


def come(crooked: Crooked, provider: Provider, code: str = CODE, **more: Any) -> OutsidePerson:
    """Go there, sign in, and come back."""
    crooked.follow(provider.way_in(ASKED, now=clock.now(), fresh=False))
    return provider.person_of(code, ASKED, now=more.pop("now", clock.now()), **more)


def refused(crooked: Crooked, provider: Provider, **more: Any) -> NotSignedIn:
    """Come back in vain; returns the refusal, which tells nothing of who came."""
    with pytest.raises(NotSignedIn) as refusal:
        come(crooked, provider, **more)
    for personal in ("Kari", "kari@", SUBJECT, CLIENT_SECRET, CODE, ASKED.nonce):
        assert personal not in str(refusal.value)
    return refusal.value
