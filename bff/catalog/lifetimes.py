"""How long what was read may be used: the named policies."""

from dataclasses import dataclass, fields, replace

from bff.domain.freshness import Policy


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """The named policies. Content outlives commerce; what does not exist is kept briefly.

    `commerce` is for prices and stock; `text` is for Medusa's texts: fresh as long as
    `commerce`, but shown for longer while Medusa fails.
    """

    commerce: Policy
    text: Policy
    content: Policy
    reference: Policy
    absent: Policy

    @property
    def listing(self) -> Policy:
        """Return the policy of lists of products: fresh as prices are, and no prices.

        Which products there are does no harm: in an outage it is shown as long as their texts.
        """
        return replace(self.commerce, is_price=False, if_error=self.text.if_error)

    @property
    def longest(self) -> float:
        """Return how old a value may become, in seconds, whichever it is."""
        policies: list[Policy] = [getattr(self, one.name) for one in fields(self)]
        return max(policy.longest for policy in policies)
