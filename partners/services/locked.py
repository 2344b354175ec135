"""Agreements that somebody decides about."""

from partners.models import Agreement


def locked_agreement(pk: int) -> Agreement:
    """The agreement as it is now, with its partner; until the transaction ends nobody else decides about it.

    No lock of its key: others must still be able to write rows that refer to it.
    """
    return Agreement.objects.select_for_update(of=("self",), no_key=True).select_related("partner").get(pk=pk)
