"""How Japanese text is folded before it is searched."""

import unicodedata

import jaconv


def fold(text: str) -> str:
    """Return text in which width, case, kana and white space make no difference.

    Both what is searched and what is searched for go through here: ＷｉＦｉ finds Wi-Fi's "wifi"
    only where the hyphen is typed too, but デジタル finds でじたる and ﾃﾞｼﾞﾀﾙ.
    """
    narrow = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    # Once more: a mark that stood apart (ｶ ﾞ) has come to stand by its letter.
    return jaconv.kata2hira(unicodedata.normalize("NFKC", narrow))
