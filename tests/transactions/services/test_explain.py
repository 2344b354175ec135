"""Every canonical value leads back to the place in the source and the rule that produced it."""

import json

import pytest

from tests.transactions.conftest import Send
from tests.transactions.x12 import Order, isa_of, x12
from transactions.models import CanonicalDocument, Document
from transactions.services.explain import NoCanonicalForm, explain


def the_document() -> Document:
    return Document.objects.select_related("file", "group__interchange").get()


def test_a_value_leads_to_its_element_and_an_element_to_its_values(send: Send) -> None:
    send(x12(isa_of(Order(number="PO-77", lines=2))))
    explained = explain(the_document())

    by_pointer = {row.pointer: row for row in explained.rows}
    number = by_pointer["/number"]
    assert (number.segment, number.segment_id, number.element) == (2, "BEG", 3)
    quantity = by_pointer["/lines/1/quantity/value"]
    assert (quantity.segment, quantity.segment_id, quantity.element) == (6, "PO1", 2)
    assert "/currency" in {row.pointer for row in explained.rows if (row.segment_id, row.element) == ("CUR", 2)}
    assert by_pointer["/exchange/interchange_control_number"].context == "interchange.control_number"


def test_it_explains_the_form_that_is_stored(send: Send) -> None:
    send(x12(isa_of(Order(lines=3))))
    explained = explain(the_document())

    assert explained.body == json.loads(CanonicalDocument.objects.get().body)
    assert explained.checksum == Document.objects.get().attempts.get().mapping_version.checksum  # type: ignore[union-attr]


def test_a_document_without_a_form_cannot_be_explained(send: Send) -> None:
    send(x12(isa_of(Order(se_count=99))))

    with pytest.raises(NoCanonicalForm):
        explain(the_document())
