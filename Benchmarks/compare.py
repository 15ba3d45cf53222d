"""Says whether a commit made the program slower: it and its parent are built, and take turns under the same load.

    .venv/bin/python Benchmarks/compare.py [COMMIT] [--parent COMMIT] [--pairs 7]

Each pair measures both, in turns whose order changes; what counts is the median of the ratios, and how far they spread. A ratio below 0.95 whose
quarters agree is called slower, and the program ends with 1. Builds are kept in .build/compare, so a second run is quick.
"""

import argparse
import contextlib
import os
import resource
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import live
import program

BUILDS = live.ROOT / ".build/compare"
# What is measured, and whether more of it is better.
WORK = {
    "messages, 800 in flight": ("-R 100 -W 8 -d 2 -w 1", "deliv_per_s"),
    "messages a second of processor, 800 in flight": ("-R 100 -W 8 -d 2 -w 1", "deliv_per_srv_cpu_s"),
    "fan-out to 200": ("-R 1 -M 201 -m fan -W 4 -d 2 -w 1", "deliv_per_s"),
}
SLOWER = 0.95


def built(commit: str) -> Path:
    """The program of a commit, from a checkout of its own."""
    name = subprocess.run(["git", "rev-parse", "--short=12", commit], cwd=live.ROOT, check=True, capture_output=True, text=True).stdout.strip()
    kept = BUILDS / f"parley-{name}"
    if kept.exists():
        return kept
    BUILDS.mkdir(parents=True, exist_ok=True)
    tree = BUILDS / "tree"
    with contextlib.suppress(subprocess.CalledProcessError):
        subprocess.run(["git", "worktree", "remove", "--force", str(tree)], cwd=live.ROOT, check=True, capture_output=True)
    subprocess.run(["git", "worktree", "add", "--force", "--detach", str(tree), name], cwd=live.ROOT, check=True, capture_output=True)
    # The tools and what is fetched are the same; the objects of one build are a good start for the next.
    (tree / ".venv").symlink_to(live.ROOT / ".venv")
    with contextlib.suppress(FileNotFoundError):
        (BUILDS / "objects").rename(tree / ".build")
    subprocess.run(["bin/build"], cwd=tree, check=True, stdout=subprocess.DEVNULL)
    shutil.copy2(tree / ".build/release/parley", kept)
    (tree / ".build").rename(BUILDS / "objects")
    subprocess.run(["git", "worktree", "remove", "--force", str(tree)], cwd=live.ROOT, check=True, capture_output=True)
    return kept


def measured(binary: Path, arguments: str) -> live.Figures:
    program.BINARY = binary
    with live.subject("sqlite") as subject:
        return subject.run(*arguments.split())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commit", nargs="?", default="HEAD")
    parser.add_argument("--parent", default=None)
    parser.add_argument("--pairs", type=int, default=7)
    asked = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    live.build()
    new, old = built(asked.commit), built(asked.parent or f"{asked.commit}~1")
    ratios: dict[str, list[float]] = {name: [] for name in WORK}
    for number in range(asked.pairs):
        for arguments in sorted({arguments for arguments, _ in WORK.values()}):
            order = [new, old] if number % 2 else [old, new]
            figures = {binary: measured(binary, arguments) for binary in order}
            for name, (work, figure) in WORK.items():
                if work == arguments:
                    ratios[name].append(figures[new][figure] / figures[old][figure])
    slower = False
    print(f"{new.name} beside {old.name}, {asked.pairs} pairs, load {os.getloadavg()[0]:.1f}")
    for name, found in ratios.items():
        low, middle, high = statistics.quantiles(found, n=4) if len(found) > 1 else (found[0],) * 3
        is_slower = middle < SLOWER and high < 1
        slower = slower or is_slower
        print(f"{name}: {middle:.3f} (quarters {low:.3f} to {high:.3f}){' SLOWER' if is_slower else ''}")
    sys.exit(1 if slower else 0)


if __name__ == "__main__":
    main()
