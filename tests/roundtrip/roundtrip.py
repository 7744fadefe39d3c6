"""States both ways between SQLMesh and Planglass.

    python roundtrip.py PLANGLASS [REHEARSED [RESULTS]]

Run with a Python that has SQLMesh 0.236.4 and time-machine. PLANGLASS is the binary. For each kind of model, and for
all of them in one project: SQLMesh plans, applies and exports; Planglass reads the export and writes it again; SQLMesh
imports that, and must find nothing to do. REHEARSED is a folder that the binary `rehearse` of the tests has filled:
SQLMesh imports every rehearsed state, plans the files that made it, and must find nothing to do; or the same as against
the state that it had recorded itself. RESULTS is a file that lines are added to: what it says to be well is not asked
again, so that a run can go on where another one ended.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("SQLMESH__DISABLE_ANONYMIZED_ANALYTICS", "true")
os.environ.setdefault("DO_NOT_TRACK", "true")
os.environ.setdefault("NO_COLOR", "1")
os.environ.setdefault("MAX_FORK_WORKERS", "1")
os.environ["TZ"] = "UTC"

CONFIG = """gateways:
  local:
    connection: {type: duckdb, database: mill.duckdb}
default_gateway: local
model_defaults: {dialect: duckdb, start: '2024-09-20'}
"""
DAYS = "SELECT @start_ds::DATE AS day, 1::INT AS grain, 'rye' AS sort"
KINDS = {
    "view": {"models/a.sql": "MODEL (name mill.a, kind VIEW);\nSELECT 1::INT AS x"},
    "full": {"models/b.sql": "MODEL (name mill.b, kind FULL, audits (not_null(columns := (x))));\nSELECT 1::INT AS x"},
    "embedded": {
        "models/c.sql": "MODEL (name mill.c, kind EMBEDDED);\nSELECT 1::INT AS x, 'ü' AS y",
        "models/d.sql": "MODEL (name mill.d, kind FULL);\nSELECT x, y FROM mill.c",
    },
    "seed": {
        "seeds/e.csv": "id,name,weight\n1,wheat,0.5\n2,rye,\n",
        "models/e.sql": "MODEL (name mill.e, kind SEED (path '../seeds/e.csv'));\n",
    },
    "external": {
        "external_models.yaml": "- name: field.sheaves\n  columns: {day: date, count: int}\n",
        "models/f.sql": "MODEL (name mill.f, kind VIEW, columns (count INT));\nSELECT 1::INT AS count",
    },
    "time-range": {
        "models/g.sql": f"MODEL (name mill.g, kind INCREMENTAL_BY_TIME_RANGE (time_column day, lookback 1));\n{DAYS}",
    },
    "unique-key": {
        "models/h.sql": f"MODEL (name mill.h, kind INCREMENTAL_BY_UNIQUE_KEY (unique_key sort));\n{DAYS}",
    },
    "partition": {
        "models/i.sql": f"MODEL (name mill.i, kind INCREMENTAL_BY_PARTITION, partitioned_by [sort]);\n{DAYS}",
    },
    "unmanaged": {"models/j.sql": f"MODEL (name mill.j, kind INCREMENTAL_UNMANAGED);\n{DAYS}"},
    "scd-by-time": {
        "models/k.sql": "MODEL (name mill.k, kind SCD_TYPE_2_BY_TIME (unique_key id));\n"
        "SELECT 1::INT AS id, '2024-09-21'::TIMESTAMP AS updated_at",
    },
    "scd-by-column": {
        "models/l.sql": "MODEL (name mill.l, kind SCD_TYPE_2_BY_COLUMN (unique_key id, columns [x]));\n"
        "SELECT 1::INT AS id, 2::INT AS x",
    },
    "audit": {
        "models/m.sql": "MODEL (name mill.m, kind FULL);\nSELECT 1::INT AS x",
        "audits/alone.sql": "AUDIT (name alone, standalone TRUE);\nSELECT * FROM mill.m WHERE x < 0",
    },
    "jinja": {
        "macros/double.sql": "{% macro double(x) %}{{ x }} * 2{% endmacro %}",
        "models/n.sql": "MODEL (name mill.n, kind FULL);\nJINJA_QUERY_BEGIN;\n"
        "SELECT ({{ double('2') }})::INT AS x\nJINJA_END;",
    },
}

NOTHING = {"changes": False, "added": [], "removed": [], "modified": [], "missing": {}, "restatements": {}}


def write(root: Path, files: dict) -> None:
    for name, text in {"config.yaml": CONFIG, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def context(root: Path, gateway=None):
    from rich.console import Console
    from sqlmesh import Context
    from sqlmesh.core.console import TerminalConsole, set_console

    set_console(TerminalConsole(console=Console(file=io.StringIO())))
    return Context(paths=[str(root)], gateway=gateway)


def summary(plan) -> dict:
    diff = plan.context_diff
    return {
        "changes": plan.has_changes,
        "added": sorted(s.name for s in diff.added),
        "removed": sorted(s.name for s in diff.removed_snapshots),
        "modified": sorted(diff.modified_snapshots),
        "missing": {m.snapshot_id.name: [list(i) for i in m.merged_intervals] for m in plan.missing_intervals},
        "restatements": {s.name: list(i) for s, i in plan.restatements.items()},
    }


def planned(root: Path, state: Path, environment, gateway=None) -> dict:
    """What SQLMesh plans once it has imported a state into a database with nothing in it."""
    with tempfile.TemporaryDirectory(prefix="roundtrip-") as folder:
        copy = Path(folder) / "project"
        shutil.copytree(root, copy, ignore=shutil.ignore_patterns("*.duckdb", ".cache"))
        os.chdir(copy)
        opened = context(copy, gateway)
        try:
            opened.import_state(state, clear=False, confirm=False)
        finally:
            opened.close()
        shutil.rmtree(copy / ".cache", ignore_errors=True)
        opened = context(copy, gateway)
        try:
            return summary(opened.plan_builder(environment, skip_tests=True).build())
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}"}
        finally:
            opened.close()
            os.chdir("/")


def there_and_back(planglass: str, name: str, files: dict) -> str:
    with tempfile.TemporaryDirectory(prefix="roundtrip-") as folder:
        root = Path(folder) / "project"
        write(root, files)
        os.chdir(root)
        opened = context(root)
        opened.plan(auto_apply=True, no_prompts=True, skip_tests=True)
        opened.export_state(Path(folder) / "exported.json", confirm=False)
        opened.close()
        exported, written = Path(folder) / "exported.json", Path(folder) / "written.json"
        command = [planglass, "state", "export", "--state", str(exported), "-o", str(written)]
        subprocess.run(command, check=True, capture_output=True)
        again = planned(root, written, "prod")
    return "" if again == NOTHING else f"{name}: {again}"


def rehearsed(folder: Path) -> str:
    import time_machine

    question = json.loads((folder / "question.json").read_text())
    with time_machine.travel(question["now"] / 1000, tick=False):
        ask = lambda state: planned(folder / "project", folder / state, question["environment"], question["gateway"])
        ours = ask("rehearsed.json")
        if ours == NOTHING:
            return ""
        theirs = ask("recorded.json")
    return "" if ours == theirs else f"{folder.name}: {ours} instead of {theirs}"


def main() -> int:
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    planglass = str(Path(sys.argv[1]).resolve())
    work = [(name, lambda name=name, files=files: there_and_back(planglass, name, files)) for name, files in KINDS.items()]
    every = {path: text for files in KINDS.values() for path, text in files.items()}
    work.append(("all kinds", lambda: there_and_back(planglass, "all kinds", every)))
    if len(sys.argv) > 2:
        steps = sorted(Path(sys.argv[2]).resolve().iterdir())
        work = work if not os.environ.get("ONLY_REHEARSED") else []
        work += [(step.name, lambda step=step: rehearsed(step)) for step in steps]
    results = Path(sys.argv[3]) if len(sys.argv) > 3 else None
    lines = results.read_text().splitlines() if results and results.exists() else []
    failed = 0
    for name, check in work:
        if f"ok   {name}" in lines:
            continue
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                wrong = check()
        except Exception as error:
            wrong = f"{name}: {type(error).__name__}: {error}"
        failed += bool(wrong)
        line = wrong or f"ok   {name}"
        print(line, flush=True)
        if results:
            with results.open("a") as file:
                file.write(f"{line}\n")
    print(f"{len(work) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
