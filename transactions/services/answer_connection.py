"""By which of a partner's connections an acknowledgment goes back."""

from partners.models import Connection
from partners.policies import Policies
from transactions.models import InboundFile


def answer_connection(file: InboundFile, partner_id: int, environment: str, policies: Policies) -> Connection | None:
    """The partner's enabled connection of the protocol that is agreed on; else the one that the file came by.

    None for a file that a person brought. Costs a query where a protocol is agreed on.
    """
    if policies.acknowledgment_by != "same":
        agreed = Connection.objects.filter(
            partner=partner_id, environment=environment, protocol=policies.acknowledgment_by, is_enabled=True
        )
        if (connection := agreed.order_by("pk").first()) is not None:
            return connection
    return file.connection
