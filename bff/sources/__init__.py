"""Adapters, one per upstream; strangers to each other."""
