"""The short way through clean rows of a delimited file: from cells to canonical JSON in one pass, or "not sure".

places    where the documents of a file stand, by their keys alone
rows      bytes in, rows out, with all that a file may have wrong noticed by the block
groups    rows put together to documents by their key, as the complete reader does it
plan      what is known of a mapping before any document, and which mappings have a short way
canonical columns of numbers and dates, as the reader makes them
values    tables from what a cell holds to what the target does
cells     source paths, texts and conditions, where the columns of the file are known
target    fields and sums of the target, with exact numbers
program   a function for the columns of a file, in which what its documents usually fill is straight-line code
lane      all of it for the files of one form, and one mapping
"""
