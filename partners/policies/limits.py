"""Limits: how much a partner may send, and how fast it is worked."""

from partners.policies.section import PolicyWords, Section
from partners.policies.values import MOST_DOCUMENTS_PER_HOUR, MOST_FILES_PER_HOUR

WORDS = {
    "max_file_bytes": PolicyWords("Largest file", "A larger one is refused. It can only be lowered.", unit="bytes"),
    "max_files_per_hour": PolicyWords(
        "Files an hour",
        "The API answers what exceeds it with 429 and says when to come back; what comes another way waits its turn. "
        "It can only be lowered.",
        unit="files",
        unlimited=MOST_FILES_PER_HOUR,
    ),
    "max_documents_per_hour": PolicyWords(
        "Documents an hour",
        "Counted when a file has been split: one file is never cut, and the next ones wait. It can only be lowered.",
        unit="documents",
        unlimited=MOST_DOCUMENTS_PER_HOUR,
    ),
    "work_days": PolicyWords(
        "Days on which files are worked",
        "On others they are received and wait; the page of the file says until when.",
        {
            "every-day": "Every day",
            "monday-to-friday": "Monday to Friday",
            "business-calendar": "Working days of the partner's business calendar",
        },
    ),
    "work_begins": PolicyWords(
        "Worked from",
        "In the time zone of the partner's business calendar, or its own.",
        empty="midnight: the whole day",
        shape="a time of day such as 08:00",
    ),
    "work_ends": PolicyWords(
        "Worked until",
        "A time before the first one is on the day after.",
        empty="midnight: the whole day",
        shape="a time of day such as 18:00",
    ),
    "latency": PolicyWords(
        "Latency class",
        "Which lane works its files: small ones go fast by themselves.",
        {"by-size": "By the size of the file", "interactive": "Always fast", "bulk": "In the bulk lane"},
    ),
}
SECTION = Section("limits", "Limits and speed", "How much may come, and how fast it is worked.", WORDS)
