"""The mapping language: declarations in, generated Python out, and the reason for every value."""
