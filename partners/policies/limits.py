"""Limits: how much a partner may send, and how fast it is worked."""

from partners.policies.section import PolicyWords, Section

WORDS = {
    "max_file_bytes": PolicyWords("Largest file", "A larger one is refused. It can only be lowered.", unit="bytes"),
    "latency": PolicyWords(
        "Latency class",
        "Which lane works its files: small ones go fast by themselves.",
        {"by-size": "By the size of the file", "interactive": "Always fast", "bulk": "In the bulk lane"},
    ),
}
SECTION = Section("limits", "Limits and speed", "How much may come, and how fast it is worked.", WORDS)
