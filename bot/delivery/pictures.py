"""Pictures on their way from Slack to a network: without what a camera wrote into them, and no larger than it takes."""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import Image, ImageOps
from slack_sdk import WebClient

from bot.domain.cases import picture as rules
from bot.domain.cases.picture import Picture
from bot.networks.base import NotDone, Pictures, Rejected, Upload
from bot.platform import files, slack

AWAY = "picture_away"
"""The code of NotDone while Slack does not give a picture."""
AGAIN_SECONDS = 15.0
MOST_PIXELS = 60_000_000  # unpacked they take four bytes each
SIDES = (4096, 2560, 1600, 1024, 640)  # pixels: how far a picture is made smaller until it fits
QUALITIES = (90, 75)
_GONE = {"file_not_found", "file_deleted", "file_too_big"}


def load(client: WebClient, picture: Picture, fit: Pictures) -> Upload:
    """Return a picture as a network takes it.

    Raises NotDone(AWAY) while Slack does not give it, and Rejected: "picture_gone", "picture_unfit".
    """
    try:
        content = files.fetch(client, picture.file, most_bytes=rules.MOST_BYTES)
    except slack.Rejected as error:
        if error.code in _GONE:
            raise Rejected("picture_gone", str(error)) from error
        raise NotDone(str(error), AGAIN_SECONDS, AWAY) from error
    except slack.RateLimited as error:
        raise NotDone(str(error), error.retry_after, AWAY) from error
    except slack.SlackError as error:
        raise NotDone(str(error), AGAIN_SECONDS, AWAY) from error
    return prepared(content, picture.alt, fit)


def prepared(content: bytes, alt: str, fit: Pictures) -> Upload:
    """Return the picture upright and made anew from its pixels, so that where and when it was taken stays with us.

    The same content always gives the same bytes. Raises Rejected("picture_unfit").
    """
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as opened:
            # A telephone adds to a photograph how deep or how bright it is: pictures that nobody is shown.
            moves = getattr(opened, "is_animated", False) and opened.format != "MPO"
            if opened.width * opened.height > MOST_PIXELS or moves:
                raise Rejected("picture_unfit", "too many pixels, or one that moves")
            drawn = opened.format == "PNG"
            profile = opened.info.get("icc_profile") if opened.mode in ("RGB", "RGBA", "P") else None
            image = _in_eight_bits(opened)
            image.thumbnail((SIDES[0], SIDES[0]))  # in its place and first, as all of it takes up to 240 MB
            ImageOps.exif_transpose(image, in_place=True)
    except Rejected:
        raise
    except Exception as error:  # Pillow documents no end of them for damaged files
        raise Rejected("picture_unfit", f"not a picture: {type(error).__name__}") from error
    for side in SIDES:
        smaller = image.copy()
        smaller.thumbnail((side, side))
        for kind, data in _encoded(smaller, profile, drawn=drawn):
            if len(data) <= fit.most_bytes:
                return Upload(data, kind, alt, smaller.width, smaller.height)
    raise Rejected("picture_unfit", "it cannot be made small enough")


def _in_eight_bits(opened: Image.Image) -> Image.Image:
    """Return the picture in eight bits a colour, itself if it is; Pillow would make white of all that has sixteen."""
    if opened.mode.startswith("I"):
        return opened.point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    mode = "RGBA" if opened.has_transparency_data else "RGB"
    return opened if opened.mode == mode else opened.convert(mode)


def _encoded(image: Image.Image, profile: bytes | None, *, drawn: bool) -> Iterator[tuple[str, bytes]]:
    """Yield the picture in ever fewer bytes: what was drawn is sharp as PNG, what was photographed small as JPEG."""
    if drawn:
        yield "image/png", _saved(image, "PNG", icc_profile=profile, optimize=True)
    flat = image
    if image.mode == "RGBA":
        flat = Image.new("RGB", image.size, "white")
        flat.paste(image, mask=image.getchannel("A"))
    for quality in QUALITIES:
        yield "image/jpeg", _saved(flat, "JPEG", icc_profile=profile, quality=quality, optimize=True)


def _saved(image: Image.Image, format_: str, **options: object) -> bytes:
    to = io.BytesIO()
    image.info.clear()  # PNG would take some of it along
    image.save(to, format_, **options)
    return to.getvalue()
