"""A mapping that does not fit its agreement would fail every document of a partner at once."""

import pytest
from django.core.exceptions import ValidationError

from mappings.models import Assignment, VersionStatus
from tests.factories import make_partner

pytestmark = pytest.mark.django_db


def test_a_published_version_for_the_same_set_is_taken() -> None:
    setup = make_partner()
    Assignment(agreement=setup.agreement, version=setup.version).clean()


def test_a_mapping_for_another_set_is_refused() -> None:
    setup = make_partner()
    setup.agreement.set_id = "810"

    with pytest.raises(ValidationError, match="It is for 850; the agreement is about 810"):
        Assignment(agreement=setup.agreement, version=setup.version).clean()


def test_a_version_that_is_not_published_is_refused() -> None:
    setup = make_partner()
    setup.version.status = VersionStatus.DRAFT

    with pytest.raises(ValidationError, match="Only a published version"):
        Assignment(agreement=setup.agreement, version=setup.version).clean()
