"""全国地方公共団体コード: five digits and a check digit (総務省, JIS X 0401 and 0402)."""

import re

_CODE = re.compile(r"[0-9]{6}")


def is_municipal_code(code: str) -> bool:
    """Return whether a code has six digits and the last one checks the others."""
    if not _CODE.fullmatch(code):
        return False
    total = sum(weight * int(digit) for weight, digit in zip((6, 5, 4, 3, 2), code, strict=False))
    return str(11 - total % 11)[-1] == code[5]
