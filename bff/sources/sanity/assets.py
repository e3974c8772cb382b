"""Addresses of images: Sanity's asset ids say all that is needed, so nobody has to be asked."""

import re
from dataclasses import dataclass

from bff.domain.commerce import Image
from bff.richtext import ImageSource
from bff.sources.sanity.values import line

_ASSET_ID = re.compile(
    r"image-(?P<id>[A-Za-z0-9_]{1,64})-(?P<width>[1-9][0-9]{0,4})x(?P<height>[1-9][0-9]{0,4})"
    r"-(?P<format>[a-z0-9]{2,5})"
)
_IMAGE_URL = re.compile(r"https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?/[^\s\"'<>\\^`{|}\x00-\x1f\x7f]*")
_MAX_URL = 2048
_MAX_SIDE = 99_999


@dataclass(frozen=True, slots=True)
class Assets:
    """The image assets of one dataset."""

    project_id: str
    dataset: str

    def source(self, name: str) -> ImageSource | None:
        """Return where an asset is, by its id or its URL; `None` for anything else."""
        match = _ASSET_ID.fullmatch(name)
        if match:
            file = f"{match['id']}-{match['width']}x{match['height']}.{match['format']}"
            return ImageSource(
                f"https://cdn.sanity.io/images/{self.project_id}/{self.dataset}/{file}",
                int(match["width"]),
                int(match["height"]),
            )
        is_url = len(name) <= _MAX_URL and _IMAGE_URL.fullmatch(name)
        return ImageSource(name) if is_url else None

    def images(self, *values: object) -> tuple[Image, ...]:
        """Read image objects, alone or in lists, in order and each picture once."""
        found: dict[str, Image] = {}
        for value in filter(None, values):
            for item in value if isinstance(value, list) else [value]:
                image = self._image(item)
                if image is not None:
                    found.setdefault(image.url, image)
        return tuple(found.values())

    def _image(self, item: object) -> Image | None:
        asset = item.get("asset") if isinstance(item, dict) else None
        if not isinstance(item, dict) or not isinstance(asset, dict):
            return None
        # An explicit URL may be a domain of the shop's own; the ids know the size.
        names = (asset.get(key) for key in ("url", "_ref", "_id"))
        known = (self.source(name) for name in names if isinstance(name, str))
        sources = [source for source in known if source]
        if not sources:
            return None
        sizes = [(source.width, source.height) for source in sources if source.width]
        width, height = sizes[0] if sizes else _size(asset)
        return Image(sources[0].url, line(item.get("alt")), width, height)


def _size(asset: dict[str, object]) -> tuple[int | None, int | None]:
    """Return the size in a dereferenced asset's metadata, both sides or neither."""
    metadata = asset.get("metadata")
    dimensions = metadata.get("dimensions") if isinstance(metadata, dict) else None
    if not isinstance(dimensions, dict):
        return None, None
    width, height = (_side(dimensions.get(key)) for key in ("width", "height"))
    return (width, height) if width and height else (None, None)


def _side(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 1 <= value <= _MAX_SIDE else None
