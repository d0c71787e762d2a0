"""A picture is made fit to be public: nothing of its camera goes along, and it is as small as the network wants."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from bot.delivery.pictures import prepared
from bot.networks.base import Pictures, Rejected
from tests.support.drawings import SECRET, moving, photo, screenshot

FIT = Pictures(most_bytes=1_000_000, most_alt=100)


@pytest.mark.parametrize("content", [photo(), photo(turned=True), screenshot()])
def test_nothing_that_a_camera_wrote_goes_along(content: bytes) -> None:
    assert SECRET.encode() in content
    made = prepared(content, "Een doos", FIT)
    assert SECRET.encode() not in made.data
    with Image.open(io.BytesIO(made.data)) as shown:
        assert not dict(shown.getexif())
        assert not {"xmp", "comment", "Comment", "exif"} & set(shown.info)


def test_picture_stands_upright() -> None:
    made = prepared(photo(90, 60, turned=True), "", FIT)
    assert (made.width, made.height) == (60, 90)


def test_screenshot_stays_sharp_and_photo_small() -> None:
    assert prepared(screenshot(), "", FIT).kind == "image/png"
    assert prepared(photo(), "", FIT).kind == "image/jpeg"


@pytest.mark.parametrize("most", [1_000_000, 300_000])
def test_large_picture_is_made_smaller_until_it_fits(most: int) -> None:
    content = photo(1500, 1000)
    assert len(content) > 1_000_000
    made = prepared(content, "", Pictures(most, 100))
    assert len(made.data) <= most
    assert made.width / made.height == pytest.approx(1.5, abs=0.01)


def test_same_content_gives_the_same_bytes() -> None:
    assert prepared(photo(), "a", FIT) == prepared(photo(), "a", FIT)


def claims_to_be_huge() -> bytes:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(header)) + chunk + struct.pack(">I", zlib.crc32(chunk))


@pytest.mark.parametrize(
    "content", [b"", b"<svg/>", b"GIF89a", photo()[:400], claims_to_be_huge(), moving(), b"\xff\xd8\xff" + b"\0" * 99]
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(Rejected) as refused:
        prepared(content, "", FIT)
    assert refused.value.code == "picture_unfit"


def of_two(*, turned: bool = False) -> bytes:
    """Return a photograph as telephones take it: with how deep it is as a second picture in the file."""
    exif = Image.Exif()
    exif[0x0112] = 6 if turned else 1
    to = io.BytesIO()
    depth = Image.new("RGB", (30, 20), "gray")
    Image.new("RGB", (90, 60), "red").save(to, "MPO", save_all=True, append_images=[depth], exif=exif)
    return to.getvalue()


@pytest.mark.parametrize(("turned", "size"), [(False, (90, 60)), (True, (60, 90))])
def test_photograph_of_a_telephone_goes_without_its_second_picture(turned: bool, size: tuple[int, int]) -> None:
    made = prepared(of_two(turned=turned), "", FIT)
    with Image.open(io.BytesIO(made.data)) as shown:
        assert (shown.format, shown.size, getattr(shown, "n_frames", 1)) == ("JPEG", size, 1)


def test_scan_in_sixteen_bits_keeps_its_greys() -> None:
    to = io.BytesIO()
    scan = Image.new("I;16", (3, 1))
    for place, grey in enumerate((0, 32_768, 65_535)):
        scan.putpixel((place, 0), grey)
    scan.save(to, "PNG")
    with Image.open(io.BytesIO(prepared(to.getvalue(), "", FIT).data)) as shown:
        assert [shown.convert("L").getpixel((place, 0)) for place in range(3)] == [0, 128, 255]
