"""Fixtures every test may use, and how examples are made."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.helpers.fixtures", "tests.helpers.oidc_fixtures"]

# How long an example takes is no property of the program: a busy machine takes ten times as long.
settings.register_profile("calm", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("calm")
