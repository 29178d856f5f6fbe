"""How the property tests run: a busy machine's pauses are no failure."""

from hypothesis import settings

settings.register_profile("domain", deadline=None)
settings.load_profile("domain")
