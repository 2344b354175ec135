"""The portal's own part about people: who they are, for which partner they look, and how they log in."""
