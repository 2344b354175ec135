"""The one app below all others: users and roles, blobs, secrets, the chain of decisions, numbers, ids, API errors."""
