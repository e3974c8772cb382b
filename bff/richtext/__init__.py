"""From each CMS's rich text to neutral blocks, and from blocks to safe HTML."""

from bff.richtext.portable_text import ImageSource, from_portable_text
from bff.richtext.render import plain, render

__all__ = ["ImageSource", "from_portable_text", "plain", "render"]
