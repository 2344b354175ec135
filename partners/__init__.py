"""Who we trade with, and what they may do."""
