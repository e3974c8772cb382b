from bff.domain.commerce import (
    CommerceProduct,
    CountryCode,
    Handle,
    Image,
    Pricing,
    ProductId,
    ProductText,
    RegionId,
)
from bff.domain.locale import Language, Locale
from bff.domain.money import CurrencyCode
from bff.domain.richtext import RichText
from bff.domain.storefront import Localized, ShopperContext, StorefrontProduct, Video

EN = Locale("en")


def test_provenance_lists_every_merged_field_once() -> None:
    """Each field says where it came from under its name in the schema, or that nobody had it."""
    text = ProductText(
        id=ProductId("prod_tee"),
        handle=Handle("tee"),
        title="Tee",
        subtitle=None,
        description=None,
        thumbnail=None,
        images=(),
        variants=(),
        collection=None,
        categories=(),
        tags=(),
    )
    pricing = Pricing(RegionId("reg_eu"), CountryCode("DE"), CurrencyCode("EUR"))
    title = Localized("Tee", "medusa", EN, False)
    subtitle = Localized("Plain", "sanity", EN, False)
    description = Localized(RichText((), "", "Soft."), "sanity", EN, False)
    seo_title = Localized("Buy a tee", "sanity", EN, False)
    images = Localized((Image("front.jpg"),), "medusa", None, False)
    videos = Localized((Video("worn.mp4"),), "sanity", None, False)
    thumbnail = Localized(Image("thumb.jpg"), "medusa", None, False)
    care, weight = Localized("30", "sanity", None, False), Localized(180, "medusa", None, False)

    page = StorefrontProduct(
        commerce=CommerceProduct(text, None),
        text=text,
        context=ShopperContext(Language(EN, EN, (EN,)), pricing),
        title=title,
        subtitle=subtitle,
        description=description,
        seo_title=seo_title,
        seo_description=None,
        images=images,
        videos=videos,
        thumbnail=thumbnail,
        attributes={"care": care, "title": weight},
    )

    assert page.provenance() == {
        "title": title,
        "subtitle": subtitle,
        "description": description,
        "seo.title": seo_title,
        "seo.description": None,
        "images": images,
        "videos": videos,
        "thumbnail": thumbnail,
        "attributes.care": care,
        "attributes.title": weight,
    }
