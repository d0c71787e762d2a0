"""Small pictures for the customers' posts, painted in code so that nothing must be shipped or fetched."""

from __future__ import annotations

import struct
import zlib
from functools import cache

from bot.sandbox.x.posts import Media

WIDTH, HEIGHT = 640, 400
Colour = tuple[int, int, int]
Box = tuple[int, int, int, int, Colour]
"""Left, top, width and height in pixels, and the colour that fills it."""

SKY, FLOOR, CARD, DARK_CARD = (226, 232, 240), (148, 132, 118), (193, 154, 107), (146, 108, 66)
TAPE, INK, WHITE, GREY = (232, 214, 170), (38, 30, 24), (250, 250, 250), (120, 126, 134)
RED, AMBER, GREEN, NIGHT = (214, 48, 49), (255, 191, 71), (72, 187, 120), (24, 28, 40)

PARCEL: tuple[Box, ...] = (
    (0, 0, WIDTH, HEIGHT, SKY),
    (0, 290, WIDTH, 110, FLOOR),
    (150, 110, 340, 230, CARD),
    (150, 110, 340, 26, DARK_CARD),
    (302, 110, 36, 150, TAPE),
    *((392 + (12 if step % 2 else 0), 136 + 17 * step, 26 + 3 * step, 18, INK) for step in range(12)),
    (180, 270, 90, 48, WHITE),
    *((190 + 10 * bar, 280, 4, 28, INK) for bar in range(7)),
)
ROUTER: tuple[Box, ...] = (
    (0, 0, WIDTH, HEIGHT, SKY),
    (0, 300, WIDTH, 100, FLOOR),
    (170, 60, 12, 160, INK),
    (458, 60, 12, 160, INK),
    (130, 210, 380, 100, WHITE),
    (130, 300, 380, 10, GREY),
    (180, 250, 22, 22, RED),
    *((250 + 60 * lamp, 250, 22, 22, GREY) for lamp in range(3)),
)
BOARD: tuple[Box, ...] = (
    (0, 0, WIDTH, HEIGHT, GREY),
    (30, 30, 580, 340, NIGHT),
    (50, 48, 200, 22, WHITE),
    *((50, 96 + 44 * row, 70, 18, AMBER) for row in range(6)),
    *((150, 96 + 44 * row, 180 + 23 * (row * 7 % 5), 18, WHITE) for row in range(6)),
    *((490, 96 + 44 * row, 100, 18, GREEN if row == 2 else RED) for row in range(6)),
)
PAINTED = {"parcel": PARCEL, "router": ROUTER, "board": BOARD}


def picture_of(name: str, alt_text: str | None) -> tuple[Media, ...]:
    """Return a painted picture as a post carries it. Raises KeyError for a name that is not in PAINTED."""
    number = 1 + list(PAINTED).index(name) if name in PAINTED else 0
    if not number:
        raise KeyError(name)
    return (Media(f"3_{1_900_000_000_000_000_000 + number}", "photo", f"/x/media/{name}.png", alt_text),)


@cache
def png(name: str) -> bytes:
    """Return the picture as a PNG file. Raises KeyError for a name that is not in PAINTED."""
    rows = [bytearray(WIDTH * 3) for _ in range(HEIGHT)]
    for left, top, width, height, colour in PAINTED[name]:
        run = bytes(colour) * width
        for row in rows[top : top + height]:
            row[left * 3 : (left + width) * 3] = run
    pixels = b"".join(b"\0" + bytes(row) for row in rows)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(pixels)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
