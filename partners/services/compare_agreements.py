"""What differs between two agreements, with what belongs to each?"""

import msgspec

from partners.models import Agreement
from partners.services.agreement_parts import PARTS
from partners.services.compare import Difference, compare
from partners.services.effective_policies import effective_policies


def compare_agreements(left: Agreement, right: Agreement) -> list[Difference]:
    """Every setting of both: of policies those in force; then the parts (mapping, expected documents)."""
    sides = [msgspec.structs.asdict(effective_policies(one.partner, one)) for one in (left, right)]
    rows = compare(left, right, (sides[0], sides[1]))
    for name, part in PARTS.items():
        pairs = zip(part.words(left), part.words(right), strict=True)
        rows += [Difference(name, label, text, theirs) for (label, text), (_, theirs) in pairs]
    return rows
