"""Pictures for tests, as phones and screens make them."""

from __future__ import annotations

import io
import random

from PIL import Image
from PIL.PngImagePlugin import PngInfo

SECRET = "52.0907374 Utrecht"


def photo(width: int = 90, height: int = 60, *, turned: bool = False) -> bytes:
    """Take a photo that says where it was taken, perhaps with the phone held upright."""
    exif = Image.Exif()
    exif[0x010E] = SECRET
    exif.get_ifd(0x8825)[0x1D] = SECRET
    if turned:
        exif[0x0112] = 6
    to = io.BytesIO()
    noise = random.Random(1).randbytes(width * height * 3)  # noqa: S311 - the same each time
    image = Image.frombytes("RGB", (width, height), noise)
    image.save(to, "JPEG", quality=97, exif=exif, comment=SECRET.encode(), xmp=f"<x>{SECRET}</x>".encode())
    return to.getvalue()


def screenshot() -> bytes:
    """Take a screenshot with a transparent corner, and words of the tool that made it."""
    words = PngInfo()
    words.add_text("Comment", SECRET)
    image = Image.new("RGBA", (80, 50), "navy")
    image.putpixel((0, 0), (0, 0, 0, 0))
    to = io.BytesIO()
    image.save(to, "PNG", pnginfo=words)
    return to.getvalue()


def moving() -> bytes:
    """Draw two pictures that follow each other, in a file that is called a PNG."""
    to = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    frames[0].save(to, "PNG", save_all=True, append_images=frames[1:], duration=100)
    return to.getvalue()
