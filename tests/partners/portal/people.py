"""What a partner sees of itself in the portal, one row of each kind."""

from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone

from config.core.blobs import store
from config.core.models import User
from partners.models import (
    ApiKey,
    Certificate,
    Connection,
    ConnectionTest,
    Contact,
    Guide,
    Identity,
    Member,
    OnboardingCase,
    OnboardingTask,
    Partner,
    Proposal,
    Protocol,
    Side,
)
from tests.factories import PASSWORD


class Own(NamedTuple):
    partner: Partner
    contact: Contact
    identity: Identity
    api: Connection
    key: ApiKey
    certificate: Certificate
    guide: Guide
    proposal: Proposal
    task: OnboardingTask


def make_person(partner: Partner, username: str, email: str = "") -> User:
    """Somebody who may see what is of the partner."""
    user = User.objects.create_user(username, email, PASSWORD)
    Member.objects.create(partner=partner, user=user)
    return user


def make_own(partner: Partner) -> Own:
    """One of everything; names and values carry the partner's code, so that a page that shows them is found out."""
    code = partner.code.upper()
    api = Connection.objects.create(partner=partner, protocol=Protocol.API, name=f"API of {code}")
    sftp = Connection.objects.create(partner=partner, protocol=Protocol.SFTP, name=f"SFTP of {code}")
    steps = [{"name": "Reach", "is_ok": False, "said": f"{code} does not answer."}]
    ConnectionTest.objects.create(connection=sftp, by="x", is_ok=False, steps=steps, milliseconds=1, settings_digest="")
    now = timezone.now()
    blob = store([code.encode()])
    return Own(
        partner,
        Contact.objects.create(partner=partner, name=f"Eve of {code}", email="eve@x.example", purposes=["technical"]),
        Identity.objects.create(partner=partner, qualifier="ZZ", value=f"{code}EDI"),
        api,
        ApiKey.objects.create(connection=api, label=f"ERP of {code}", prefix=f"k{code}", digest="0" * 64),
        Certificate.objects.create(
            partner=partner, purposes=["signing"], fingerprint=f"{code:f>64}", subject=f"CN={code}", pem=f"PEM {code}",
            not_before=now, not_after=now + timedelta(days=90),
        ),
        Guide.objects.create(
            partner=partner, title=f"Guide of {code}", version=1, file_name="g.pdf", sha256=blob.sha256, size=blob.size
        ),
        Proposal.objects.create(partner=partner, kind="name", values={"name": f"{code} Group"}),
        OnboardingTask.objects.create(
            case=OnboardingCase.objects.create(partner=partner), title=f"Sample of {code}", side=Side.THEIRS
        ),
    )  # fmt: skip
