"""What one code means, as a type: see `code_rules`."""

import msgspec

from mappings.engine.codes import Layer, Severity


class Rule(msgspec.Struct, frozen=True):
    """What one code means: its layer, usual severity, the words for people, and the X12 codes.

    ta1, group, set, segment and element hold the code for TA105, AK905, AK502, AK304 and AK403
    ("" where that acknowledgment has no place for it). The 999 has the same codes in IK502, IK304 and IK403, but for
    those with codes of their own: ik_set, ik_segment, ik_element.
    """

    layer: Layer
    severity: Severity
    title: str
    mend: str
    ta1: str = ""
    group: str = ""
    set: str = ""
    segment: str = ""
    element: str = ""
    ik_set: str = ""
    ik_segment: str = ""
    ik_element: str = ""
