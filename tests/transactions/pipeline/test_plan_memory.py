"""A file of a gigabyte must not take more memory than a small one while it is split: the worker would be killed."""

import io
import tracemalloc

import pytest

from mappings.engine.findings import Code, finding
from mappings.engine.text.layouts import KnownLayouts
from transactions.pipeline import planned_units
from transactions.pipeline.plan import FilePlan, keep
from transactions.pipeline.plan_file import plan_file
from transactions.pipeline.planned_units import Limits

LIMITS = Limits(documents=10, size=1 << 20)
SENDERS = ("ACME", "BETA")


@pytest.fixture(autouse=True)
def _nothing_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planned_units, "IN_MEMORY", 1)


def idocs(count: int, senders: tuple[str, ...] = SENDERS[:1]) -> bytes:
    records = (
        f"<IDOC><EDI_DC40><IDOCTYP>ORDERS05</IDOCTYP><DOCNUM>{number}</DOCNUM>"
        f"<SNDPRN>{senders[number % len(senders)]}</SNDPRN></EDI_DC40></IDOC>\n"
        for number in range(count)
    )
    return f"<ORDERS05>\n{''.join(records)}</ORDERS05>".encode()


def sets(count: int) -> bytes:
    isa = "ISA*00*          *00*          *ZZ*ACME           *ZZ*US             *261121*1200*U*00401*000000001*0*P*>~"
    inside = "".join(f"ST*850*{number:04d}~BEG*00*SA*{number}**20261121~SE*3*{number:04d}~" for number in range(count))
    return f"{isa}GS*PO*ACME*US*20261121*1200*1*X*004010~{inside}GE*{count}*1~IEA*1*000000001~".encode()


def planned(content: bytes) -> FilePlan:
    return plan_file(io.BytesIO(content), LIMITS, lambda: KnownLayouts([], []))


@pytest.mark.parametrize("make", [idocs, sets])
def test_a_plan_is_as_large_for_many_documents_as_for_few(make: object) -> None:
    assert callable(make)
    few, many = make(60), make(460)
    planned(few)  # what is made once
    sizes = []
    for content in (few, many):
        tracemalloc.start()
        plan = planned(content)
        sizes.append(tracemalloc.get_traced_memory()[0])
        tracemalloc.stop()
        assert plan.documents in (60, 460)
    assert sizes[1] - sizes[0] < 400 * 20, "bytes for 400 documents more"


def test_units_of_senders_that_take_turns_lie_aside_and_come_back_in_order() -> None:
    plan = planned(idocs(45, SENDERS))
    assert [batch.header.senders[0].value for batch in plan.batches] == ["ACME", "BETA"]  # type: ignore[union-attr]
    for number, batch in enumerate(plan.batches):
        ordinals = [span[2] for unit in batch.units for span in unit.spans]
        assert ordinals == list(range(number + 1, 46, 2))
        assert [unit.first_document for unit in batch.units] == ordinals
        assert (len(batch.units), batch.set_count) == (len(ordinals), len(ordinals))


def test_units_are_full_and_without_gaps() -> None:
    (batch,) = planned(idocs(45)).batches
    assert [(unit.first_document, len(unit.spans)) for unit in batch.units] == [
        (1, 10), (11, 10), (21, 10), (31, 10), (41, 5),
    ]  # fmt: skip
    offsets = [span[0] for unit in batch.units for span in unit.spans]
    assert offsets == sorted(offsets)
    assert all(unit.size == sum(span[1] for span in unit.spans) for unit in batch.units)


def test_findings_of_a_file_that_is_all_wrong_are_kept_up_to_a_limit_and_errors_first() -> None:
    kept = [finding(Code.DOCUMENT_SCATTERED)]
    for _ in range(5000):
        keep(kept, [finding(Code.XML_NOT_WELL_FORMED)])
    assert len(kept) <= 2000
    assert kept[0].code is Code.XML_NOT_WELL_FORMED
