"""Make a draft like an agreement, for the same partner or another."""

from django.core.exceptions import ValidationError
from django.db import transaction

from partners.models import Agreement, AgreementStatus, Partner
from partners.services.agreement_parts import PartRefused, make_parts, parts_told
from partners.services.check_policies import check_policies

COPIED = ("direction", "kind", "standard", "set_id", "notes", "policies")


class NotCloned(Exception):
    """The draft would not fit; the text says why."""


def clone_agreement(agreement: Agreement, partner: Partner, environment: str, release: str) -> Agreement:
    """A draft with the settings of another agreement, its mapping and rules and what it awaits.

    Dates and owners are chosen anew. Raises NotCloned when the partner has an agreement for this already, its own
    policies forbid some of it, or a part does not fit the release.
    """
    draft = Agreement(
        partner=partner,
        environment=environment,
        release=release,
        status=AgreementStatus.DRAFT,
        **{name: getattr(agreement, name) for name in COPIED},
    )
    if said := check_policies(draft.policies, partner):
        raise NotCloned(" ".join(said))
    with transaction.atomic():
        try:
            draft.full_clean()
        except ValidationError as error:
            raise NotCloned(" ".join(error.messages)) from error
        draft._change_reason = f"Like {agreement}"[:100]  # type: ignore[attr-defined]  # read by simple-history
        draft.save()
        try:
            make_parts(draft, parts_told(agreement))
        except PartRefused as error:
            raise NotCloned(str(error)) from error
    return draft
