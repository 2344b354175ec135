"""None of the repairs may pass unseen; which are let pass is for policies to say (`test_repairs_obeyed`)."""

import pytest
from msgspec.structs import replace

from mappings.engine.findings import RULES, Code, Finding, Severity
from mappings.engine.x12.acknowledgment import SetVerdict
from mappings.engine.x12.repairs import REPAIRS
from mappings.engine.x12.validator import validator_for
from tests.mappings.engine.x12.documents import ISA, STAR, all_findings, codes, in_envelope, raw, transaction

CLEAN = raw(in_envelope(transaction()))
COLLAPSED = raw([ISA.replace("          ", " "), *in_envelope(transaction())[1:]])


def in_set(data: bytes) -> list[Finding]:
    return validator_for("850", "004010").read(data, STAR).findings


REPAIRED = {
    Code.ISA_PADDING: all_findings(COLLAPSED),
    Code.ISA_LINE_END: all_findings(CLEAN.replace(b"*ZZ*SUPPLIERINC ", b"*ZZ*SUPPLIERINC\n")),
    Code.SEGMENT_BLANKS: in_set(b"~\n   ".join(raw(transaction()).split(b"~"))),
    Code.ENCODING_INVALID: in_set(raw(transaction()).replace(b"STEEL", b"ST\xc4HL")),
    Code.DATA_OUTSIDE_INTERCHANGE: all_findings(CLEAN + b"\nsecond copy follows\n" + CLEAN),
    Code.INTERCHANGE_TRAILER_MISSING: all_findings(CLEAN.partition(b"IEA")[0]),
    Code.GROUP_TRAILER_MISSING: all_findings(CLEAN.replace(b"GE*1*1~", b"")),
    Code.SET_TRAILER_MISSING: in_set(raw(transaction()[:-1])),
}


@pytest.mark.parametrize("code", sorted(REPAIRS))
def test_each_repair_is_one_finding(code: Code) -> None:
    assert codes(REPAIRED[code]) == [code]


@pytest.mark.parametrize("code", sorted(code for code in REPAIRS if RULES[code].set))
def test_a_forbidden_repair_of_a_set_rejects_it_and_others_are_not_told(code: Code) -> None:
    for severity, verdict in ((Severity.WARNING, "A"), (Severity.ERROR, "R")):
        judged = [replace(found, severity=severity) for found in REPAIRED[code]]
        assert SetVerdict("850", "0001", judged).code == verdict
