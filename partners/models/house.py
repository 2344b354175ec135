"""What holds for all partners unless they differ."""

from django.db import models
from simple_history.models import HistoricalRecords

from partners.models.policies import PoliciesField
from partners.policies import validate_policies


class HousePolicies(models.Model):
    """The one row of policies between Onramp's defaults and the partners'. Its primary key is always 1."""

    ONLY = 1

    policies = PoliciesField(
        default=dict, blank=True, validators=[validate_policies], help_text="What differs from Onramp's defaults."
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "house policies"
        constraints = (models.CheckConstraint(condition=models.Q(pk=1), name="house_policies_once"),)

    def __str__(self) -> str:
        return "Policies of the house"
