#!/usr/bin/env python3
"""Tell whether two notebooks have the same texts and tables in their outputs: `compare-notebooks.py STORED EXECUTED`. Pictures are not compared."""

import json
import sys
from pathlib import Path


def texts(path):
    """Every output of a notebook that is text, in order."""
    for cell in json.loads(Path(path).read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "image/png" not in data:
                yield "".join(output.get("text", data.get("text/plain", [])))


sys.exit(list(texts(sys.argv[1])) != list(texts(sys.argv[2])))
