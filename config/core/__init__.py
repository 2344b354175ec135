"""The one app below all others: user, blob store, number sequences, ids, API errors."""
