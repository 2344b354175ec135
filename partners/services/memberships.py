"""Which partners a person may look at in the portal."""

from config.core.models import User
from partners.models import Partner


def partners_of(user: User) -> list[Partner]:
    """The active partners that the user is an active member of, by name, with who of us speaks with them.

    None for a user who is switched off.
    """
    if not user.is_active:
        return []
    rows = Partner.objects.filter(members__user=user, members__is_active=True, is_active=True, is_own=False)
    return list(rows.select_related("business_owner").order_by("name", "pk"))
