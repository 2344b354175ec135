"""What is written of a canonical document in each format, and what reading it again says of it."""
