"""Settings of all tests."""

from hypothesis import settings

# Other work on the machine must not fail a test: no property is about time.
settings.register_profile("prellbock", deadline=None)
settings.load_profile("prellbock")
