"""Which lane works a file or a part of it."""

from django.conf import settings

from partners.policies import Policies
from transactions.states import Lane


def lane_of(policies: Policies, size: int) -> Lane:
    """The lane that the policies choose for a file of so many bytes."""
    if policies.latency != "by-size":
        return Lane(policies.latency)
    return Lane.INTERACTIVE if size <= settings.INTERACTIVE_MAX_BYTES else Lane.BULK
