"""Reads XML documents: records, their kinds and envelopes, and trees for mappings. `reader` is the way in."""
