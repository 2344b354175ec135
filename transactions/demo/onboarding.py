"""Two partners on their way in, so that the board has something to show."""

from django.utils import timezone

from config.core.models import User
from partners.models import Contact, Identity, OnboardingTemplate, Partner, Side, Stage
from partners.services.begin_case import begin_case
from partners.services.work_on_case import comment

TEMPLATE = "Retailer that sends orders"
TASKS = (
    ("Send our guide", Side.OURS, Stage.PROFILE, 2),
    ("Name a contact for EDI", Side.THEIRS, Stage.PROFILE, 5),
    ("Agree on how files come", Side.OURS, Stage.CONNECTIVITY, 7),
    ("Send three test orders", Side.THEIRS, Stage.CERTIFICATION, 14),
)


def load_onboarding() -> None:
    """Make the template and its two cases once; what was changed since stays."""
    if OnboardingTemplate.objects.filter(name=TEMPLATE).exists():
        return
    analyst = User.objects.get(username="analyst")
    template = OnboardingTemplate.objects.create(name=TEMPLATE, role="customer", days=30)
    # One for tests and one for live documents: the first is live while the second is certified.
    template.agreements.add(*Partner.objects.get(code="acme-retail").agreements.filter(standard="X12"))
    for title, side, stage, days in TASKS:
        template.tasks.create(title=title, side=side, stage=stage, days=days)
    dune, _ = Partner.objects.get_or_create(code="dune-furniture", defaults={"name": "Dune Furniture"})
    evergreen, is_new = Partner.objects.get_or_create(
        code="evergreen-foods",
        defaults={"name": "Evergreen Foods", "roles": ["customer"], "business_owner": analyst},
    )
    if is_new:
        Contact.objects.create(partner=evergreen, name="Ola", email="ola@evergreen.example", purposes=["technical"])
        Identity.objects.create(partner=evergreen, kind="isa", qualifier="ZZ", value="EVERGREEN")
    begin_case(dune, by=analyst, owner=analyst, target_date=timezone.now().date())
    begun = begin_case(evergreen, by=analyst, owner=analyst, template=template)
    comment(begun.case, "They send their guide this week.", by=analyst)
