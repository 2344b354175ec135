"""Write down what we send, so that the answers to it find it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from mappings.engine.x12.reconciliation import SentSet as Set
from mappings.engine.x12.writer import OutboundEnvelope
from partners.policies import Policies
from transactions.models import Acknowledgment, SentGroup, SentSet
from transactions.states import AnswerState


class Sending(NamedTuple):
    """Why something is sent, and to whom. id: of its row; file: what made us send it, None for what another
    system of ours sent."""

    id: UUID
    file_id: UUID | None
    partner_id: int
    environment: str
    acknowledgment: Acknowledgment | None = None


def record_sent(
    sending: Sending,
    envelope: OutboundEnvelope,
    policies: Policies,
    now: datetime,
    *,
    functional_id: str = "",
    sets: Sequence[Set] = (),
) -> SentGroup:
    """One row for a group that is sent, or for an interchange without any, and one for each of its documents.

    Must run in the transaction that stores the bytes. sets: the documents that the receiver has to answer, in their
    order; none of a group of acknowledgments. An answer is due when there are some, and where a TA1 is asked for.
    """
    is_due = bool(policies.answer_due_hours and (sets or envelope.ack_requested))
    outcome = AnswerState.WAITING if is_due or sets else AnswerState.NONE
    group = SentGroup.objects.create(
        id=sending.id,
        file_id=sending.file_id,
        acknowledgment=sending.acknowledgment,
        partner_id=sending.partner_id,
        environment=sending.environment,
        receiver=f"{envelope.receiver_qualifier}:{envelope.receiver_id}",
        interchange_control=f"{envelope.interchange_control:09d}",
        functional_id=functional_id,
        group_control=str(envelope.group_control) if functional_id else "",
        outcome=outcome,
        sent_at=now,
        due_at=now + timedelta(hours=policies.answer_due_hours) if is_due else None,
    )
    SentSet.objects.bulk_create(
        (
            SentSet(
                group=group,
                ordinal=ordinal,
                set_id=one.set_id,
                control_number=one.control_number,
                reference=one.reference,
                outcome=AnswerState.WAITING,
            )
            for ordinal, one in enumerate(sets, 1)
        ),
        batch_size=500,
    )
    return group
