"""The reference of every setting, as Markdown, made from the settings themselves."""

from collections.abc import Iterator
from typing import Any

import msgspec

from partners.policies import ENVELOPE_POLICIES, NARROW_ONLY, SECTIONS, Policies
from partners.policies.section import PolicyWords
from partners.protocols import PROTOCOLS, Protocol

HEAD = """# Every setting of partners, agreements and connections

Made by `manage.py write_reference`; a test keeps it in step.

## Policies

A policy inherits: Onramp's default, then the house, then the partner, then the agreement. The page of each shows the
value in force and who set it. "Partner" below means that an agreement cannot set it, since it concerns whole files or
interchanges. "Only lower" means that a lower layer can make it smaller, never larger.
"""


def reference() -> str:
    """The whole page."""
    return HEAD + "".join(_policies()) + "\n## Connections\n" + "".join(_protocols())


def _policies() -> Iterator[str]:
    defaults = Policies()
    for section in SECTIONS:
        yield f"\n### {section.title}\n\n{section.help}\n\n"
        yield "| setting | X12 | default | values | what it does |\n| --- | --- | --- | --- | --- |\n"
        for name, words in section.words.items():
            value = _default(getattr(defaults, name), words)
            limits = " (partner)" * (name in ENVELOPE_POLICIES) + " (only lower)" * (name in NARROW_ONLY)
            values = ", ".join(words.values.values()) or words.shape or "a number"
            yield _row(f"{words.label}{limits}<br>`{name}`", words.element, value, values, words.help)


def _default(value: Any, words: PolicyWords) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return words.values.get(text, f"{text or words.empty} {words.unit}".rstrip())


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
