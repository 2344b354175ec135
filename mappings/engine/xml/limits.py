"""How much one record may cost. Beyond these a record is refused by name, before it takes memory."""

RECORD_BYTES = 32 * 1024 * 1024
"""A record larger than this is refused. libxml2's own limits are lifted below it, for embedded attachments."""

HEAD_BYTES = 256 * 1024
"""The root element must have started by then."""

MARKUP = 2_000_000
"""How many tags a record may have (an order of 30,000 lines), and how many attributes."""

DEPTH = 100
"""Elements inside each other."""

CHUNK_BYTES = 1024 * 1024
