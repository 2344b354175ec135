"""What a run of a scenario stands on: the terms by which its document was judged."""

from typing import Any

import msgspec

from mappings.models import Assignment
from partners.models import Agreement
from partners.policies import Policies
from partners.readiness.evidence import policies_in_effect
from partners.services.evidence import checksum

SUBJECT = ("direction", "kind", "standard", "set_id", "release")
TITLES = {
    "subject": "what the agreement is about",
    "mapping": "the mapping",
    "overlay": "the rules beyond the standard",
    "text_settings": "how text is read",
    "policies": "the policies",
}


def terms_of(agreement: Agreement) -> dict[str, str]:
    """Checksums of what decides about a document, by name. Three queries.

    Connections and certificates are not among them: they carry a document and do not judge it, and the stage of
    connectivity watches them. Policies that a newer Onramp brings change nothing at their defaults.
    """
    assignment = Assignment.objects.select_related("version").defer("version__declaration")
    chosen = assignment.filter(agreement=agreement).first()
    defaults = msgspec.structs.asdict(Policies())
    policies = {name: value for name, value in policies_in_effect(agreement).items() if value != defaults[name]}
    parts: dict[str, Any] = {
        "subject": {name: getattr(agreement, name) for name in SUBJECT},
        "overlay": chosen.overlay if chosen else [],
        "text_settings": chosen.text_settings if chosen else {},
        "policies": policies,
    }
    return {"mapping": chosen.version.checksum if chosen else "", **{k: checksum(part) for k, part in parts.items()}}


def changed_terms(stood_on: dict[str, str], now: dict[str, str]) -> list[str]:
    """What of the terms is not what it was, in words."""
    return [title for name, title in TITLES.items() if stood_on.get(name) != now.get(name)]
