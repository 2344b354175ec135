"""The short way through a clean X12 set: generated code that checks it, maps it and writes JSON, or says "not sure".

The happy path and the fault path are different programs. What is generated here is straight-line code for the shape
that a document has: which segments stand where, and how many elements each has. It answers "surely clean", with the
canonical JSON, or nothing at all; then the complete validator and the complete mapping read the set again and name
every fault. It may doubt as often as it likes, it may never be wrong: its answer is, byte for byte, what they give.

shape     what stands in a document, known before its values are
trail     the walk through documents, which learns shapes and keeps a program for each
route     the way through documents like earlier ones, which learns what usually has a value
patterns  regular expressions that find and check the texts of a shape
envelope  what a mapping may ask of the envelopes
plan      what is known of a mapping before any document
tables    what programs look codes and texts up in
sheet     the lines of one program while they are written
source    what the writers of the target ask of a format
texts     source paths, texts and conditions of the mapping language, where every segment is known
fields    values of the target
objects   objects and lists of the target
program   puts checks and target together into a function
lane      all of it for one set, release and mapping; `Lane.programs.sources` is the code, to be read
"""
