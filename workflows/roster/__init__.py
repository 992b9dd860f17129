"""A list of appointments as a spreadsheet saves it (人事異動の一覧), read into lines: pure.

Everything that is wrong is told at once, each fault with its line and its column. What spreadsheets
do to such files is put up with: byte order marks, CP932, full-width digits and letters, dates of
eras, empty lines and columns at the end, cells pasted with tabs between them, and `="001"`, by
which leading zeros are kept.
"""

from workflows.roster.columns import HEADERS, Column, Fault, Reading, Wanted
from workflows.roster.reading import MAX_CHARACTERS, MAX_LINES, decode, read

__all__ = [
    "HEADERS",
    "MAX_CHARACTERS",
    "MAX_LINES",
    "Column",
    "Fault",
    "Reading",
    "Wanted",
    "decode",
    "read",
]
