#!/usr/bin/env python3
"""Compares Planglass with the real SQLMesh on projects, edits and options drawn at random.

    python -m venv .venv && .venv/bin/pip install "sqlmesh[duckdb]==0.236.4" time-machine==2.* pyyaml
    .venv/bin/python tests/random/differential.py --seeds 1-200 --out target/random

Each seed is one story: a project of up to twelve models and a few steps, each an edit and a question. SQLMesh
answers first, and its answers are written to the folder in the form of the oracle cases; then the `oracle` binary
asks the same of Planglass and names every field that differs. Seeds are printed, so that any story can be told again
(`--seeds 17`); stories already answered are not asked anew unless `--again` is given. `--takes-back`
says how likely a step's edits are undone by the next one, and `--exported` leaves out of the states what an export lacks:
versions that no environment refers to any more. `--reduce` shortens a story that differs: steps, files and options are left out as long
as a difference remains, and the rest is written as `reduced-SEED.yaml`.

Steps that differ for a known reason are listed in `known-differing.txt`. Exit code 1 when any other differs.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import json
import os
import random
import shutil
import subprocess
import sys
import typing as t
from pathlib import Path

os.environ.setdefault("MAX_FORK_WORKERS", "1")  # forked loaders hang under a frozen clock

import reference
import yaml
from edits import Asker

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="1-200", help="`17`, `1-200` or `3,5,8`")
    parser.add_argument("--out", type=Path, default=ROOT / "target" / "random")
    parser.add_argument("--again", action="store_true", help="ask SQLMesh again")
    parser.add_argument("--record-only", action="store_true", help="ask SQLMesh only")
    parser.add_argument("--compare-only", action="store_true", help="ask Planglass only")
    parser.add_argument("--takes-back", type=float, default=Asker.takes_back, help="a probability")
    parser.add_argument("--exported", action="store_true", help="states as exported")
    parser.add_argument("--reduce", action="store_true", help="shorten the stories that differ")
    arguments = parser.parse_args()
    Asker.takes_back = arguments.takes_back
    if arguments.exported:
        reference.export_state = exported_state
    seeds = parse_seeds(arguments.seeds)
    arguments.out.mkdir(parents=True, exist_ok=True)
    print(f"seeds: {arguments.seeds} ({len(seeds)} stories)", flush=True)
    if not arguments.compare_only:
        for seed in seeds:
            record(seed, arguments.out, arguments.again)
    if arguments.record_only:
        return 0
    names = [f"random-{seed}" for seed in seeds if (arguments.out / f"random-{seed}.expected.json").exists()]
    differing = compare(arguments.out, names, show=True)
    unexplained = {name: steps for name, steps in differing.items() if not steps or steps - known_steps(name)}
    explained = len(differing) - len(unexplained)
    print(f"{len(names)} stories: {len(names) - len(differing)} agree, {explained} differ for a known reason", flush=True)
    for name, steps in unexplained.items():
        print(f"unexplained: {name}, steps {sorted(steps - known_steps(name))}", flush=True)
    if arguments.reduce:
        for name in unexplained:
            reduce(arguments.out, name)
    return 1 if unexplained else 0


def known_steps(name: str) -> t.Set[int]:
    """Steps of a story that are known to differ."""
    lines = (ROOT / "tests" / "random" / "known-differing.txt").read_text().splitlines()
    places = [line.split(":")[0].split("/") for line in lines if line and not line.startswith("#")]
    return {int(step) for seed, step in places if f"random-{seed}" == name}


def parse_seeds(text: str) -> t.List[int]:
    seeds: t.List[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        seeds += range(int(first), int(last or first) + 1)
    return seeds


def record(seed: int, folder: Path, again: bool) -> None:
    """Draws a story and has SQLMesh answer it."""
    path = folder / f"random-{seed}.yaml"
    story = Asker(random.Random(seed)).story(seed)
    choose(story, random.Random(-seed))
    text = yaml.safe_dump(story, sort_keys=False, allow_unicode=True)
    if not again and path.exists() and path.read_text() == text and expected_path(path).exists():
        return
    path.write_text(text)
    answers = answer(path)
    errors = [f"{n}: {s['error']['type']}" for n, s in enumerate(answers, 1) if "error" in s]
    print(f"seed {seed}: {len(answers)} steps{', errors in ' + ', '.join(errors) if errors else ''}", flush=True)


def choose(story: t.Dict[str, t.Any], rng: random.Random) -> None:
    """Some questions come with a choice for a model whose file this step edits."""
    for step in story["steps"]:
        if "plan" not in step or "edit" not in step or rng.random() > 0.15:
            continue
        edited = [text for path, text in step["edit"].items() if text and path.startswith("models/")]
        if edited:
            schema, _, name = rng.choice(edited).split("name ")[1].split(",")[0].strip().partition(".")
            choice = rng.choice(["BREAKING", "NON_BREAKING"])
            step["plan"]["set_choices"] = {f'"db"."{schema}"."{name}"': choice}


def whole_state(context: t.Any, target: Path) -> t.Optional[t.Any]:
    """The export, with the snapshots that no environment refers to any more: the reference's database has them."""
    from sqlmesh.core.state_sync.export_import import _dump_pydantic_model

    found = exported_state(context, target)
    store = context.state_sync
    try:
        rows = context.engine_adapter.fetchall("SELECT name, identifier FROM sqlmesh._snapshots")
    except Exception:
        return found
    if not rows:
        return found
    if found is None:
        versions = _dump_pydantic_model(store.get_versions())
        metadata = {"timestamp": "2024-09-27 00:00:00+00:00", "file_version": 1, "importable": True}
        found = {"metadata": metadata, "versions": versions, "snapshots": [], "environments": {}}
    known = {(s["name"], identifier_of(s)) for s in found["snapshots"]}
    from sqlmesh.core.snapshot import SnapshotId

    missing = [SnapshotId(name=n, identifier=i) for n, i in rows if (n, i) not in known]
    for snapshot in store.get_snapshots(missing).values():
        found["snapshots"].append(json.loads(json.dumps(_dump_pydantic_model(snapshot), default=str)))
    return reference.steady(found)


def identifier_of(snapshot: t.Dict[str, t.Any]) -> str:
    from sqlmesh.core.snapshot.definition import SnapshotFingerprint

    return SnapshotFingerprint(**snapshot["fingerprint"]).to_identifier()


exported_state = reference.export_state
reference.export_state = whole_state


def write_files_anew(root: Path, files: t.Dict[str, t.Optional[str]]) -> None:
    """Writes files, and drops what SQLMesh keeps of earlier ones: under a frozen clock it answers from stale copies."""
    shutil.rmtree(root / ".cache", ignore_errors=True)
    written_files(root, files)


written_files = reference.write_files
reference.write_files = write_files_anew


def expected_path(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(".yaml") + ".expected.json")


def answer(path: Path) -> t.List[t.Dict[str, t.Any]]:
    """SQLMesh's answers to a story, written beside it."""
    stem = path.name.removesuffix(".yaml")
    with contextlib.redirect_stdout(sys.stderr), open(os.devnull, "w") as nowhere:
        with contextlib.redirect_stderr(nowhere):
            expected, states = reference.run_case(path)
    for old in path.parent.glob(f"{stem}.state-*.json"):
        old.unlink()
    for number, state in states.items():
        path.with_name(f"{stem}.state-{number}.json").write_text(json.dumps(state, indent=1) + "\n")
    expected_path(path).write_text(json.dumps(expected, indent=1, sort_keys=True, default=str) + "\n")
    return expected["steps"]


def compare(folder: Path, names: t.List[str], show: bool) -> t.Dict[str, t.Set[int]]:
    """Names of stories to which Planglass answers otherwise, and in which steps."""
    program = os.environ.get("PLANGLASS_ORACLE")
    command = [program] if program else ["cargo", "run", "-q", "-p", "planglass-tests", "--bin", "oracle", "--"]
    differing: t.Dict[str, t.Set[int]] = {}
    for start in range(0, len(names), 200):
        part = names[start : start + 200]
        done = subprocess.run(
            [*command, "--cases", str(folder.resolve()), "-v", *part], cwd=ROOT, capture_output=True, text=True
        )
        if done.returncode not in (0, 1):
            raise SystemExit(done.stderr)
        if show:
            print(done.stdout)
        steps: t.Set[int] = set()
        for line in done.stdout.splitlines():
            if line.startswith("FAIL "):
                steps = differing.setdefault(line.split()[1].rstrip(":"), set())
            elif line.startswith("  step ") and not line.endswith(": ok"):
                steps.add(int(line.split()[1].rstrip(":")))
    return differing


def reduce(folder: Path, name: str) -> None:
    """Leaves out of a story whatever is not needed for a difference."""
    story = yaml.safe_load((folder / f"{name}.yaml").read_text())
    trial = f"reduced-{name.removeprefix('random-')}"
    path = folder / f"{trial}.yaml"

    def differs(candidate: t.Dict[str, t.Any]) -> bool:
        path.write_text(yaml.safe_dump(candidate, sort_keys=False, allow_unicode=True))
        try:
            answer(path)
        except Exception:
            return False
        return bool(compare(folder, [trial], show=False))

    progress = True
    while progress:
        progress = False
        for candidate in smaller(story):
            if differs(candidate):
                story, progress = candidate, True
                break
    differs(story)
    print(f"reduced {name} to {path}", flush=True)


def smaller(story: t.Dict[str, t.Any]) -> t.Iterator[t.Dict[str, t.Any]]:
    """Stories with one thing less."""
    for number in reversed(range(len(story["steps"]))):
        candidate = copy.deepcopy(story)
        gone = candidate["steps"].pop(number)
        if gone.get("edit") and number < len(candidate["steps"]):
            following = candidate["steps"][number]
            following["edit"] = {**gone["edit"], **following.get("edit", {})}
        if candidate["steps"]:
            yield candidate
    for file in story["project"]:
        if file != "config.yaml":
            candidate = copy.deepcopy(story)
            del candidate["project"][file]
            for step in candidate["steps"]:
                if file in step.get("edit", {}):
                    del step["edit"][file]
            yield candidate
    for number, step in enumerate(story["steps"]):
        for section in ("edit", "plan"):
            for key in step.get(section) or {}:
                if key != "environment":
                    candidate = copy.deepcopy(story)
                    del candidate["steps"][number][section][key]
                    yield candidate


if __name__ == "__main__":
    sys.exit(main())
