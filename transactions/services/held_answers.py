"""The answers of a partner in an interchange that is held: nobody has looked at them yet."""

from django.conf import settings

from config.core.blobs import open_blob
from transactions.models import ExceptionCase, Interchange
from transactions.pipeline.answers import ReadAnswer, read_planned
from transactions.pipeline.plan import plan_x12
from transactions.pipeline.planned_units import Limits
from transactions.states import InterchangeState


def held_answers(case: ExceptionCase) -> list[ReadAnswer]:
    """What the interchange that a case holds answers to what we sent; nothing where it holds none.

    Reads the file: call it outside of any transaction.
    """
    held = Interchange.objects.filter(cases=case, state=InterchangeState.HELD).select_related("file").first()
    if held is None:
        return []
    with open_blob(held.file.sha256) as stream:
        plan = plan_x12(stream, Limits(settings.UNIT_MAX_DOCUMENTS, settings.UNIT_MAX_BYTES))
        delimiters = {planned.ordinal: planned.delimiters for planned in plan.interchanges}
        theirs = [planned for planned in plan.answers if planned.interchange == held.ordinal]
        return [read_planned(stream, planned, delimiters[planned.interchange]) for planned in theirs]
