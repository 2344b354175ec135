"""A fault while it is still inside its set: what and in which segment, before its place in the file is known."""

import msgspec

from mappings.engine.findings import Code, Severity


class Fault(msgspec.Struct, frozen=True):
    """index: segment within the set (ST = 1). element, component, repetition: from 1, 0 when not applicable."""

    index: int
    code: Code
    segment_id: str
    message: str
    loop: str = ""
    element: int = 0
    element_id: str = ""
    component: int = 0
    repetition: int = 0
    value: str = ""
    severity: Severity | None = None
