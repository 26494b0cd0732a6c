#!/usr/bin/env python3
"""Count the records of exported files with Python's own csv and json modules: a second opinion on what ingest reads.

usage: check-exports.py [--tsv] [FOLDER]

FOLDER defaults to ../shared/corpora/exports beside the repository. Prints one line a file: name, records, widths of the rows
(CSV: cells -> rows). With --tsv only name, tab, records, for tests/exports.rs. A record is a row behind the first (CSV), a
line that is not blank (JSON lines), an item of the list (JSON; of "weibo" in a weibo-crawler document). Blank CSV lines are
no records; a row of empty cells is one. Standard library only.
"""
import collections, csv, gzip, io, json, os, sys

csv.field_size_limit(1 << 30)


def decode(raw):
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def records(path):
    """(number of records, widths of the rows) of one file; None for a kind this script does not read."""
    name = os.path.basename(path).removesuffix(".gz")
    ending = name.rsplit(".", 1)[-1]
    if ending not in ("csv", "tsv", "json", "jsonl"):
        return None
    raw = open(path, "rb").read()
    text = decode(gzip.decompress(raw) if path.endswith(".gz") else raw)
    if ending == "jsonl":
        return sum(1 for line in text.split("\n") if line.strip()), {}
    if ending == "json":
        document = json.loads(text)
        return len(document["weibo"] if isinstance(document, dict) else document), {}
    delimiter = "\t" if ending == "tsv" else ","
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]
    return len(rows) - 1, dict(sorted(collections.Counter(map(len, rows[1:])).items()))


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--tsv"]
    default = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "shared", "corpora", "exports")
    folder = arguments[0] if arguments else default
    if not os.path.isdir(folder):
        sys.exit(f"{folder}: no such folder; this check runs only where the corpora are")
    for name in sorted(os.listdir(folder)):
        counted = records(os.path.join(folder, name))
        if counted is None:
            continue
        count, widths = counted
        if "--tsv" in sys.argv:
            print(f"{name}\t{count}")
        else:
            print(f"{name:64} {count:6}  {' '.join(f'{cells}:{rows}' for cells, rows in widths.items())}")


main()
