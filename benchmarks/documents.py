"""The same products as each content system answers them, with all that a shop usually writes.

Every product has a title, a subtitle, rich text of two paragraphs, what search engines read, four
pictures, four fields of its own and three addons, which are products of the same answer.
"""

from collections.abc import Sequence

Json = dict[str, object]

LOCALES = ("en", "de", "es", "fr")
_SENTENCE = "Soft cotton, washed & worn: the café's own. "
_PICTURES = 4


def keys(count: int) -> list[str]:
    """Return so many of Medusa's ids."""
    return [f"prod_{number:026}" for number in range(count)]


def addons_of(key: str, among: Sequence[str]) -> list[str]:
    """Return the three products that come after one."""
    place = among.index(key)
    return [among[(place + step) % len(among)] for step in (1, 2, 3)]


def sanity(asked: Sequence[str]) -> Json:
    """Return Sanity's answer in the model `specs`."""

    def paragraph(text: str) -> Json:
        span = {"_type": "span", "_key": "s", "text": text, "marks": []}
        strong = {"_type": "span", "_key": "t", "text": text, "marks": ["strong"]}
        return {"_type": "block", "style": "normal", "markDefs": [], "children": [span, strong]}

    def spec(language: str) -> Json:
        words = f"{language}: {_SENTENCE}"
        return {
            "_key": language,
            "_type": "spec",
            "lang": language,
            "title": words,
            "subtitle": words,
            "content": [paragraph(words), paragraph(words)],
            "seo": {"title": words, "description": words},
            "careInstructions": words,
        }

    def picture(number: int) -> Json:
        asset = {"_type": "reference", "_ref": f"image-{number:040}-1600x1200-jpg"}
        return {"_type": "image", "_key": str(number), "asset": asset, "alt": _SENTENCE}

    def document(key: str) -> Json:
        named = [{"_type": "reference", "_key": to, "_ref": to} for to in addons_of(key, asked)]
        return {
            "_id": key,
            "_type": "product",
            "title": "Tee",
            "fabricWeight": 218,
            "certifications": ["GOTS", "OEKO-TEX"],
            "madeIn": {"_type": "slug", "current": "pt"},
            "images": [picture(number) for number in range(_PICTURES)],
            "specs": [spec(language) for language in LOCALES],
            "addons": {"title": "Complete Your Look", "products": named},
        }

    return {"result": {"asked": [document(key) for key in asked], "linked": []}}


def contentful(asked: Sequence[str]) -> Json:
    """Return Contentful's answer."""

    def node(kind: str, *content: Json) -> Json:
        return {"nodeType": kind, "data": {}, "content": list(content)}

    def text(words: str, *marks: str) -> Json:
        kinds = [{"type": mark} for mark in marks]
        return {"nodeType": "text", "value": words, "marks": kinds, "data": {}}

    def prose(words: str) -> Json:
        paragraph = node("paragraph", text(words), text(words, "bold"))
        return node("document", paragraph, paragraph)

    def link(kind: str, to: str) -> Json:
        return {"sys": {"type": "Link", "linkType": kind, "id": to}}

    def each(value: object) -> Json:
        return dict.fromkeys(LOCALES, value)

    def sys(own_id: str, kind: str) -> Json:
        return {
            "id": own_id,
            "type": kind,
            "createdAt": "2026-01-01T08:00:00.000Z",
            "revision": 1,
            "space": link("Space", "shop"),
            "environment": link("Environment", "master"),
        }

    def entry(key: str) -> Json:
        addons = [link("Entry", f"entry-{to}") for to in addons_of(key, asked)]
        pictures = [link("Asset", f"asset-{number}") for number in range(_PICTURES)]
        texts = ("title", "subtitle", "seoTitle", "seoDescription", "careInstructions")
        return {
            "sys": sys(f"entry-{key}", "Entry") | {"contentType": link("ContentType", "product")},
            "fields": {
                "medusaId": {"en": key},
                "fabricWeight": {"en": 218},
                "certifications": {"en": ["GOTS", "OEKO-TEX"]},
                "madeIn": {"en": "pt"},
                **{name: each(_SENTENCE) for name in texts},
                "description": each(prose(_SENTENCE)),
                "images": {"en": pictures},
                "addonsTitle": each("Complete Your Look"),
                "addons": {"en": addons},
            },
        }

    def asset(number: int) -> Json:
        details = {"size": 1, "image": {"width": 1600, "height": 1200}}
        file = {
            "url": f"//images.ctfassets.net/{number}.jpg",
            "contentType": "image/jpeg",
            "details": details,
            "fileName": "a.jpg",
        }
        fields = {"title": each(_SENTENCE), "file": {"en": file}}
        return {"sys": sys(f"asset-{number}", "Asset"), "fields": fields}

    assets = [asset(number) for number in range(_PICTURES)]
    items = [entry(key) for key in asked]
    return {"total": len(items), "items": items, "includes": {"Asset": assets}}


def contentful_types() -> Json:
    """Return what Contentful says of the content type."""
    neutral = (
        "medusaId",
        "handle",
        "fabricWeight",
        "certifications",
        "madeIn",
        "images",
        "addons",
    )
    localised = ("title", "subtitle", "seoTitle", "seoDescription", "careInstructions")
    fields = [{"id": name, "localized": False} for name in neutral]
    fields += [
        {"id": name, "localized": True} for name in (*localised, "description", "addonsTitle")
    ]
    return {"items": [{"sys": {"id": "product", "type": "ContentType"}, "fields": fields}]}


def contentful_locales() -> Json:
    """Return the languages of the space."""
    return {"items": [{"code": code, "default": code == LOCALES[0]} for code in LOCALES]}


def strapi(asked: Sequence[str]) -> Json:
    """Return the answer of Strapi 5: an entry per language."""

    def paragraph(words: str) -> Json:
        texts = [{"type": "text", "text": words}, {"type": "text", "text": words, "bold": True}]
        return {"type": "paragraph", "children": texts}

    def picture(number: int) -> Json:
        return {
            "id": number,
            "documentId": f"file{number}",
            "url": f"/uploads/{number}.jpg",
            "alternativeText": _SENTENCE,
            "width": 1600,
            "height": 1200,
            "mime": "image/jpeg",
        }

    def named(key: str, language: str) -> Json:
        return {
            "id": f"{key}-{language}",
            "documentId": f"doc{key}",
            "locale": language,
            "medusa_id": key,
            "handle": key,
            "publishedAt": "2026-01-01T08:00:00.000Z",
        }

    def entry(key: str, language: str) -> Json:
        words = f"{language}: {_SENTENCE}"
        addons = [named(to, language) for to in addons_of(key, asked)]
        return {
            **named(key, language),
            "createdAt": "2026-01-01T08:00:00.000Z",
            "title": words,
            "subtitle": words,
            "rich_description": [paragraph(words), paragraph(words)],
            "care_instructions": words,
            "sustainability_score": 6.9,
            "made_in": "Portugal",
            "certifications": ["GOTS", {"name": "OEKO-TEX", "level": 100}],
            "seo": {"id": 1, "meta_title": words, "meta_description": words},
            "images": [picture(number) for number in range(_PICTURES)],
            "addons": {"id": 1, "title": "Complete Your Look", "products": addons},
        }

    data = [entry(key, language) for key in asked for language in LOCALES]
    return {"data": data, "meta": {"pagination": {"page": 1, "pageSize": 100, "total": len(data)}}}
