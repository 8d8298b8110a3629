"""People and households."""

import pytest

from tests.factories.personal import Household, Person, household, person
from tests.support import Caller


@pytest.fixture
def ana(anonymous: Caller) -> Person:
    """Somebody with a book."""
    return person(anonymous)


@pytest.fixture
def bob(anonymous: Caller) -> Person:
    """Somebody else with a book."""
    return person(anonymous)


@pytest.fixture
def home(anonymous: Caller) -> Household:
    """A book with an owner, an editor and a viewer."""
    return household(anonymous)
