"""What happened, in plain words: for people who do not read findings."""

from transactions.models import ExceptionCase
from transactions.states import CaseCategory, CaseStatus, Disposition, DocumentOutcome, Verdict

HAPPENED = {
    CaseCategory.UNREADABLE: "{who} sent a file that Onramp cannot read, so nothing in it was carried out.",
    CaseCategory.UNROUTABLE: "Onramp did not know where {what} belongs.",
    CaseCategory.ENVELOPE: "{what} from {who} was refused as a whole, since its envelope is wrong. Nothing in it was "
    "carried out.",
    CaseCategory.SYNTAX: "{what} from {who} breaks the rules of its format, so it was not carried out.",
    CaseCategory.MAPPING: "{what} from {who} is well-formed, but Onramp could not translate it.",
    CaseCategory.BUSINESS: "{what} from {who} was read and translated, but cannot be carried out as it stands.",
    CaseCategory.DUPLICATE: "{what} from {who} looks like one that came before.",
    CaseCategory.ANSWER: "{who} did not take what was sent, or said nothing of it in time.",
    CaseCategory.MISSING: "{who} owes us a document that has not come. When it comes, this case closes by itself.",
    CaseCategory.INTERNAL: "Onramp itself failed on {what} from {who}. The sender did nothing wrong.",
}
HELD = {
    CaseCategory.UNROUTABLE: "It is held, not lost: it goes on when the cause is mended and the case is released.",
    CaseCategory.DUPLICATE: "It is held until somebody decides.",
}
TOLD = {
    Verdict.ACCEPTED: "The acknowledgment said that it was accepted, so the sender knows of no fault.",
    Verdict.WITH_ERRORS: "The acknowledgment said that it was accepted with errors.",
    Verdict.REJECTED: "The acknowledgment told the sender that it was rejected.",
}
BECAME = {
    DocumentOutcome.ACCEPTED: "By now the document is accepted.",
    DocumentOutcome.REJECTED: "",
    DocumentOutcome.FAILED: "",
    DocumentOutcome.DUPLICATE: "",
}
REFUSED = "It was decided not to carry it out."


def story(case: ExceptionCase) -> str:
    """Two or three sentences: what came, what became of it, what the sender was told."""
    document = case.document
    category = CaseCategory(case.category)
    what = f"the {document.kind} {document.business_key or document.control_number}" if document else "what came"
    if document is None and case.interchange is not None:
        what = f"interchange {case.interchange.control_number}"
    who = str(case.partner) if case.partner else "an unknown sender"
    happened = HAPPENED[category].format(what=what, who=who)
    happened = happened[:1].upper() + happened[1:]
    if case.status == CaseStatus.OPEN and category in HELD:
        happened += f" {HELD[category]}"
    if document is None or category is CaseCategory.ANSWER:
        return happened
    is_x12 = document.format == "x12"
    told = TOLD[Verdict(document.verdict)] if is_x12 and case.category != CaseCategory.INTERNAL else ""
    became = REFUSED if case.disposition == Disposition.REJECTED else BECAME[DocumentOutcome(document.outcome)]
    return " ".join(filter(None, (happened, told, became)))
