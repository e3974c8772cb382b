"""What to show a newcomer: the operation that GraphiQL opens with, and commands to try."""

EXAMPLE = """\
# Welcome. This shop is made up; its upstreams run
# inside this process: Medusa sells, Sanity tells.
# Press Play, then change language and country:
query Welcome(
  $locale: Locale = "es"
  $country: CountryCode = "DE"
) {
  product(
    handle: "premium-cotton-t-shirt"
    locale: $locale
    country: $country
  ) {
    id
    handle

    # Spanish, from Sanity. Try "de": only its
    # title is translated; the description falls
    # back to English and says so.
    title
    description { html locale source isFallback }

    # Nobody wrote this one in Spanish.
    seo { title description }

    # Language and market are two things: Spanish
    # text, euros with German tax. Try "US" (tax on
    # top) or "JP" (yen have no decimals).
    priceRange {
      min { amount currencyCode }
      max { amount currencyCode }
    }
    variants {
      title
      price { amount currencyCode }
      taxIncluded
      availability
    }

    # The addons: named by editors in Sanity, priced
    # with one call. "wool-blanket", "rain-jacket"
    # show what else a status can be.
    addons {
      title
      items {
        status
        product {
          handle
          title
          priceRange { min { amount currencyCode } }
        }
      }
    }

    # Where it can be read in other languages.
    # Try "trail-boots": pictures have a role,
    # and there is a film.
    alternates { locale url }
    images { url alt role }
    videos { url title }

    # What was applied, and who won each field.
    context { locale country regionId currencyCode }
    provenance { field source locale isFallback }
  }

  # A page is found by its slug in any language;
  # the products on it are priced like addons.
  page(slug: "about", locale: $locale, country: $country) {
    slug
    title
    body { excerpt(length: 80) blocks }
    items { status product { title } }
    alternates { locale url }
  }

  navigation(handle: "main", locale: $locale) {
    items {
      label
      url
      children { label url }
    }
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
            "An editors' page in Spanish by its own address, with products priced for Spain",
            f"curl '{base_url}/v1/pages/sobre-nosotros?locale=es&country=ES'",
        ),
        (
            "A country that no market serves is an error, never a guess",
            f"curl '{base_url}/v1/products/stoneware-mug?country=GB'",
        ),
    )
