"""Checks of what the partner says of documents that we sent."""

from transactions.certification.registry import check
from transactions.certification.seen import Answered, Said, failed, passed

ACCEPTED = "accepted"
SAID = {
    "waiting": "was not answered yet",
    "overdue": "was not answered in time",
    "with-errors": "was accepted with errors",
    "partly": "was accepted in parts",
    "rejected": "was rejected",
    "none": "needs no answer",
}


@check("acknowledged", "Your software accepts what we send", of=Answered)
def acknowledged(answered: Answered, _: None) -> Said:
    if answered.outcome == ACCEPTED:
        return passed(f"You accepted our {answered.what}.")
    notes = f" You say: {'; '.join(answered.notes)}." if answered.notes else ""
    return failed(
        f"Our {answered.what} {SAID.get(answered.outcome, answered.outcome)}.{notes}",
        "Send a 997 or 999 that accepts it. If our document is wrong, tell us: we mend it and send it again."
        if answered.outcome in ("waiting", "overdue")
        else "If our document is wrong, we mend it and send it again; if your software is, set it right.",
    )


@check("in-time", "Your answer comes in time", of=Answered)
def in_time(answered: Answered, _: None) -> Said:
    if not answered.was_late:
        return passed("Your answer came in time.")
    return failed(
        "Your answer came after it was due.", "Have your software answer by itself, as soon as our document comes."
    )


@check("advised", "Your 824 accepts what we send", of=Answered)
def advised(answered: Answered, _: None) -> Said:
    if answered.by_advice and answered.outcome == ACCEPTED:
        return passed(f"Your 824 accepts our {answered.what}.")
    if not answered.by_advice:
        return failed(
            f"No 824 speaks of our {answered.what} yet.",
            "Send an 824 (application advice) that names our document and accepts it (OTI01 = TA).",
        )
    return acknowledged(answered, None)
