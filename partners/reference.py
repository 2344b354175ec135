"""The reference of every setting, as Markdown, made from the settings themselves."""

from collections.abc import Iterator
from typing import Any

import msgspec
from django.db.models import NOT_PROVIDED

from partners.models import ExpectedDocument
from partners.policies import ENVELOPE_POLICIES, NARROW_ONLY, SECTIONS, Policies
from partners.protocols import PROTOCOLS, Protocol

HEAD = """# Every setting of partners, agreements and connections

Made by `manage.py write_reference`; a test keeps it in step.

## Policies

A policy inherits: Onramp's default, then the house, then the partner, then the agreement. The page of each shows the
value in force and who set it. "Partner" below means that an agreement cannot set it, since it concerns whole files or
interchanges. "Only lower" means that a lower layer can make it smaller, never larger.
"""


EXPECTED = """
## Expected documents

An agreement may say what must come under it, and by when. What is late is an exception case of customer service, which
closes by itself when the document comes; the list of awaited documents shows what is awaited, overdue and settled. An
answer belongs to its order by the order's number. The watch looks every minute.

| setting | default | values | what it does |
| --- | --- | --- | --- |
"""


def reference() -> str:
    """The whole page."""
    parts = [*_policies(), EXPECTED, *_expected(), "\n## Connections\n", *_protocols()]
    return HEAD + "".join(parts)


def _policies() -> Iterator[str]:
    defaults = Policies()
    for section in SECTIONS:
        yield f"\n### {section.title}\n\n{section.help}\n\n"
        yield "| setting | X12 | default | values | what it does |\n| --- | --- | --- | --- | --- |\n"
        for name, words in section.words.items():
            value = words.say(getattr(defaults, name))
            limits = " (partner)" * (name in ENVELOPE_POLICIES) + " (only lower)" * (name in NARROW_ONLY)
            values = ", ".join(words.values.values()) or words.shape or "a number"
            yield _row(f"{words.label}{limits}<br>`{name}`", words.element, value, values, words.help)


def _expected() -> Iterator[str]:
    for field in ExpectedDocument._meta.concrete_fields:
        if field.name in ("id", "agreement", "created_at"):
            continue
        label = str(field.verbose_name)
        default = "" if field.default in (NOT_PROVIDED, list) else field.default
        shown = dict(field.flatchoices).get(default, _plain(default))
        values = ", ".join(str(words) for _, words in field.flatchoices)
        yield _row(f"{label[:1].upper()}{label[1:]}<br>`{field.name}`", str(shown), values, str(field.help_text))


def _protocols() -> Iterator[str]:
    for protocol in PROTOCOLS.values():
        yield f"\n### {protocol.title}\n\n{_about(protocol)}\n"
        if protocol.words:
            yield "\n| setting | default | values | what it does |\n| --- | --- | --- | --- |\n"
            defaults = msgspec.structs.asdict(protocol.settings())
            for name, words in protocol.words.items():
                value = words.values.get(str(defaults[name]), _plain(defaults[name]))
                yield _row(f"{words.label}<br>`{name}`", value, ", ".join(words.values.values()), words.help)


def _about(protocol: Protocol) -> str:
    test = f"Its test: {protocol.what_the_test_does}"
    secrets = ", ".join(words.label.lower() for words in protocol.secrets.values())
    return test + (f" Secrets, sealed: {secrets}." if secrets else "")


def _plain(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"
