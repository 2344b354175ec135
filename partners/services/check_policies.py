"""Would these policies hold together with what is set above them?"""

from typing import Any

from partners.models import Partner
from partners.policies import WORDS, conflicts, forbidden_widenings, resolve
from partners.services.effective_policies import house_policies


def check_policies(own: dict[str, Any], partner: Partner | None = None, *, is_house: bool = False) -> list[str]:
    """What is wrong with a layer of valid policies, in sentences; empty when nothing is.

    partner: whose agreement the layer belongs to; None for a partner's own. is_house: the layer is that of the house.
    """
    above = [] if is_house else [house_policies()]
    if partner is not None:
        above.append(partner.policies)
    inherited = resolve(*above)
    said = [
        f"{WORDS[one.name].label}: it can only be lowered, and {one.inherited} {WORDS[one.name].unit} are inherited."
        for one in forbidden_widenings(inherited, own)
    ]
    return said + conflicts(resolve(*above, own))
