#!/usr/bin/env python3
"""Count the instructions that minyi needs for a post, and fail where they are more than the budget allows.

usage: instructions.py [--update] [--minyi BINARY]

Runs `minyi code` under valgrind's callgrind on invented posts (those of data/demo, repeated with a counter) and on as many
again; the difference is what the posts themselves take, without the start of the program. The count does not depend on how
busy the machine is. benches/instructions.json holds the budget; a change by more than 5% in either direction fails, and
--update writes the new one. BINARY defaults to target/debug/minyi, which the tests have built: what is counted is the work
that the code asks for, not what the compiler saves of it. Where valgrind is missing it says so and does nothing.
"""
import argparse, csv, json, os, re, shutil, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUDGET = os.path.join(ROOT, "benches", "instructions.json")
ROUNDS = 4
TOLERANCE = 0.05


def posts(rounds, path):
    with open(os.path.join(ROOT, "data", "demo", "weibo-search.csv"), encoding="utf-8-sig", newline="") as f:
        header, *rows = csv.reader(f)
    text, identity = header.index("微博正文"), header.index("id")
    with open(path, "w", encoding="utf-8-sig", newline="") as f:
        out = csv.writer(f)
        out.writerow(header)
        for lap in range(rounds):
            for number, row in enumerate(rows):
                row = list(row)
                row[text] += f" {lap}"
                row[identity] = str(4800000000000000 + lap * 1000 + number)
                out.writerow(row)
    return rounds * len(rows)


def instructions(command):
    ran = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"] + command, capture_output=True, text=True)
    if ran.returncode:
        sys.exit(ran.stderr)
    return int(re.search(r"Collected : (\d+)", ran.stderr).group(1))


def measured(minyi):
    counts = {}
    with tempfile.TemporaryDirectory() as scratch:
        few, many = os.path.join(scratch, "few.csv"), os.path.join(scratch, "many.csv")
        more = posts(2 * ROUNDS, many) - posts(ROUNDS, few)
        for format in ("csv", "parquet"):
            run = lambda file: instructions([minyi, "code", file, "-o", os.path.join(scratch, "coded." + format), "-j", "1", "-q"])
            counts[f"code {format}, a post"] = (run(many) - run(few)) // more
        counts["explain"] = instructions([minyi, "explain", "公开泛基因组不是卖国。"])
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--minyi", default=os.path.join(ROOT, "target", "debug", "minyi"))
    arguments = parser.parse_args()
    if not shutil.which("valgrind"):
        print("instructions.py: NOT CHECKED, valgrind is missing (apt-get install valgrind)", file=sys.stderr)
        return
    counts = measured(arguments.minyi)
    if arguments.update:
        with open(BUDGET, "w") as f:
            json.dump(counts, f, indent=2)
            f.write("\n")
    with open(BUDGET) as f:
        budget = json.load(f)
    wrong = False
    for name, count in counts.items():
        change = count / budget[name] - 1
        wrong |= abs(change) > TOLERANCE
        print(f"{name:24} {count:12,} instructions, budget {budget[name]:12,} ({change:+.1%})")
    if wrong:
        sys.exit("more than 5% from the budget: find out why, then scripts/instructions.py --update")


main()
