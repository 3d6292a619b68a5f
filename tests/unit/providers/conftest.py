"""What every test of the providers lets pass."""

import pytest

from tools.pytest_house import ExpectedLogs


@pytest.fixture(autouse=True)
def aiosmtpd_warns_of_itself(expected_logs: ExpectedLogs) -> None:
    """aiosmtpd sets its own deprecated attribute at each log-in. WORKAROUND until its version 2."""
    expected_logs.allow("mail.log", "Session.login_data is deprecated")
