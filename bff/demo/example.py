"""What to show a newcomer: the operation that GraphiQL opens with, and commands to try."""

EXAMPLE = """\
# Welcome. This shop is made up, and its two upstreams run inside this process: Medusa
# sells, Sanity tells. Press Play, then change locale and country in the next line.
query PremiumShirt($locale: Locale = "es", $country: CountryCode = "DE") {
  product(handle: "premium-cotton-t-shirt", locale: $locale, country: $country) {
    id
    handle

    # Spanish, from Sanity. Try "de": there only the title was translated, so the title is
    # German, and the description falls back to English and says so.
    title
    description { html locale source isFallback }

    # The editors wrote no Spanish text for search engines: this one is English.
    seo { title description }

    # Language and market are two things: Spanish text, and prices in euros with German tax.
    # Try "US" (dollars, tax on top) or "JP" (yen, which has no decimals).
    priceRange { min { amount currencyCode } max { amount currencyCode } }
    variants {
      title
      price { amount currencyCode }
      taxIncluded
      availability
    }

    # The editors named the addons in Sanity; Medusa priced all of them with one call, in the
    # same market. "wool-blanket" and "rain-jacket" show what else a status can be.
    addons {
      title
      items {
        status
        product { handle title priceRange { min { amount currencyCode } } }
      }
    }

    # What was applied, and who won each field in which language.
    context { locale country regionId currencyCode }
    provenance { field source locale isFallback }
  }
}
"""


def things_to_try(base_url: str) -> tuple[tuple[str, str], ...]:
    """Return titles and shell commands for a service at `base_url`, without a slash at its end."""
    addons = (
        '{"query": "{ product(handle: \\"wool-blanket\\", locale: \\"fr\\", country: \\"FR\\") '
        '{ title addons { title items { status product { title } } } } }"}'
    )
    return (
        (
            "A page in Austrian German: texts from Sanity, euro prices from Medusa",
            f"curl '{base_url}/v1/products/organic-cotton-tshirt?locale=de-AT&country=AT'",
        ),
        (
            "Five addons, four fates: sold, sold out, not for sale in France, taken off sale",
            f"curl '{base_url}/graphql' -H 'content-type: application/json' -d '{addons}'",
        ),
        (
            "A country that no market serves is an error, never a guess",
            f"curl '{base_url}/v1/products/stoneware-mug?country=GB'",
        ),
    )
