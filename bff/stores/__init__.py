"""Keepers of cached values behind the `Store` port."""
