"""How partners' programs prove who they are, and how often they may call."""
