"""What the parts of the API share: people's tokens, pages of lists, and how errors are described."""
