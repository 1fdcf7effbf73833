"""A file's bytes as a small upright square of pixels."""

import io

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError


class NotAPicture(ValueError):
    """Bytes of which no picture can be made; the message says why, as one would in brackets."""


def pixels(content: bytes, size: int, grey: bool) -> np.ndarray:
    """The middle square of a picture, uint8 (size, size, C), where C is 1 for grey and 3 for colour.

    It is turned as its EXIF says; the shorter side is brought to `size` by a smooth filter (bicubic, antialiased); of
    the longer one as much is cut off at either end. What is transparent is laid on white, pixels of 16 bits are divided
    by 257, and of an animation the first frame is taken.

    Raises:
        NotAPicture: when it cannot be read.
    """
    if not content:
        raise NotAPicture("empty")
    mode = "L" if grey else "RGB"
    try:
        opened = Image.open(io.BytesIO(content))
        opened.draft(mode, (2 * size, 2 * size))  # a large JPEG is decoded at a fraction of its size
        ImageOps.exif_transpose(opened, in_place=True)
        image = _flat(opened)
        image = image if image.mode == mode else image.convert(mode)
    except NotAPicture:
        raise
    except UnidentifiedImageError:
        raise NotAPicture("no picture, or of a kind that is not read") from None
    except Exception as error:  # on damaged files Pillow raises errors of a dozen kinds
        raise NotAPicture(f"cannot be read: {error}") from error
    side = min(image.size)
    left, top = ((length - side) / 2 for length in image.size)
    if image.size != (size, size):
        image = image.resize((size, size), Image.Resampling.BICUBIC, (left, top, left + side, top + side))
    return np.array(image).reshape(size, size, -1)


def _flat(image: Image.Image) -> Image.Image:
    """The picture with 8 bits a channel, and on white where it is transparent."""
    if image.mode == "F":
        raise NotAPicture("its pixels are real numbers of an unknown range")
    if image.mode == "LAB":  # Pillow makes no grey of it
        return image.convert("RGB")
    if image.mode.startswith("I"):
        values = np.asarray(image)
        if values.min() < 0 or values.max() > 65_535 or (image.mode == "I" and image.format == "TIFF"):
            raise NotAPicture("its pixels have more than 16 bits")
        return Image.fromarray((values / 257).round().astype(np.uint8))
    if image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image
