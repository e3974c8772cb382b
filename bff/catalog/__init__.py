"""The reading use cases: what to ask, in which order, and what to make of the answers."""
