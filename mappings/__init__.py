"""How partners' documents become ours."""
