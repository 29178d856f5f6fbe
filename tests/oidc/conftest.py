"""A sign-in service that does as it is told, and our side of it."""

from collections.abc import Iterator

import pytest

from dialogen.oidc.metadata import SECONDS, Seconds
from dialogen.oidc.provider import Provider, Registration
from tests.oidc.crooked import CLIENT_ID, CLIENT_SECRET, Crooked, crooked_provider


@pytest.fixture
def crooked() -> Iterator[Crooked]:
    """The sign-in service."""
    with crooked_provider() as service:
        yield service


@pytest.fixture
def provider(crooked: Crooked) -> Provider:
    """Our side of it."""
    return our_side(crooked)


def our_side(crooked: Crooked, *, issuer: str | None = None, seconds: Seconds = SECONDS) -> Provider:
    """Return what knows the service under its address, or under another."""
    registration = Registration(
        issuer=issuer or crooked.issuer,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        come_back_to="https://dialogen.asker.example/sign-in/oidc/callback",
        end_at="https://dialogen.asker.example/sign-in",
    )
    return Provider(registration, name="Asker kommune", seconds=seconds)
