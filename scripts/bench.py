#!/usr/bin/env python3
"""Measure minyi against the programs it is compared with, on the same posts, and print the table of docs/performance.md.

usage: bench.py POSTS.csv [--large POSTS.csv] [--rounds 5] [--large-rounds 3] [--python PYTHON ...] [--peer-posts 2000] [--no-build]

POSTS.csv is an export of weibo-search (the column of texts is found by its name, 微博正文). Every round runs each program once,
one after the other, so that a busy machine is busy for all of them; medians are printed. Compared are
  records    reading the file with the csv crate, cells as bytes, one thread: the floor
  cut        that, and bare jieba-rs `cut` of every text (examples/bare.rs)
  code       minyi code, every stage, to parquet; csv and jsonl beside it
  run        minyi run, all outputs
  explain    minyi explain of one text: the time to start
--large measures `code` and `run` once more on a larger file, for time and memory by size. --python names interpreters (of
virtual environments) in which jieba, rjieba, cnsenti, snownlp or cntext may be installed; what is found is measured on the
first --peer-posts texts. Standard library only.
"""
import argparse, csv, os, platform, shutil, statistics, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
TEXT = "微博正文"
SENTENCE = "复旦把中国人的基因图谱拱手送给老外，这不叫学术，这叫卖国！"

PEERS = {
    "jieba": "import jieba; jieba.setLogLevel(60); jieba.initialize(); work = lambda text: jieba.lcut(text)",
    "rjieba": "import rjieba; rjieba.cut('一'); work = lambda text: rjieba.cut(text)",
    "cnsenti": "from cnsenti import Sentiment; s = Sentiment(); s.sentiment_count('好'); work = s.sentiment_count",
    "snownlp": "from snownlp import SnowNLP; SnowNLP('好').sentiments; work = lambda text: SnowNLP(text).sentiments if text.strip() else 0",
    "cntext": "import cntext as ct; d = ct.read_yaml_dict('zh_common_HowNet.yaml')['Dictionary'] if hasattr(ct, 'read_yaml_dict') "
    "else ct.load_pkl_dict('HOWNET.pkl')['HOWNET']; work = lambda text: ct.sentiment(text=text, diction=d, lang='chinese')",
}
PEER = """
import csv, sys, time, io, contextlib
quiet = io.StringIO()
with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):
    {setup}
csv.field_size_limit(1 << 30)
with open(sys.argv[1], encoding="utf-8-sig", newline="") as f:
    texts = [row["{text}"] for row, _ in zip(csv.DictReader(f), range(int(sys.argv[2])))]
start = time.perf_counter()
with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):
    for text in texts:
        work(text)
print(len(texts) / (time.perf_counter() - start))
"""


def measure(command):
    """Wall seconds, processor seconds and largest memory in MB of a program that must succeed."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(command)}: {error.decode()}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def build():
    subprocess.run(["cargo", "build", "--release", "--locked", "--bin", "minyi", "--example", "bare"], cwd=ROOT, check=True)


def column_of(path):
    with open(path, encoding="utf-8-sig", newline="") as f:
        return next(csv.reader(f)).index(TEXT)


def count(path):
    with open(path, encoding="utf-8-sig", newline="") as f:
        return sum(1 for _ in csv.reader(f)) - 1


def programs(minyi, bare, posts, scratch, threads):
    out = lambda name: os.path.join(scratch, name)
    column = str(column_of(posts))
    table = {("records", 1): [bare, "records", posts]}
    for n in threads:
        jobs = ["-q", "-j", str(n)]
        table["cut", n] = [bare, "cut", posts, str(n), column]
        table["code parquet", n] = [minyi, "code", posts, "-o", out("coded.parquet")] + jobs
        table["code csv", n] = [minyi, "code", posts, "-o", out("coded.csv")] + jobs
        table["code jsonl", n] = [minyi, "code", posts, "-o", out("coded.jsonl")] + jobs
        table["run", n] = [minyi, "run", posts, "-o", out("study")] + jobs
    return table


def median(runs):
    return [statistics.median(column) for column in zip(*runs)]


def show(table, posts, size, reference):
    print(f"{'program':14} {'threads':>7} {'seconds':>8} {'cpu s':>8} {'MB/s':>8} {'posts/s':>10} {'x cut':>6} {'MB':>6}")
    for (name, threads), runs in table.items():
        wall, cpu, memory = median(runs)
        ratio = f"{median(reference[threads])[0] / wall:6.2f}" if threads in reference else ""
        print(f"{name:14} {threads:7} {wall:8.2f} {cpu:8.2f} {size / wall / 1e6:8.1f} {posts / wall:10,.0f} {ratio:>6} {memory:6.0f}")


def peers(pythons, path, posts, rounds):
    found = {}
    for _ in range(rounds):
        for python in pythons:
            for name, setup in PEERS.items():
                code = PEER.format(setup=setup, text=TEXT)
                ran = subprocess.run([python, "-c", code, path, str(posts)], capture_output=True, text=True)
                if ran.returncode == 0:
                    found.setdefault(name, []).append(float(ran.stdout.split()[-1]))
                elif "ModuleNotFoundError" not in ran.stderr:
                    print(f"{name} in {python}: {ran.stderr.strip().splitlines()[-1]}", file=sys.stderr)
    for name, rates in found.items():
        print(f"{name:14} {1:7} {statistics.median(rates):10,.0f} posts/s on the first {posts} posts")


def compare(minyi, bare, file, scratch, threads, rounds):
    table = programs(minyi, bare, file, scratch, threads)
    runs = {key: [] for key in table}
    starts = []
    for _ in range(rounds):
        for key, command in table.items():
            runs[key].append(measure(command))
        starts.append(measure([minyi, "explain", SENTENCE]))
    posts, size = count(file), os.path.getsize(file)
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores; {posts:,} posts, {size / 1e6:.0f} MB, {rounds} rounds\n")
    show(runs, posts, size, {n: runs["cut", n] for n in threads})
    one, most = median(runs["code parquet", threads[0]])[0], median(runs["code parquet", threads[-1]])[0]
    print(f"\ncode parquet, {threads[-1]} threads against {threads[0]}: {one / most:.2f} times")
    print(f"run against code parquet, {threads[-1]} threads: {median(runs['run', threads[-1]])[0] / most:.2f} times the time")
    print(f"explain: {median(starts)[0] * 1000:.0f} ms; binary {os.path.getsize(minyi) / 1e6:.1f} MB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("posts")
    parser.add_argument("--large")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--large-rounds", type=int, default=3)
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--python", action="append", default=[])
    parser.add_argument("--peer-posts", type=int, default=2000)
    parser.add_argument("--no-build", action="store_true")
    arguments = parser.parse_args()
    if not arguments.no_build:
        build()
    release = os.path.join(ROOT, "target", "release")
    minyi, bare = os.path.join(release, "minyi"), os.path.join(release, "examples", "bare")
    threads = [int(n) for n in arguments.threads.split(",")]
    scratch = tempfile.mkdtemp(prefix="minyi-bench-", dir=os.path.dirname(os.path.abspath(arguments.posts)))
    try:
        compare(minyi, bare, arguments.posts, scratch, threads, arguments.rounds)
        if arguments.large:
            print()
            compare(minyi, bare, arguments.large, scratch, threads, arguments.large_rounds)
        print()
        peers(arguments.python, arguments.posts, arguments.peer_posts, arguments.rounds)
    finally:
        shutil.rmtree(scratch)


main()
