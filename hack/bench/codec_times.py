"""The codec benchmark's figures as a table of ratios."""

import math
import re
import statistics
import subprocess

# group, the rival in it, the column's title
GROUPS = [
    ("json_decode", "k8s_openapi", "JSON decode"),
    ("json_encode", "k8s_openapi", "JSON encode"),
    ("proto_decode", "prost", "protobuf decode"),
    ("proto_encode", "prost", "protobuf encode"),
]
OURS = "kubeforge"
UNITS = {"ps": 1e-12, "ns": 1e-9, "µs": 1e-6, "ms": 1e-3, "s": 1.0}
# divan's tree: three characters for each level, the name, then columns of figures, the fastest sample first
LINE = re.compile(r"^(?P<indent>(?:[│├╰ ][─ ] )*)(?P<name>\S.*?)(?:\s{2,}(?P<fastest>[\d.]+) (?P<unit>[a-zµ]+)\s+│.*|\s+│.*|)$")


def run(root, options):
    """Runs the benchmark; prints the table."""
    command = ["cargo", "bench", "-q", "-p", "kubeforge-codec-bench", "--bench", "codec", "--", "--min-time", str(options.seconds), "--max-time", str(options.seconds)]
    output = subprocess.run([*command, *options.kinds], cwd=root, check=True, stdout=subprocess.PIPE, text=True).stdout
    print_table(parse(output))


def parse(output):
    """Seconds by kind, group and contestant."""
    path, seconds = [], {}
    for line in output.splitlines():
        found = LINE.match(line)
        if not found:
            continue
        level = len(found["indent"]) // 3
        path[level - 1 if level else 0:] = [found["name"].strip()]
        if found["fastest"] and len(path) == 3:
            group, contestant, kind = path
            seconds.setdefault(kind, {})[group, contestant] = float(found["fastest"]) * UNITS[found["unit"]]
    return seconds


def print_table(seconds):
    """A row for each kind, and the middle and the worst of each column."""
    print("Time for one object, and how many times as long k8s-openapi with serde_json (JSON) or prost (protobuf) takes.\n")
    print("| kind | " + " | ".join(title for _, _, title in GROUPS) + " |\n|---" + "|---" * len(GROUPS) + "|")
    ratios = {group: [] for group, _, _ in GROUPS}
    for kind, times in sorted(seconds.items()):
        cells = []
        for group, rival, _ in GROUPS:
            ours, theirs = times.get((group, OURS)), times.get((group, rival))
            if not ours or not theirs:
                cells.append("–")
                continue
            ratios[group].append(theirs / ours)
            cells.append(f"{short(ours)}, {theirs / ours:.2f}×")
        print(f"| {kind} | {' | '.join(cells)} |")
    for name, value in [("median", statistics.median), ("least", min)]:
        cells = [f"{value(found):.2f}×" if found else "–" for found in ratios.values()]
        print(f"| **{name}** | {' | '.join(cells)} |")


def short(seconds):
    """Three digits and a unit."""
    for unit in ["ns", "µs", "ms"]:
        value = seconds / UNITS[unit]
        if value < 1000:
            break
    digits = max(0, 2 - math.floor(math.log10(value))) if value > 0 else 0
    return f"{value:.{digits}f} {unit}"
