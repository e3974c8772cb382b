"""Addresses of media: Sanity's asset ids say all that is needed, so nobody has to be asked."""

import mimetypes
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bff.domain.document import Asset
from bff.domain.files import is_https_address, size_of
from bff.domain.locale import Locale
from bff.richtext import ImageSource

_IMAGE_ID = re.compile(
    r"image-(?P<id>[A-Za-z0-9_]{1,64})-(?P<width>[1-9][0-9]{0,4})x(?P<height>[1-9][0-9]{0,4})"
    r"-(?P<format>[a-z0-9]{2,5})"
)
_FILE_ID = re.compile(r"file-(?P<id>[A-Za-z0-9_]{1,64})-(?P<format>[a-z0-9]{2,5})")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")
_SOME_FILE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Assets:
    """The assets of one dataset."""

    project_id: str
    dataset: str

    def source(self, name: str) -> ImageSource | None:
        """Return where an image is, by its id or its URL; `None` for anything else."""
        match = _IMAGE_ID.fullmatch(name)
        if match:
            file = f"{match['id']}-{match['width']}x{match['height']}.{match['format']}"
            url = self._url("images", file)
            return ImageSource(url, int(match["width"]), int(match["height"]))
        return ImageSource(name) if is_https_address(name) else None

    def asset(self, item: Mapping[str, object], alts: Mapping[Locale | None, str]) -> Asset | None:
        """Read an image or file object; `None` for one that says nowhere where it is."""
        asset = item.get("asset")
        if not isinstance(asset, dict):
            return None
        # An explicit URL may be a domain of the shop's own; the ids know size and kind.
        named = (asset.get(key) for key in ("url", "_ref", "_id"))
        names = [name for name in named if isinstance(name, str)]
        if item.get("_type") == "file" or any(map(_FILE_ID.fullmatch, names)):
            return self._file(asset, names, alts)
        sources = [source for name in names if (source := self.source(name))]
        if not sources:
            return None
        sizes = [(source.width, source.height) for source in sources if source.width]
        width, height = sizes[0] if sizes else _size(asset)
        return Asset(sources[0].url, alts, width, height, _image_type(asset, names))

    def _file(
        self, asset: Mapping[str, object], names: list[str], alts: Mapping[Locale | None, str]
    ) -> Asset | None:
        url = next(self._files(names), None)
        if url is None:
            return None
        guessed, _ = mimetypes.guess_type(url.partition("?")[0])
        return Asset(url, alts, media_type=_said_type(asset) or guessed or _SOME_FILE)

    def _files(self, names: list[str]) -> Iterator[str]:
        for name in names:
            match = _FILE_ID.fullmatch(name)
            if match:
                yield self._url("files", f"{match['id']}.{match['format']}")
            elif is_https_address(name):
                yield name

    def _url(self, kind: str, file: str) -> str:
        return f"https://cdn.sanity.io/{kind}/{self.project_id}/{self.dataset}/{file}"


def _said_type(asset: Mapping[str, object]) -> str | None:
    """Return the media type in a dereferenced asset."""
    said = asset.get("mimeType")
    return said if isinstance(said, str) and _MEDIA_TYPE.fullmatch(said) else None


def _image_type(asset: Mapping[str, object], names: list[str]) -> str | None:
    formats = (match["format"] for name in names if (match := _IMAGE_ID.fullmatch(name)))
    known = next(formats, None)
    guessed = mimetypes.guess_type(f"x.{known}")[0] if known else None
    said = _said_type(asset) or guessed
    return said if said and said.startswith("image/") else None  # an image it is in any case


def _size(asset: Mapping[str, object]) -> tuple[int | None, int | None]:
    """Return the size in a dereferenced asset's metadata, both sides or neither."""
    metadata = asset.get("metadata")
    dimensions = metadata.get("dimensions") if isinstance(metadata, dict) else None
    if not isinstance(dimensions, dict):
        return None, None
    return size_of(dimensions.get("width"), dimensions.get("height"))
