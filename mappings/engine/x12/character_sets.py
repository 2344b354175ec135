"""The character sets that partners agree on (X12.6, section 3.3: basic and extended), and what stands outside them."""

import functools
import re

from mappings.engine.x12.delimiters import Delimiters

BASIC = r"A-Z0-9 !\"&'()*+,\-./:;?="
# With the letters of western languages, which the standard leaves to the partners.
EXTENDED = BASIC + r"a-z%~@\[\]_{}\\|<>#$^`" + "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff"
SETS = {"basic": BASIC, "extended": EXTENDED}
# What we write ourselves: letters beyond ASCII only where UTF-8 was agreed on, since X12 declares no encoding.
WRITTEN = {"basic": f"[^{BASIC}]", "extended": "[^ -~]", "utf-8": "[\x00-\x1f\x7f-\x9f]"}


@functools.lru_cache(maxsize=64)
def outside(name: str, delimiters: Delimiters) -> re.Pattern[str]:
    """Finds a character of a value that is not in the set. name: "basic", "extended", or "utf-8" for all of Unicode.

    What could not be decoded (U+FFFD) is in none. Separators inside a value are in each.
    """
    if name == "utf-8":
        return re.compile("\ufffd")
    return re.compile(f"[^{SETS[name]}{re.escape(delimiters.component + delimiters.repetition)}]")


@functools.lru_cache(maxsize=8)
def unwritable(name: str) -> re.Pattern[str]:
    """Finds a character that is not written where this set was agreed on."""
    return re.compile(WRITTEN[name])
