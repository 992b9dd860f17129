"""Moments as people in Japan write them, by eras."""

import datetime as dt

from workflows.fiscal import ERAS, TOKYO


def day_ja(moment: dt.datetime) -> str:
    """Return a moment's day in Japan, for instance 令和8年11月30日."""
    here = moment.astimezone(TOKYO)
    era = next((one for one in ERAS if here.year >= one.first_year), None)
    number = here.year - era.first_year + 1 if era else here.year
    year = f"{era.name if era else ''}{'元' if number == 1 else number}年"
    return f"{year}{here.month}月{here.day}日"


def minute_ja(moment: dt.datetime) -> str:
    """Return a moment in Japan to the minute, for instance 令和8年11月30日 11:50."""
    return f"{day_ja(moment)} {moment.astimezone(TOKYO):%H:%M}"
