"""Here the probes themselves are shown: each in a process of its own, unless a test asks for warm ones."""

import pytest


@pytest.fixture(scope="module", autouse=True)
def _cold(cold_probes):
    return cold_probes
