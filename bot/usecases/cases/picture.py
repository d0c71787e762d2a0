"""The picture of a reply or of a public update: what may be added to it, and what is still missing."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.cases import picture as rules
from bot.domain.cases.picture import Picture
from bot.domain.common.clean import clean
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.customers.customer import network_of
from bot.networks import SPECS, network_name


def shown_by(account: str) -> bool:
    """Tell whether what this account posts can show a picture."""
    return SPECS[network_of(account)].can.pictures is not None


def fit(account: str, picture: Picture | None) -> Picture | None:
    """Return the picture as it can be posted by this account.

    Raises Refused: "no_pictures", "picture_missing", "picture_unfit", "picture_too_large", "alt_missing",
    "alt_too_long".
    """
    if picture is None:
        return None
    pictures = SPECS[network_of(account)].can.pictures
    described = replace(picture, alt=clean(picture.alt))
    if pictures is None:
        raise Refused(RefusalCode.NO_PICTURES, network=network_name(account))
    if not picture.file:
        raise Refused(RefusalCode.PICTURE_MISSING)
    if picture.kind not in rules.KINDS:
        raise Refused(RefusalCode.PICTURE_UNFIT, name=picture.name)
    if picture.size > rules.MOST_BYTES:
        raise Refused(RefusalCode.PICTURE_TOO_LARGE, limit=rules.MOST_BYTES // 1_000_000)
    if not described.alt:
        raise Refused(RefusalCode.ALT_MISSING)
    if len(described.alt) > pictures.most_alt:
        raise Refused(RefusalCode.ALT_TOO_LONG, used=len(described.alt), limit=pictures.most_alt)
    return described
