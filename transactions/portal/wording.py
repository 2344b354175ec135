"""Findings and states in the partner's words: never ours about set-up, never about other partners or our insides."""

from typing import NamedTuple

from mappings.engine.findings import Code, Finding, Severity
from transactions.models import Document, InboundFile
from transactions.services.present_findings import X12_CODES
from transactions.states import DocumentOutcome, DocumentStage, FileOutcome, FileStage, WaitsFor

ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
SEVERITIES = {Severity.ERROR: "Error", Severity.WARNING: "Warning", Severity.INFO: "Note"}
NOT_TAKEN = (DocumentOutcome.REJECTED, DocumentOutcome.FAILED)
"""To a partner one thing: rejected. Which of our steps found it matters only to us."""
OURS = "Something went wrong on our side. You need do nothing: we are looking at it and will process it again."


class Words(NamedTuple):
    """what: in place of the finding's message, which is written for us; mend: what the partner can do; who: acts."""

    what: str
    mend: str
    who: str = "We act, or you send it corrected."


# Whatever concerns our set-up is said here once more, for people who cannot see it.
FOR_PARTNERS = {
    Code.SENDER_UNKNOWN: Words(
        "We do not know the sender that the file names.",
        "If the sender is wrong, correct it and upload again (in X12: ISA05 and ISA06). If it is right, wait.",
        "We add the sender, or you send the file corrected.",
    ),
    Code.SENDER_NOT_ALLOWED: Words(
        "The sender that the file names may not send through your company's account.",
        "Check the sender in the file (in X12: ISA05 and ISA06). If you send on behalf of that company, tell us.",
        "We check with you whether you send for that company.",
    ),
    Code.PARTNER_INACTIVE: Words(
        "We take no documents from your company now.",
        "You need do nothing: it is kept, and goes on when we trade again. Ask us if you did not expect this.",
        "Your contact with us, who can say why.",
    ),
    Code.AGREEMENT_MISSING: Words(
        "We have agreed on nothing yet for this kind of document.",
        "If the kind or release is wrong, correct it and upload again (in X12: ST01 and GS08). If it is right, wait.",
        "Our onboarding team sets it up with you.",
    ),
    Code.AGREEMENT_STOPPED: Words(
        "We have paused this kind of document.",
        "You need do nothing: it is kept, and goes on as soon as we have decided.",
        "Our onboarding team, which you can ask.",
    ),
    Code.MAPPING_MISSING: Words(
        "We cannot translate this kind of document yet.", "You need do nothing.", "Our onboarding team sets it up."
    ),
    Code.ENVIRONMENT_CONFLICT: Words(
        "A live document came where only tests may.",
        "Mark it as a test (in X12: T in ISA15), or ask us to open live uploads for you.",
        "You send it again as a test, or we open live uploads.",
    ),
    Code.ENVIRONMENT_MISMATCH: Words(
        "The document is marked as a test where we take live ones only, or as live where we take tests only.",
        "Mark it as what it is and send it again (in X12: ISA15, T for a test and P for a live document).",
        "You send it again as what it is, or we agree on the other too.",
    ),
    Code.INTERCHANGE_DUPLICATE: Words(
        "The interchange control number (ISA13) was used before.",
        "If this is a new file, give it a new ISA13 and upload it again. If you sent the same one twice, do nothing.",
        "We decide whether it is processed all the same.",
    ),
    Code.LAYOUT_UNKNOWN: Words(
        "We do not know the columns of this file.",
        "Use one of our templates, with the same column names, or ask us to learn these columns.",
        "Our onboarding team looks at the columns.",
    ),
    Code.LAYOUT_AMBIGUOUS: Words(
        "The columns of this file fit several kinds of documents.",
        "Use one of our templates with all of its columns.",
        "Our onboarding team looks at the columns.",
    ),
    Code.MAPPING_CODE_UNKNOWN: Words(
        "", "Use a code that we agreed on, or tell us what it means and we add it to our list."
    ),
    Code.MAPPING_VALUE_INVALID: Words(
        "", "Correct it and send it again. Dates are written as 2026-01-31 (in X12: 20260131), numbers in digits."
    ),
    Code.INTERNAL_FAILURE: Words(OURS, "You need do nothing.", "We act."),
}


class FindingView(NamedTuple):
    """code: what X12 calls it, such as "AK403 1"; where: the place in words, without names of segments."""

    severity: str
    label: str
    what: str
    where: str
    mend: str
    code: str
    value: str
    who: str


def finding_view(found: Finding, *, is_x12: bool = True) -> FindingView:
    """A finding for a partner. is_x12: of X12; else its rule may have an X12 code that says nothing there."""
    rule, words = found.rule, FOR_PARTNERS.get(found.code)
    is_ours = found.code is Code.INTERNAL_FAILURE
    codes = [f"{element} {code}" for element, name in X12_CODES if is_x12 and (code := getattr(rule, name))]
    return FindingView(
        severity=str(found.severity),
        label=SEVERITIES[found.severity],
        what=(words and words.what) or found.message,
        where="" if is_ours else found.place.label(),
        mend=words.mend if words else rule.mend,
        code=", ".join(codes),
        value="" if is_ours else found.value,
        who=words.who if words else "",
    )


def finding_views(findings: list[Finding], *, is_x12: bool = True) -> list[FindingView]:
    """Errors first, each in the order of the source; what reads alike is said once. is_x12: as for `finding_view`."""
    ordered = sorted(findings, key=lambda found: ORDER[found.severity])
    return list(dict.fromkeys(finding_view(found, is_x12=is_x12) for found in ordered))


class Status(NamedTuple):
    """label: two or three words; tone: "good", "bad", "wait" or "quiet", for the colour; words: a sentence."""

    label: str
    tone: str
    words: str


WAITS = {
    WaitsFor.HOURS: "Files are worked in the agreed hours, which begin again at",
    WaitsFor.RATE: "More came in an hour than was agreed on; we go on with it at",
}


def file_status(file: InboundFile, *, is_corrected: bool = False) -> Status:
    """How far a file has come. is_corrected: corrections took the place of all that failed in it."""
    if file.stage == FileStage.RECEIVED and file.waits_until is not None:
        words = f"We have the file. {WAITS[WaitsFor(file.waits_for)]} {file.waits_until:%Y-%m-%d %H:%M} UTC."
        return Status("Waiting", "wait", words)
    if file.stage in (FileStage.RECEIVED, FileStage.PROCESSING):
        return Status("Being read", "wait", "We have the file and are reading it.")
    if file.stage == FileStage.HELD:
        return Status("On hold", "wait", "Something must be decided first; the reason is below.")
    if is_corrected:
        return Status("Corrected", "quiet", "What failed in it was replaced by a correction that was accepted.")
    return {
        FileOutcome.ACCEPTED: Status("Accepted", "good", "Everything in it was accepted."),
        FileOutcome.PARTLY: Status("Partly accepted", "bad", "Some of it was accepted and some was not."),
        FileOutcome.REJECTED: Status("Rejected", "bad", "Nothing of it was accepted."),
        FileOutcome.UNREADABLE: Status("Unreadable", "bad", "We could not read it as business documents."),
    }.get(FileOutcome(file.outcome), Status("Finished", "quiet", ""))


def document_status(document: Document, *, is_ours: bool = False) -> Status:
    """What became of a document. is_ours: we failed on it, whatever is wrong with it."""
    if document.stage != DocumentStage.FINAL:
        return Status("Being processed", "wait", "We are processing it.")
    if document.superseded_by_id is not None and document.outcome == DocumentOutcome.DUPLICATE:
        return Status("Accepted before", "quiet", "It is the same as the one that we took over before.")
    if document.superseded_by_id is not None:
        return Status("Replaced", "quiet", "A corrected document was accepted in its place.")
    if is_ours:
        return Status("With us", "wait", OURS)
    return {
        DocumentOutcome.ACCEPTED: Status("Accepted", "good", "We took it over."),
        DocumentOutcome.REJECTED: Status(
            "Rejected", "bad", "It was not taken over. Mend what is wrong and send it again."
        ),
        DocumentOutcome.FAILED: Status(
            "Rejected", "bad", "It could not be translated as it is. What is wrong stands below."
        ),
        DocumentOutcome.DUPLICATE: Status(
            "Duplicate",
            "quiet",
            "A document with this number was accepted before, so this one was not taken over. Sent twice by mistake? "
            "Then nothing is to be done. If it is another document, send it with a number of its own.",
        ),
    }[DocumentOutcome(document.outcome)]
