"""Fixtures every test may use."""

pytest_plugins = ["tests.helpers.fixtures", "tests.helpers.oidc_fixtures"]
