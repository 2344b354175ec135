"""The registry of readiness checks and of material evidence, and partners' own."""
