#!/usr/bin/env python3
"""Records a sample project's state with the real SQLMesh.

    python -m venv .venv && .venv/bin/pip install "sqlmesh[duckdb]==0.236.4" time-machine==2.*
    .venv/bin/python record.py bikes        # writes bikes/state.json

A sample is two folders: NAME holds the project as it is now, NAME-before the files that were different, or
that have been removed since; what was added since is in ADDED below. The earlier project is applied to prod
on DuckDB under a frozen clock, runs for some days, one person tries a change in an environment of their own,
and then the state is exported. The export is the same on every run: random plan ids are made from their number, and lists
without an order are sorted.
"""

import hashlib
import io
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("SQLMESH__DISABLE_ANONYMIZED_ANALYTICS", "true")
os.environ["TZ"] = "UTC"
# Models are loaded in one process: a pool of them waits forever when the clock stands still.
os.environ["MAX_FORK_WORKERS"] = "1"

import duckdb
import time_machine

HERE = Path(__file__).resolve().parent
ADDED = {"bikes": ["models/workshop/repair_costs.sql"]}
APPLIED, LAST_RUN = "2026-03-02T06:00:00Z", "2026-03-09T06:00:00Z"

FEED = """
CREATE SCHEMA feed;
CREATE TABLE feed.trips AS
SELECT
  (d * 40 + n)::INT AS trip_id,
  ((d * 7 + n * 3) % 25)::INT AS bike_id,
  (1 + n % 6)::INT AS from_station,
  (1 + (n + d) % 6)::INT AS to_station,
  TIMESTAMP '2026-02-01 06:00:00' + INTERVAL (d) DAY + INTERVAL (n * 20) MINUTE AS started_at,
  TIMESTAMP '2026-02-01 06:00:00' + INTERVAL (d) DAY + INTERVAL (n * 20 + n % 50) MINUTE AS ended_at,
  ['casual', 'member', 'student'][1 + n % 3] AS tariff,
  (n % 50 * 230)::INT AS metres
FROM RANGE(40) AS days(d), RANGE(40) AS trips(n);
CREATE TABLE feed.repairs AS
SELECT
  d::INT AS repair_id,
  (d % 25)::INT AS bike_id,
  DATE '2026-02-01' + d::INT AS repaired_on,
  ['tyre', 'chain', 'brake', 'lamp'][1 + d % 4] AS part,
  (10 + d % 4 * 15)::INT AS minutes,
  (900 + d % 5 * 350)::INT AS cents
FROM RANGE(40) AS days(d);
"""


def main(name: str) -> None:
    from sqlmesh import Context
    from rich.console import Console
    from sqlmesh.core.console import TerminalConsole, set_console

    set_console(TerminalConsole(console=Console(file=io.StringIO(), force_terminal=False)))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / name
        shutil.copytree(HERE / name, root)
        shutil.copytree(HERE / f"{name}-before", root, dirs_exist_ok=True)
        for added in ADDED[name]:
            (root / added).unlink()
        os.chdir(root)
        with duckdb.connect(str(root / "bikes.duckdb")) as connection:
            connection.execute(FEED)
        target = root / "exported.json"
        with time_machine.travel(APPLIED, tick=False):
            context = Context(paths=[str(root)])
            context.apply(context.plan_builder("prod", skip_tests=True).build())
            context.close()
        with time_machine.travel(LAST_RUN, tick=False):
            context = Context(paths=[str(root)])
            print(context.run("prod"))
            context.close()
            model = root / "models/reports/busy_stations.sql"
            model.write_text(model.read_text().replace("  s.district,\n", "  s.district,\n  s.docks,\n"))
            context = Context(paths=[str(root)])
            context.apply(context.plan_builder("ana", skip_tests=True).build())
            context.export_state(target, confirm=False)
            context.close()
        state = steady(json.loads(target.read_text()))
    (HERE / name / "state.json").write_text(json.dumps(state, indent=2) + "\n")


def steady(state):
    """The state without what differs from run to run."""

    def key(item):
        return json.dumps([item.get(k) for k in ("name", "identifier", "fingerprint")], sort_keys=True)

    plans = {}
    for snapshot in state["snapshots"]:
        snapshot["parents"].sort(key=key)
        if snapshot["node"].get("mapping_schema"):
            snapshot["node"]["mapping_schema"] = by_name(snapshot["node"]["mapping_schema"])
    state["snapshots"].sort(key=key)
    state["environments"] = dict(sorted(state["environments"].items()))
    for entry in state["environments"].values():
        environment = entry["environment"]
        for field in ("plan_id", "previous_plan_id"):
            if environment.get(field):
                environment[field] = plans.setdefault(environment[field], plan_id(len(plans) + 1))
        for field in ("snapshots", "promoted_snapshot_ids", "previous_finalized_snapshots"):
            for item in environment.get(field) or []:
                item.get("parents", []).sort(key=key)
            (environment.get(field) or []).sort(key=key)
    return state


def plan_id(number):
    """As random as SQLMesh's own, and the same on every run."""
    return hashlib.md5(f"plan {number}".encode()).hexdigest()


def by_name(schema):
    """Catalogs, schemas and tables by name; columns keep their order."""
    if not isinstance(schema, dict) or not any(isinstance(value, dict) for value in schema.values()):
        return schema
    return {name: by_name(value) for name, value in sorted(schema.items())}


if __name__ == "__main__":
    main(sys.argv[1])
