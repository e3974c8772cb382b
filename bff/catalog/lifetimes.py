"""How long what was read may be used: the named policies, and what becomes of one now and then."""

from dataclasses import dataclass, replace

from bff.domain.freshness import Policy

_BEHIND = "_BEHIND"


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """The named policies. Content outlives commerce; what does not exist is kept briefly.

    `commerce` is for prices, stock and lists; `text` is for Medusa's texts: fresh as long as
    `commerce`, but shown for longer while Medusa fails.
    """

    commerce: Policy
    text: Policy
    content: Policy
    reference: Policy
    absent: Policy

    @property
    def listing(self) -> Policy:
        """Return the policy of lists of products: as prices, but an old one does little harm."""
        return replace(self.commerce, is_price=False)


def while_behind(policy: Policy, seconds: float) -> Policy:
    """Return the policy of a value that is older than an edit that was told of.

    After so many seconds it is asked for again before anybody is shown it.
    """
    name = policy.name.removesuffix(_BEHIND) + _BEHIND
    return replace(policy, name=name, fresh=seconds, while_refresh=0.0)


def is_behind(policy: Policy) -> bool:
    """Tell whether this is the policy of a value that is older than an edit."""
    return policy.name.endswith(_BEHIND)
