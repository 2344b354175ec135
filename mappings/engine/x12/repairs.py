"""What the reader mends to go on, and says: partners' policies forbid each of it or put up with it."""

from mappings.engine.findings import Code

REPAIRS = frozenset(
    {
        Code.ISA_PADDING,
        Code.ISA_LINE_END,
        Code.SEGMENT_BLANKS,
        Code.ENCODING_INVALID,
        Code.DATA_OUTSIDE_INTERCHANGE,
        Code.INTERCHANGE_TRAILER_MISSING,
        Code.GROUP_TRAILER_MISSING,
        Code.SET_TRAILER_MISSING,
    }
)
"""Each finding of these codes is a repair. Those of missing trailers are errors unless a policy puts up with them."""
