"""What becomes of one document that was read: a verdict, an outcome, its canonical form and its findings.

The same for every format: a reader gives a `Reading`, and from there on nothing knows what it came from.
"""

import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from mappings.engine.errors import StructureMissing
from mappings.engine.findings import Code, Finding, Layer, Place, Severity, finding, has_errors
from mappings.engine.rules.compiler import CompiledMapping, Mapped
from mappings.engine.rules.places import Locator
from mappings.engine.x12.acknowledgment import SetVerdict
from partners.policies import Policies
from transactions.checks import check
from transactions.pipeline.facts import Facts, facts_of, known_facts
from transactions.pipeline.strictness import by_policy
from transactions.states import DocumentOutcome, Verdict

logger = logging.getLogger(__name__)
UNFIT = frozenset({Layer.ENVELOPE, Layer.SYNTAX, Layer.OVERLAY})  # faults in the form of a document


class Reading(msgspec.Struct):
    """One document, read and not yet mapped.

    set_id: ST01, the kind of an XML document, the layout of a text file. control_number: ST02, payloadID, DOCNUM, "".
    tree, locator, values: for `CompiledMapping.apply`. findings: what is wrong with it as X12, XML or text.
    place: where it begins. finish: completes the findings of later steps with what only the reader knows.
    convention: ST03, the guide that a set names.
    body: the canonical document as JSON, when the reader mapped it at once because nothing is wrong with it; tree and
    locator are there then only in what `complete` reads.
    """

    set_id: str
    control_number: str
    tree: object
    locator: Sequence[Sequence[str]] | Locator
    values: dict[str, str]
    findings: list[Finding]
    place: Place
    finish: Callable[[list[Finding]], list[Finding]] = list
    convention: str = ""
    body: str = ""
    complete: "Callable[[], Reading] | None" = None

    @property
    def is_acknowledged(self) -> bool:
        """Whether its format has acknowledgments, whose codes then decide what rejects it."""
        return bool(self.place.interchange)


class Translated(msgspec.Struct):
    """What became of one document. body: the canonical document as exact JSON text, "" when there is none.

    promoted: the facts of it that become columns.
    internal_error: our own failure, in words for integration support; the sender's findings stay complete.
    """

    set_id: str
    control_number: str
    verdict: Verdict
    outcome: DocumentOutcome
    findings: list[Finding]
    schema: str = ""
    body: str = ""
    promoted: Facts = Facts()
    internal_error: str = ""
    microseconds: int = 0
    convention: str = ""

    def count(self, severity: Severity) -> int:
        return sum(f.severity is severity for f in self.findings)


def translate(
    read: Callable[[], Reading],
    mapping: CompiledMapping | None,
    policies: Policies,
    about: Translated,
    *,
    needs_mapping: bool = True,
) -> Translated:
    """Read one document and judge it; see `judge`.

    about: what is known of it without reading. Our own failures are caught, logged and kept with the document, so
    that one never harms another. Raises StructureMissing for an X12 set that no release has.
    """
    begun = time.perf_counter_ns()
    reading: Reading | None = None
    try:
        reading = read()
        result = judge(reading, mapping, policies, needs_mapping=needs_mapping)
    except StructureMissing:
        raise
    except Exception as error:  # whatever our code does wrong must not harm the other documents of the file
        logger.exception("translating a document failed")
        result = about
        result.outcome = DocumentOutcome.FAILED
        result.internal_error = f"{type(error).__name__}: {error}"
        if reading is not None:
            result.set_id, result.control_number = reading.set_id, reading.control_number
            result.convention = reading.convention
            result.findings, result.verdict = list(reading.findings), verdict_on(reading, reading.findings)
    result.microseconds = (time.perf_counter_ns() - begun) // 1000
    return result


def judge(
    reading: Reading, mapping: CompiledMapping | None, policies: Policies, *, needs_mapping: bool = True
) -> Translated:
    """Map and check a document that was read. mapping: None where none is assigned; it is only validated then.

    needs_mapping: whether that is a failure.
    """
    findings = by_policy(reading.findings, policies)
    verdict = verdict_on(reading, findings)
    result = Translated(reading.set_id, reading.control_number, verdict, DocumentOutcome.REJECTED, findings)
    result.convention = reading.convention
    if mapping is None:
        if verdict is not Verdict.REJECTED and not needs_mapping:
            result.outcome = DocumentOutcome.ACCEPTED
        elif verdict is not Verdict.REJECTED:
            findings.append(finding(Code.MAPPING_MISSING, place=reading.place))
            result.outcome = DocumentOutcome.FAILED
        return result
    if reading.body:
        mapped = Mapped(msgspec.json.decode(reading.body), [])
    else:
        mapped = mapping.apply(reading.tree, reading.values, reading.locator, reading.place)
    if verdict is Verdict.REJECTED:
        # It has no canonical form, but people look for it by its number and ask what is at stake;
        # and a corrected one, which claims the same, takes its place.
        result.promoted = known_facts(mapped.body)
        return result
    unmapped = by_policy(mapped.findings, policies)
    findings.extend(reading.finish(unmapped))
    result.schema = mapping.canonical
    result.body = reading.body or msgspec.json.encode(mapped.body).decode()
    result.promoted = facts_of(mapped.body)
    if has_errors(unmapped):
        result.outcome = DocumentOutcome.FAILED
        return result
    business = by_policy(check(mapping.canonical, mapped.body), policies)
    findings.extend(_located(business, mapping, reading) if business else [])
    result.outcome = DocumentOutcome.REJECTED if has_errors(business) else DocumentOutcome.ACCEPTED
    return result


def verdict_on(reading: Reading, findings: list[Finding]) -> Verdict:
    """What the acknowledgment will say of a set with these findings; other formats are judged by severity alone."""
    if reading.is_acknowledged:
        return Verdict(SetVerdict("", "", findings).code)
    if has_errors(findings, UNFIT):
        return Verdict.REJECTED
    is_clean = all(found.severity is Severity.INFO for found in findings)
    return Verdict.ACCEPTED if is_clean else Verdict.WITH_ERRORS


def _located(business: list[Finding], mapping: CompiledMapping, reading: Reading) -> list[Finding]:
    """Findings about canonical values, with the place in the source that each value came from: of one that is not
    there the line that lacks it, else where the document begins."""
    if reading.complete is not None:
        reading = reading.complete()
    trace = mapping.explain(reading.tree, reading.locator, reading.values, reading.place).trace
    if trace is None:
        return business
    located = []
    for found in business:
        source = trace.nearest(found.target)
        known: dict[str, Any] = {
            name: value for name in Place.__struct_fields__ if (value := getattr(source, name, None))
        }
        located.append(msgspec.structs.replace(found, place=msgspec.structs.replace(reading.place, **known)))
    return reading.finish(located)
