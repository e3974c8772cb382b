"""From each CMS's rich text to neutral blocks, and from blocks to safe HTML."""

from bff.richtext.addresses import AddressOf
from bff.richtext.contentful import from_contentful
from bff.richtext.markdown import from_markdown
from bff.richtext.portable_text import ImageSource, from_portable_text
from bff.richtext.render import plain, render
from bff.richtext.strapi_blocks import from_strapi_blocks

__all__ = [
    "AddressOf",
    "ImageSource",
    "from_contentful",
    "from_markdown",
    "from_portable_text",
    "from_strapi_blocks",
    "plain",
    "render",
]
