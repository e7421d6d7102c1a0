"""A world that stands for a whole file: made once, in a transaction under those of its tests, which is rolled back.

A file whose tests only look at one world takes it by fixtures of the module's scope, over those of tests/cast.py:

    @pytest.fixture(scope="module")
    def people(standing):
        return standing

Each test writes above it and is rolled back to it, so none sees what another did. Only for tests that roll back.
"""

import pytest

from tests import acts_again, below
from tests.cast import by_post, make_cast
from units.models import User


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker) -> dict[str, User]:
    """The cast, in the transaction of the file; what the module's other fixtures make from it stands there too."""
    with django_db_blocker.unblock():
        below.fall()
        below.stand(make_cast)
        below.BELOW.is_the_files = True
        acts_again.TEST.way = None  # a test begins with more than the cast: it acts for real
        yield by_post()
        below.BELOW.is_the_files = False
        below.fall()
