#!/usr/bin/env python3
"""Nothing is lost: count the records of exports a second way and compare with what `minyi run` wrote.

usage: check-exports.py [--tsv] [--minyi BINARY] [FOLDER]

FOLDER defaults to ../shared/corpora/exports beside the repository, BINARY to target/debug/minyi. For each file: the records
that Python counts (csv, json, sqlite3; openpyxl and xlrd where they are installed), the rows that a run of minyi wrote to
coded.csv, rejects.csv and excluded.csv, and the rows used as a table of accounts. The four must add up to the first; the exit
status is 1 where they do not. With --tsv only name, tab, records, for tests/exports.rs.

A record is a row behind the first (CSV, sheet), a line that is not blank (JSON lines), an item of the list (JSON; of "weibo"
in a weibo-crawler document), a row of the first table of posts (SQLite). Blank CSV lines and sheet rows without a value are no
records; a CSV row of empty cells is one.
"""
import argparse, collections, csv, gzip, io, json, os, sqlite3, subprocess, sys, tempfile

csv.field_size_limit(1 << 30)
HERE = os.path.dirname(os.path.abspath(__file__))


def decode(raw):
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def count_csv(text, delimiter):
    return sum(1 for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row) - 1


def count_json(text):
    document = json.loads(text)
    return len(document["weibo"] if isinstance(document, dict) else document)


def count_sheet(rows):
    return sum(1 for row in rows if any(cell not in (None, "") for cell in row)) - 1


def count_xlsx(path):
    import openpyxl

    return count_sheet(openpyxl.load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True))


def count_xls(path):
    import xlrd

    sheet = xlrd.open_workbook(path).sheet_by_index(0)
    return count_sheet(sheet.row_values(row) for row in range(sheet.nrows))


def count_sqlite(path):
    return sqlite3.connect(path).execute("SELECT count(*) FROM weibo").fetchone()[0]


def records(path):
    """Number of records of one file; None for a kind this script does not read, a text where Python lacks the module."""
    ending = os.path.basename(path).removesuffix(".gz").rsplit(".", 1)[-1]
    try:
        if ending == "xlsx":
            return count_xlsx(path)
        if ending == "xls":
            return count_xls(path)
    except ImportError as error:
        return f"not counted: {error}"
    if ending == "db":
        return count_sqlite(path)
    if ending not in ("csv", "tsv", "json", "jsonl"):
        return None
    raw = open(path, "rb").read()
    text = decode(gzip.decompress(raw) if path.endswith(".gz") else raw)
    if ending == "jsonl":
        return sum(1 for line in text.split("\n") if line.strip())
    return count_json(text) if ending == "json" else count_csv(text, "\t" if ending == "tsv" else ",")


def rows(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def run(minyi, path):
    """What a run of minyi wrote: coded, rejected, reasons of exclusion, accounts, encoding, layout; or why it was not read."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([minyi, "run", path, "-o", folder, "--quiet"], capture_output=True, text=True)
        if not os.path.exists(os.path.join(folder, "manifest.json")):
            return done.stderr.strip()
        made = json.load(open(os.path.join(folder, "manifest.json"), encoding="utf-8"))["inputs"][0]
        excluded = collections.Counter(row["why"] for row in rows(folder, "excluded.csv"))
        rejected = rows(folder, "rejects.csv")
        if any(not row["reason"] for row in rejected) or "" in excluded:
            return "a reject or an exclusion without a reason"
        return {
            "coded": len(rows(folder, "coded.csv")), "rejected": len(rejected), "excluded": excluded,
            "accounts": made["accounts"], "encoding": made["encoding"], "layout": made["exporter"],
        }


def line(name, count, found):
    """One row of the table, and whether the numbers add up."""
    if isinstance(found, str):
        return f"{name} | {count} | not read: {found.split(': ', 2)[-1][:90]}", False
    excluded = sum(found["excluded"].values())
    right = isinstance(count, str) or count == found["coded"] + found["rejected"] + excluded + found["accounts"]
    why = ", ".join(f"{reason} {n}" for reason, n in sorted(found["excluded"].items()))
    cells = [name, count, found["coded"], found["rejected"], f"{excluded}{f' ({why})' if why else ''}", found["accounts"],
             found["encoding"], found["layout"], "" if right else "DOES NOT ADD UP"]
    return " | ".join(map(str, cells)).rstrip(" |"), right


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--tsv", action="store_true")
    arguments.add_argument("--minyi", default=os.path.join(HERE, "..", "target", "debug", "minyi"))
    arguments.add_argument("folder", nargs="?", default=os.path.join(HERE, "..", "..", "shared", "corpora", "exports"))
    arguments = arguments.parse_args()
    if not os.path.isdir(arguments.folder):
        sys.exit(f"{arguments.folder}: no such folder; this check runs only where the corpora are")
    print_head = not arguments.tsv
    wrong = 0
    for name in sorted(os.listdir(arguments.folder)):
        path = os.path.join(arguments.folder, name)
        count = records(path)
        if count is None:
            continue
        if arguments.tsv:
            if not isinstance(count, str):
                print(f"{name}\t{count}")
            continue
        if print_head:
            print("file | records | coded | rejected | excluded | accounts | encoding | layout")
            print_head = False
        text, right = line(name, count, run(arguments.minyi, path))
        print(text)
        wrong += not right
    sys.exit(1 if wrong else 0)


main()
