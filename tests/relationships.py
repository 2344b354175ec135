"""One row of everything that a partner is set up with, beside what tests.factories makes."""

from datetime import date, time, timedelta
from typing import Any

from django.utils import timezone

from config.core.audit import record_decision
from config.core.blobs import store
from config.core.models import User
from mappings.models import Mapping, MappingTestCase, MappingTestRun
from partners.models import (
    BusinessCalendar,
    Certificate,
    Cohort,
    Contact,
    ExpectedDocument,
    FreezePeriod,
    Guide,
    HousePolicies,
    Invitation,
    Notice,
    OnboardingCase,
    OnboardingComment,
    OnboardingTask,
    OnboardingTemplate,
    Partner,
    PartnerGroup,
    Proposal,
    ServiceLevel,
    Side,
    Submission,
    Tag,
    TemplateTask,
)
from partners.services.evidence import canonical

EVIDENCE: dict[str, Any] = {"material": {}, "checksums": {}, "checks": []}


def make_relationships(partner: Partner) -> None:
    """Give a partner one of everything, and its agreements something that they await; make the house's policies."""
    submitter = User.objects.create_user("submitter")
    for agreement in partner.agreements.all():
        ExpectedDocument.objects.create(agreement=agreement)
        Submission.objects.create(
            agreement=agreement, submitted_by=submitter, evidence=canonical(EVIDENCE), digest="0" * 64
        )
    mapping = Mapping.objects.filter(versions__assignments__agreement__partner=partner).first()
    if mapping is not None:
        order = store([b"an order"])
        MappingTestCase.objects.create(mapping=mapping, name="order", sha256=order.sha256, size=order.size)
        MappingTestRun.objects.create(version=mapping.versions.get(), is_ok=True)
    template = OnboardingTemplate.objects.create(name="Retailer")
    TemplateTask.objects.create(template=template, title="Send a sample")
    case = OnboardingCase.objects.create(
        partner=partner, cohort=Cohort.objects.create(name="Stores"), template=template
    )
    OnboardingTask.objects.create(case=case, title="Send the guide")
    OnboardingTask.objects.create(case=case, title="Send a sample", side=Side.THEIRS)
    said = store([b"a letter"])
    OnboardingComment.objects.create(case=case, by="test", file_name="a.txt", sha256=said.sha256, size=said.size)
    FreezePeriod.objects.create(name="Peak season", begins=date(2026, 1, 1), ends=date(2026, 1, 31))
    record_decision("partner.made", f"partner {partner.code}", "test")
    HousePolicies.objects.get_or_create(pk=HousePolicies.ONLY)
    Contact.objects.create(partner=partner, name="Eve", email="eve@acme.example", purposes=["technical"])
    now = timezone.now()
    Certificate.objects.create(
        partner=partner,
        purposes=["signing"],
        fingerprint="ab" * 32,
        subject="CN=acme",
        not_before=now,
        not_after=now + timedelta(days=90),
    )
    Invitation.objects.create(
        partner=partner, email="zoe@acme.example", digest="0" * 64, expires_at=now + timedelta(days=7)
    )
    Notice.objects.create(key="held", kind="held", subject="Held", text="Held since now", try_from=now)
    Proposal.objects.create(partner=partner, kind="name", values={"name": "Acme Group"})
    blob = store([b"a guide"])
    Guide.objects.create(
        partner=partner, title="850", version=1, file_name="850.pdf", sha256=blob.sha256, size=blob.size
    )
    partner.calendar = BusinessCalendar.objects.create(
        name="Ohio", weekdays=[0, 1, 2, 3, 4], opens=time(9), closes=time(17)
    )
    partner.service_level = ServiceLevel.objects.create(name="Gold")
    partner.save()
    partner.groups.add(PartnerGroup.objects.create(name="Retail"))
    partner.tags.add(Tag.objects.create(name="edi"))
