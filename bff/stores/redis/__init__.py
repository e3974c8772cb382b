"""The cache that replicas share, in Redis."""

from bff.stores.redis.opening import Shared, open_shared

__all__ = ["Shared", "open_shared"]
