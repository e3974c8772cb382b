"""Collections and categories, merged by the same policy as products."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bff.domain.commerce import Category, Collection, Handle
from bff.domain.content import GroupContent
from bff.domain.merge_policy import Field, MergePlan
from bff.domain.richtext import RichText, from_plain, to_text
from bff.domain.richtext_html import to_html
from bff.domain.storefront import StorefrontGroup
from bff.domain.walk import Written, first, images_of, languages_of, localized


def merge_group(
    group: Collection | Category, contents: Mapping[str, GroupContent | None], plan: MergePlan
) -> StorefrontGroup:
    """Return a collection or category with the best words that anybody has for it.

    `contents` is what each content system has about it: `None`, or absent, where there is
    nothing. Medusa's title is the last resort; a category's description in Medusa is plain text.
    """
    texts = {source: content.fields for source, content in contents.items() if content}
    own = _own(group)
    written = Written(own, texts)
    together = languages_of(written, plan)
    title = group.name if isinstance(group, Category) else group.title
    nameless = localized(title, plan.own_text, plan)
    return StorefrontGroup(
        id=group.id,
        handle=Handle(group.handle),
        title=first(written, plan, Field.TITLE, str, together) or nameless,
        description=first(written, plan, Field.DESCRIPTION, RichText, together),
        seo_title=first(written, plan, Field.SEO_TITLE, str, together),
        seo_description=first(written, plan, Field.SEO_DESCRIPTION, str, together),
        images=images_of(written, plan, together),
    )


def _own(group: Collection | Category) -> Mapping[Field, object]:
    if isinstance(group, Collection):
        return {Field.TITLE: group.title, Field.SEO_TITLE: group.title}
    description = _rich(group.description)
    return {
        Field.TITLE: group.name,
        Field.SEO_TITLE: group.name,
        Field.DESCRIPTION: description,
        Field.SEO_DESCRIPTION: description.text if description else None,
    }


def _rich(text: str | None) -> RichText | None:
    if text is None:
        return None
    blocks = from_plain(text)
    return RichText(blocks, to_html(blocks), to_text(blocks))


def category_tree(
    categories: Sequence[Category], merged: Mapping[str, StorefrontGroup]
) -> tuple[StorefrontGroup, ...]:
    """Return the categories that are below no other, with those below them as children.

    `merged` are the groups by id. The order of `categories` is kept on every level; one whose
    parent is not among them is a root, and parents in a circle have none: they are left out.
    """
    known = {one.id for one in categories}
    below: dict[str | None, list[str]] = {}
    for one in categories:
        parent = one.parent_id if one.parent_id in known else None
        below.setdefault(parent, []).append(one.id)

    def grown(parent: str | None) -> tuple[StorefrontGroup, ...]:
        children = (child for child in below.get(parent, ()) if child in merged)
        return tuple(replace(merged[child], children=grown(child)) for child in children)

    return grown(None)
