"""The pipeline's doorbells, for tests that send the corpus through it."""

from tests.transactions.conftest import rings

__all__ = ["rings"]
