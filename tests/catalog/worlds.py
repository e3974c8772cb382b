"""Random shops: products, documents about them, addons, linked documents, pages and groups."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from bff.domain.changes import (
    Change,
    CollectionChanged,
    DocumentChanged,
    ProductChanged,
    ProductPart,
    RegionChanged,
    VariantChanged,
)
from bff.domain.commerce import Collection, Handle, RegionId, VariantId
from bff.domain.content import (
    ContentFields,
    PageContent,
    ProductContent,
    ProductRef,
    ProductReferences,
)
from bff.domain.locale import Locale
from tests.catalog.fakes import DE, EN, Cms, Shop, pid

SUMMER = "pcol_summer"
LINKS = ("l0", "l1", "l2")


@dataclass
class Written:
    """A document: its title, the products that it lists, and the documents that it links to."""

    title: str
    products: list[str]
    links: list[str]
    version: int = 1


@dataclass
class World:
    """What is in Medusa and in the content system. Names are those of products.

    A product may be named by documents without being there, and so may documents be linked to.
    """

    names: list[str]
    sold: set[str]
    in_summer: set[str]
    collection_title: str = "Summer"
    titles: dict[str, str] = field(default_factory=dict)
    dearer: dict[str, int] = field(default_factory=dict)
    documents: dict[str, Written] = field(default_factory=dict)
    pages: dict[str, Written] = field(default_factory=dict)
    linked: dict[str, str] = field(default_factory=dict)

    @classmethod
    def random(cls, dice: random.Random) -> "World":
        """Return a shop of a few products, of which anything may be missing."""
        names = [f"p{number}" for number in range(dice.randint(2, 5))]
        world = cls(names, set(), set())
        world.sold = {name for name in names if dice.random() < 0.8} or {names[0]}
        world.in_summer = {name for name in names if dice.random() < 0.3}
        world.linked = {link: f"text of {link}" for link in LINKS if dice.random() < 0.6}

        def written(kind: str) -> Written:
            products = dice.sample(names, dice.randint(0, min(3, len(names))))
            return Written(f"{kind} 1", products, dice.sample(LINKS, dice.randint(0, 2)))

        world.documents = {name: written(name) for name in names if dice.random() < 0.75}
        world.pages = {f"page{number}": written("page") for number in range(dice.randint(0, 2))}
        return world

    def shop(self) -> Shop:
        """Return Medusa as it is now."""
        shop = Shop({Handle(name): pid(name) for name in self.names if name in self.sold})
        self.stock(shop)
        return shop

    def stock(self, shop: Shop) -> None:
        """Make a Medusa say what is true now."""
        collection = Collection(SUMMER, "summer", self.collection_title)
        shop.handles = {Handle(name): pid(name) for name in self.names if name in self.sold}
        shop.grouped = {pid(name): (collection, ()) for name in self.in_summer}
        shop.editions = {pid(name): title for name, title in self.titles.items()}
        shop.dearer = {pid(name): Decimal(more) for name, more in self.dearer.items()}

    def cms(self) -> Cms:
        """Return the content system as it is now."""
        cms = Cms({})
        self.publish(cms)
        return cms

    def publish(self, cms: Cms) -> None:
        """Make a content system say what is true now."""
        cms.documents = {
            pid(name): self._about(name, written) for name, written in self.documents.items()
        }
        cms.page_documents = [
            PageContent(
                f"doc_{slug}",
                {EN: slug},
                self._fields(written),
                ProductReferences({None: self._refs(written)}),
                self.made_of(slug, written),
            )
            for slug, written in self.pages.items()
        ]

    def made_of(self, name: str, written: Written) -> Mapping[str, int | None]:
        """Return of which documents one is made, those that are not there included."""
        targets = {
            f"doc_{one}": self.documents[one].version if one in self.documents else None
            for one in written.products
        }
        links = {link: 1 if link in self.linked else None for link in written.links}
        return {f"doc_{name}": written.version, **targets, **links}

    def _about(self, name: str, written: Written) -> ProductContent:
        addons = (ProductReferences({None: self._refs(written)}),) if written.products else ()
        return ProductContent(
            ProductRef(pid(name)),
            f"doc_{name}",
            self._fields(written),
            addons,
            made_of=self.made_of(name, written),
        )

    def _refs(self, written: Written) -> tuple[ProductRef, ...]:
        return tuple(ProductRef(pid(one), document_id=f"doc_{one}") for one in written.products)

    def _fields(self, written: Written) -> Mapping[Locale | None, ContentFields]:
        words = " ".join(self.linked.get(link, "-") for link in written.links)
        title = f"{written.title} {words}"
        return {EN: ContentFields(title), DE: ContentFields(f"{title} deutsch")}


def edited(world: World, dice: random.Random) -> Change:
    """Edit one thing, and return what its source tells of that."""
    name = dice.choice(world.names)
    return dice.choice(
        (
            _retitle,
            _reprice,
            _reprice_variant,
            _sell_or_not,
            _rename_collection,
            _change_region,
            _edit_link,
            _rewrite_document,
            _rewrite_document,
            _unpublish,
            _rewrite_page,
        )
    )(world, name, dice)


def _retitle(world: World, name: str, dice: random.Random) -> Change:
    world.titles[name] = f" edited {dice.random()}"
    return ProductChanged(pid(name))


def _reprice(world: World, name: str, dice: random.Random) -> Change:
    world.dearer[name] = dice.randint(1, 99)
    return ProductChanged(pid(name), ProductPart.OFFER)


def _reprice_variant(world: World, name: str, dice: random.Random) -> Change:
    world.dearer[name] = dice.randint(1, 99)
    return VariantChanged(VariantId(f"variant_{pid(name)}"))


def _sell_or_not(world: World, name: str, _: random.Random) -> Change:
    if name in world.sold:
        world.sold.remove(name)
        return ProductChanged(pid(name), ProductPart.GONE)
    world.sold.add(name)
    return ProductChanged(pid(name))


def _rename_collection(world: World, _: str, __: random.Random) -> Change:
    world.collection_title += "!"
    return CollectionChanged(SUMMER)


def _change_region(_: World, __: str, ___: random.Random) -> Change:
    return RegionChanged(RegionId("reg_us"))


def _edit_link(world: World, _: str, dice: random.Random) -> Change:
    """Edit a document that others link to, write it, or delete it."""
    link = dice.choice(LINKS)
    if link in world.linked and dice.random() < 0.5:
        del world.linked[link]
        return DocumentChanged("sanity", link, is_gone=True)
    world.linked[link] = f"edited {dice.random()}"
    return DocumentChanged("sanity", link)


def _unpublish(world: World, name: str, dice: random.Random) -> Change:
    if name not in world.documents:
        return _rewrite_document(world, name, dice)
    del world.documents[name]
    return DocumentChanged("sanity", f"doc_{name}", is_gone=True)


def _rewrite_document(world: World, name: str, dice: random.Random) -> Change:
    return _rewrite(world.documents, name, dice, world)


def _rewrite_page(world: World, _: str, dice: random.Random) -> Change:
    return _rewrite(world.pages, "page0", dice, world)


def _rewrite(
    documents: dict[str, Written], name: str, dice: random.Random, world: World
) -> Change:
    """Edit a document or write it: its title, its list of products, its links."""
    known = documents.get(name, Written("", [], [], 0))
    documents[name] = Written(
        f"{name} {dice.random()}",
        dice.sample(world.names, dice.randint(0, min(3, len(world.names)))),
        dice.sample(LINKS, dice.randint(0, 2)),
        known.version + 1,
    )
    return DocumentChanged("sanity", f"doc_{name}", version=known.version + 1)
