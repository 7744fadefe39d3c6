#!/usr/bin/env python3
"""Loads project folders with the real SQLMesh and with Planglass, and shows where they differ.

    python -m venv .venv && .venv/bin/pip install "sqlmesh[duckdb]==0.236.4"
    cargo build -p planglass-tests --bin nodes
    .venv/bin/python tests/compare/nodes.py target/debug/nodes [-v] FOLDER…

Compared are dependencies, column names, column types and fingerprints of every node; with a fingerprint that
differs, `-v` shows the fields of the stored node that do. A folder that SQLMesh refuses must have an error here.
"""

import json
import os
import subprocess
import sys

os.environ["TZ"] = "UTC"
os.environ["SQLMESH__DISABLE_ANONYMIZED_ANALYTICS"] = "true"
os.environ.setdefault("MAX_FORK_WORKERS", "1")


def reference(folder):
    from sqlmesh import Context

    context = None
    try:
        context = Context(paths=[folder])
        nodes = {}
        for name, snapshot in context.snapshots.items():
            node = snapshot.node
            columns = getattr(node, "columns_to_types", None)
            stored = json.loads(snapshot.json())["node"] if "node" in json.loads(snapshot.json()) else {}
            nodes[name] = {
                "depends_on": sorted(node.depends_on),
                "columns": columns and {key: kind.sql(node.dialect) for key, kind in columns.items()},
                "fingerprint": snapshot.fingerprint.dict(),
                "node": stored,
            }
        return nodes, None
    except Exception as error:  # noqa: BLE001
        return {}, f"{type(error).__name__}: {error}"
    finally:
        if context is not None:
            context.close()


def compare(name, ours, theirs, verbose):
    if ours is None or theirs is None:
        yield f"{name}: only in {'SQLMesh' if ours is None else 'Planglass'}"
        return
    fields = ["depends_on", "fingerprint"] if name == ours["node"]["name"] else ["depends_on", "columns", "fingerprint"]
    for field in fields:
        if ours[field] != theirs[field]:
            yield f"{name}: {field}\n    ours   {ours[field]}\n    theirs {theirs[field]}"
    if verbose and ours["fingerprint"] != theirs["fingerprint"]:
        for field in sorted(set(ours["node"]) & set(theirs["node"])):
            mine, other = ours["node"].get(field), theirs["node"].get(field)
            if mine != other:
                yield f"      {field}\n        ours   {mine!r}\n        theirs {other!r}"


def main(arguments):
    verbose = "-v" in arguments
    binary, *folders = [argument for argument in arguments if argument != "-v"]
    count = 0
    answers = subprocess.run([binary, *folders], check=True, capture_output=True, text=True).stdout
    for line in answers.splitlines():
        ours = json.loads(line)
        theirs, refused = reference(ours["folder"])
        errors = [problem for problem in ours["problems"] if problem["is_error"]]
        faults = []
        if bool(refused) != bool(errors):
            faults.append(f"SQLMesh: {refused}\n  Planglass: {json.dumps(errors)}")
        if not refused:
            for name in sorted(set(ours["nodes"]) | set(theirs)):
                faults += compare(name, ours["nodes"].get(name), theirs.get(name), verbose)
        elif verbose:
            faults.append(f"both refuse\n  SQLMesh: {refused}\n  Planglass: {json.dumps(errors)}")
        count += len(faults)
        print(f"{'ok  ' if not faults else 'FAIL'} {ours['folder']} ({len(theirs)} nodes)")
        for fault in faults:
            print("  " + fault)
    return int(count > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
