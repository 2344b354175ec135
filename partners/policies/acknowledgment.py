"""Acknowledgment: what answers an interchange and a functional group."""

from partners.policies.section import YES_NO, PolicyWords, Section

WORDS = {
    "acknowledgment": PolicyWords(
        "Acknowledgment",
        "What answers a functional group.",
        {"997": "997", "999": "999", "none": "None"},
        element="AK1 to AK9",
    ),
    "acknowledgment_detail": PolicyWords(
        "How much it says",
        "By group only whether it is taken; by set each of its sets; or also what is wrong in them.",
        {
            "group": "By group: AK1 and AK9",
            "set": "By set: AK2 and AK5 too",
            "segment": "Faulty segments too: AK3",
            "element": "Faulty elements too: AK4",
        },
        element="AK1 to AK9",
    ),
    "acknowledgment_for": PolicyWords(
        "One acknowledgment for",
        "For each set: a 997 or 999 of its own, all in one group FA; AK9 of each counts its set. A group that is "
        "refused as a whole has one all the same.",
        {"group": "Each group", "set": "Each set"},
        element="ST, AK1 to AK9",
    ),
    "acknowledge_accepted": PolicyWords(
        "Accepted documents in the acknowledgment",
        "AK2 and AK5 for accepted sets, not only for the others.",
        YES_NO,
        element="AK2",
    ),
    "acknowledgment_by": PolicyWords(
        "By which connection",
        "The partner's connection of that kind; where it has none, the one that the file came by. A drop folder gets "
        "acknowledgments in its folder out. API and portal show all of them anyway.",
        {
            "same": "The one that the file came by",
            "api": "HTTPS API",
            "portal": "Portal",
            "drop-folder": "Drop folder",
            "sftp": "SFTP to the partner",
            "sftp-hosted": "SFTP hosted by us",
            "as2": "AS2",
        },
    ),
    "ta1": PolicyWords(
        "TA1",
        "When an interchange is answered by itself.",
        {
            "never": "Never",
            "error": "When the envelope is wrong",
            "requested": "When the sender asks (ISA14)",
            "always": "Always",
        },
        element="TA1",
    ),
    "answer_due_hours": PolicyWords(
        "Answer to what we send is due within",
        "The acknowledgment of our documents, and a TA1 where we ask for one. A late one opens a case; 0: never.",
        unit="hours",
        element="ISA14, 997",
    ),
}
SECTION = Section("acknowledgment", "Acknowledgment", "How we answer what came.", WORDS)
