"""The short way through a clean XML record: no parser, where another record like it went through one before.

A record is cut at `<`, `>` and `"`. Of one that libxml2 has read, it is learned which pieces are structure and which
are values. The next one with the same marks is matched by a regular expression, which holds the structure as it is and
has a group for each value; what the mapping makes of it is generated code, as for X12. Order lines and other elements
that a mapping goes over stand apart, so that their number does not matter.

pieces    the marks and pieces of a record, and what values mean
stretch   a part of a record whose structure is known, as a pattern
outline   the structure of a record, learned from its pieces and held against the tree that libxml2 made
trail     the walk through records, which learns stretches and keeps them
facts     kind, sender and receiver, for a structure that is known
plan      what is known of a mapping before any record: which elements stand apart
texts     source paths, texts and conditions of the mapping language, where every element is known
program   puts the target together into functions
lane      all of it for one mapping, or without one to tell what records are
"""
