"""Who imports back-files in these tests."""

import pytest


@pytest.fixture
def by(people):
    return people["D07:archivist"]
