"""If these fail, who looks for a canonical document by what is on the screen beside it finds nothing."""

import pytest

from tests.factories import make_file, make_partner
from transactions.models import CanonicalDocument
from transactions.services.current_forms import current_forms
from transactions.services.find import find_canonicals

pytestmark = pytest.mark.django_db


def test_the_list_and_the_page_that_writes_find_one_form_by_the_same() -> None:
    document = make_file(make_partner("acme"), documents=1).documents[0]
    form = CanonicalDocument.objects.get(document=document)
    for term in (form.pk, document.pk, document.file_id, document.business_key, f" {document.business_key.lower()} "):
        assert list(find_canonicals(CanonicalDocument.objects.all(), str(term))) == [form], term
        assert current_forms(str(term), form.schema) == [form], term
    for term in ("acme", "", "\0"):
        assert current_forms(term, form.schema) == [], term
    assert current_forms(document.business_key, "invoice/1") == []
