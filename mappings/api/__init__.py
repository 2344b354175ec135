"""Which mapping an agreement uses, for programs that set agreements up."""
