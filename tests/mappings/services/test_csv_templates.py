"""A partner fills a template in and sends it: the template alone must already be accepted."""

import csv
import io

import pytest

from mappings.engine.findings import Code
from mappings.library import index
from mappings.models import Assignment, MappingVersion
from mappings.services.csv_templates import template_text, templates_of
from mappings.services.load_library import load_library
from partners.models import Agreement, AgreementStatus, Partner
from tests.spreadsheets import HOSTILE, calculated
from transactions.pipeline.preview import preview

pytestmark = pytest.mark.django_db


def no_x12(*_: object) -> None:
    raise AssertionError("a template is no X12")


@pytest.fixture
def partner() -> Partner:
    return Partner.objects.create(code="acme", name="Acme")


def agree(partner: Partner, name: str, **text_settings: object) -> Assignment:
    load_library(name)
    version = MappingVersion.objects.get(mapping__code=name, status="published")
    agreement = Agreement.objects.create(
        partner=partner,
        status=AgreementStatus.LIVE,
        standard=version.mapping.standard,
        set_id=version.mapping.set_id,
        release="",
    )
    return Assignment.objects.create(agreement=agreement, version=version, text_settings=text_settings)


ONE_ROW_LACKS = {
    "load-stops": [Code.STOP_MISSING],  # a row is a stop, and a load has two of them
    "quickbooks-invoices": [Code.ORDER_NOT_NAMED],  # there is no column for it
}


@pytest.mark.parametrize("layout", sorted(index.layouts()))
def test_the_example_of_every_layout_is_accepted(partner: Partner, layout: str) -> None:
    template = templates_of(partner)[layout]
    items = list(preview(io.BytesIO(template_text(template).encode()), no_x12))  # type: ignore[arg-type]
    said = [(one.outcome, [found.code for found in one.findings]) for one in (item.translated for item in items) if one]
    assert said == [("accepted", ONE_ROW_LACKS.get(layout, []))]
    assert not any(item.findings for item in items)


def test_every_column_is_described(partner: Partner) -> None:
    template = templates_of(partner)["purchase-order-lines"]
    columns = {column.name: column for column in template.columns}
    assert columns["po_number"]._asdict() == {
        "name": "po_number", "is_required": True, "is_key": True, "kind": "text", "form": "Text", "example": "1001",
        "becomes": "number",
    }  # fmt: skip
    assert columns["qty_ordered"].becomes == "lines › quantity › value"
    assert (columns["unit_cost"].is_required, columns["unit_cost"].kind) == (False, "number")
    assert (columns["po_create_date"].form, columns["po_create_date"].example) == ("YYYY-MM-DD", "2026-01-31")
    assert template.title == "Purchase order lines (CSV, one row per line)"


def test_what_the_partner_agreed_on_is_written_as_it_will_be_read(partner: Partner) -> None:
    agree(partner, "csv-orders-lines", delimiter=";", dates={"": "DD.MM.YYYY"}, numbers={"": {"decimal": ","}})
    template = templates_of(partner)["purchase-order-lines"]
    assert template.is_agreed
    header, row = csv.reader(io.StringIO(template_text(template)), delimiter=";")
    cells = dict(zip(header, row, strict=True))
    assert (cells["unit_cost"], cells["po_create_date"]) == ("12,50", "31.01.2026")
    assert not templates_of(Partner.objects.create(code="b", name="B"))["purchase-order-lines"].is_agreed


def test_no_cell_is_a_formula(partner: Partner) -> None:
    for template in templates_of(partner).values():
        assert calculated(template_text(template)) == []


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_no_value_that_a_partner_agreed_on_is_a_formula(partner: Partner, delimiter: str) -> None:
    agree(partner, "csv-orders-lines", delimiter=delimiter)
    template = templates_of(partner)["purchase-order-lines"]
    columns = [template.columns[0]._replace(name=text, example=text) for text in HOSTILE]
    assert calculated(template_text(template._replace(columns=columns))) == []
