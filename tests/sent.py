"""The row by which the answer to an acknowledgment of ours is found, for tests that make rows through the models."""

from transactions.models import Acknowledgment, SentGroup
from transactions.states import AnswerState


def sent_row(acknowledgment: Acknowledgment, receiver: str, group_control: str) -> Acknowledgment:
    """Write it, and give the acknowledgment back. receiver: qualifier:id of ISA07 and ISA08."""
    SentGroup.objects.create(
        id=acknowledgment.pk,
        file=acknowledgment.file,
        acknowledgment=acknowledgment,
        partner=acknowledgment.partner,
        environment=acknowledgment.environment,
        receiver=receiver,
        interchange_control=acknowledgment.control_number,
        functional_id="FA",
        group_control=group_control,
        outcome=AnswerState.NONE,
        sent_at=acknowledgment.created_at,
    )
    return acknowledgment
