#!/usr/bin/env python3
"""Cut the font of the figures out of Noto Sans CJK: data/fonts/NotoSansSC-subset.otf.zst.

    pip install fonttools==4.68.0 zstandard==0.25.0
    scripts/subset-font.py NotoSansCJK-Regular.ttc

Kept are the characters of GB 2312, the frequently used ones of Big5 (its first 5,401), Latin letters with accents, and the signs that tables
and figures use. Layout tables, hinting and vertical metrics go: figures are drawn as outlines, from left to right.
"""

import io
import sys
from pathlib import Path

import zstandard
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection

OUT = Path(__file__).parent.parent / "data/fonts/NotoSansSC-subset.otf.zst"
FACE = "Noto Sans CJK SC"
SIGNS = "–—‘’“”…†‡•′″€−×÷≤≥≈≠±→←↑↓□■○●△▲◇◆χαβκρ²³¹✓"


def characters(encoding, first, last):
    """Characters of a two-byte encoding whose codes lie between two, both included."""
    for code in range(first, last + 1):
        try:
            yield code.to_bytes(2, "big").decode(encoding)
        except UnicodeDecodeError:
            continue


def wanted():
    """Every character to keep."""
    text = set(SIGNS)
    text.update(map(chr, range(0x20, 0x7F)), map(chr, range(0xA0, 0x180)))
    text.update(characters("gb2312", 0xA1A1, 0xA3FE))
    text.update(characters("gb2312", 0xB0A1, 0xF7FE))
    text.update(characters("big5", 0xA440, 0xC67E))
    return text


def main():
    fonts = {font["name"].getDebugName(4): font for font in TTCollection(sys.argv[1])}
    font = fonts[FACE]
    options = Options()
    options.layout_features = []
    options.hinting = False
    options.desubroutinize = True
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 5, 13, 14]
    options.drop_tables += ["BASE", "DSIG", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(wanted()))
    subsetter.subset(font)
    # The date of the font, not of today, so that the file comes out the same.
    font.recalcTimestamp = False
    whole = io.BytesIO()
    font.save(whole)
    packed = zstandard.ZstdCompressor(level=22).compress(whole.getvalue())
    OUT.write_bytes(packed)
    print(f"{OUT}: {len(font.getBestCmap())} characters, {len(whole.getvalue())} bytes, packed {len(packed)}")


if __name__ == "__main__":
    main()
