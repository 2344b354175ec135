"""Agreements as JSON: to keep beside a contract, and to bring to another Onramp."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from partners.models import Agreement, AgreementStatus, Partner
from partners.policies.sealed import SECRETS
from partners.services.agreement_parts import PARTS, PartRefused, make_parts, parts_told
from partners.services.check_policies import check_policies

FORMAT = "onramp-agreement/1"
FIELDS = ("direction", "kind", "standard", "set_id", "release", "environment", "notes", "policies")
LIMIT = 200_000


class NotImported(Exception):
    """The file cannot be taken; the text says why."""


def export_agreement(agreement: Agreement) -> str:
    """The agreement without secrets (as ISA02 and ISA04), owners and status: where it is imported it is a draft."""
    said: dict[str, Any] = {"format": FORMAT, "partner": agreement.partner.code}
    said |= {name: getattr(agreement, name) for name in FIELDS}
    said["policies"] = {name: value for name, value in agreement.policies.items() if name not in SECRETS}
    for name in ("effective_from", "effective_until"):
        value = getattr(agreement, name)
        said[name] = value.isoformat() if value else None
    said |= parts_told(agreement)
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"


def import_agreement(content: bytes, partner: Partner) -> Agreement:
    """Keep an exported agreement as a draft of this partner, whatever partner it was of. Raises NotImported."""
    try:
        said = json.loads(content[:LIMIT])
    except (ValueError, RecursionError) as error:
        raise NotImported(f"The file is not JSON: {error}") from error
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise NotImported(f"The file is no exported agreement ({FORMAT}).")
    known = {"format", "partner", "effective_from", "effective_until", *FIELDS, *PARTS}
    if unknown := sorted(said.keys() - known):
        raise NotImported(f"Unknown settings: {', '.join(unknown)}.")
    values = {name: said[name] for name in (*FIELDS, "effective_from", "effective_until") if name in said}
    draft = Agreement(partner=partner, status=AgreementStatus.DRAFT, **values)
    try:
        draft.full_clean()
    except (ValidationError, TypeError, AttributeError) as error:
        words = error.messages if isinstance(error, ValidationError) else [str(error)]
        raise NotImported(" ".join(words)) from error
    if faults := check_policies(draft.policies, partner):
        raise NotImported(" ".join(faults))
    draft._change_reason = "Imported from JSON"  # type: ignore[attr-defined]  # read by simple-history
    with transaction.atomic():
        draft.save()
        try:
            make_parts(draft, said)
        except PartRefused as error:
            raise NotImported(str(error)) from error
    return draft
