"""Going live: what an approval needs, and what becomes of documents when it does not cover them any more."""

from partners.policies.section import PolicyWords, Section

WORDS = {
    "approvals": PolicyWords(
        "Approvals",
        "Who submits never approves. The second approval is given by another role (integration support).",
        {"one": "One", "two": "Two, by two roles"},
    ),
    "guide": PolicyWords(
        "Guide of the partner",
        "Whether the guide that a mapping was made by must be here.",
        {"optional": "Need not be here", "required": "Must be here"},
    ),
    "certification": PolicyWords(
        "Certification",
        "Which agreements for live documents must pass the scenarios of their kind, with test documents, before they "
        "are submitted. For each agreement an analyst adds others or leaves some out.",
        {
            "chosen": "Only those for which somebody chose scenarios",
            "onboarding": "Those that an onboarding case leads in",
            "always": "All",
        },
    ),
    "certificate_days": PolicyWords(
        "Certificates last beyond going live", "One that ends sooner blocks, unless another follows it.", unit="days"
    ),
    "when_uncovered": PolicyWords(
        "When the approval does not cover the agreement any more",
        "It is flagged at once either way. What is held is stored, and let go when somebody approves again.",
        {"hold": "Hold its documents after the grace period", "flag": "Only flag it"},
    ),
    "grace_hours": PolicyWords("Grace period", "0 holds documents at once.", unit="hours"),
}
SECTION = Section("going-live", "Going live", "What an approval needs, and how long it carries after a change.", WORDS)
