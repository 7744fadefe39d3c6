"""Records how exports of older SQLMesh releases are to be read.

    python record.py RELEASE PYTHON [RELEASE PYTHON ...]

Run with the Python that has the current release, time-machine and PyYAML; each PYTHON has one older release. The
older release carries out the story below and exports its state. The current release then migrates that database,
and answers the questions. Written beside this script, in the format of the oracle cases: RELEASE.yaml,
RELEASE.expected.json, and RELEASE.state-1.json with the older release's export, which all questions start from.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
ENVIRONMENT = {
    **os.environ,
    "SQLMESH__DISABLE_ANONYMIZED_ANALYTICS": "true",
    "DO_NOT_TRACK": "true",
    "NO_COLOR": "1",
    "TZ": "UTC",
    "MAX_FORK_WORKERS": "1",
}

PROJECT = {
    "config.yaml": """gateways:
  local:
    connection: {type: duckdb, database: harbour.duckdb}
default_gateway: local
model_defaults:
  dialect: duckdb
  start: '2024-09-20'
variables:
  smallest: 3
""",
    "external_models.yaml": """- name: customs.officers
  columns:
    officer: text
    port: text
""",
    "seeds/berths.csv": "berth,meters,deep\n1,120,true\n2,95,false\n3,310.5,true\n",
    "models/berths.sql": """MODEL (name port.berths, kind SEED (path '../seeds/berths.csv'), description 'where ships lie');
""",
    "models/arrivals.sql": """/* Every ship that came. */
MODEL (
  name port.arrivals,
  kind INCREMENTAL_BY_TIME_RANGE (time_column arrived_on, lookback 1, batch_size 30),
  owner harbour_master,
  tags [daily, core],
  grain (ship, arrived_on),
  partitioned_by [ship],
  audits (not_null(columns := (ship, arrived_on)), heavy(least := 2)),
  column_descriptions (ship = 'its name')
);
SELECT 'Aurora' AS ship, @start_ds::DATE AS arrived_on, 1::INT AS berth, 12.5::DOUBLE AS tons
WHERE @start_ds BETWEEN @start_ds AND @end_ds;
""",
    "audits/heavy.sql": """AUDIT (name heavy, defaults (least = 1));
SELECT * FROM @this_model WHERE tons < @least;
""",
    "models/latest.sql": """MODEL (name port.latest, kind INCREMENTAL_BY_UNIQUE_KEY (unique_key (ship)), cron '@daily');
SELECT ship, MAX(arrived_on)::DATE AS arrived_on FROM port.arrivals WHERE arrived_on BETWEEN @start_ds AND @end_ds GROUP BY 1;
""",
    "models/history.sql": """MODEL (name port.history, kind SCD_TYPE_2_BY_COLUMN (unique_key berth, columns [meters]));
SELECT berth::INT AS berth, meters::DOUBLE AS meters FROM port.berths;
""",
    "models/large.sql": """MODEL (name port.large, kind EMBEDDED);
SELECT berth, meters FROM port.berths WHERE meters > @smallest * 100;
""",
    "models/overview.sql": """MODEL (name port.overview, kind FULL, audits (unique_values(columns := (ship))));
SELECT a.ship, COUNT(*)::INT AS visits, MAX(l.meters) AS meters
FROM port.arrivals AS a LEFT JOIN port.large AS l ON l.berth = a.berth GROUP BY 1;
""",
    "models/board.sql": """MODEL (name port.board, kind VIEW);
SELECT o.ship, o.visits, c.officer FROM port.overview AS o CROSS JOIN (SELECT 'Ida' AS officer) AS c;
""",
    "macros/shout.sql": "{% macro shout(column) %}UPPER({{ column }}){% endmacro %}\n",
    "models/signs.sql": """MODEL (name port.signs, kind FULL);
JINJA_QUERY_BEGIN;
SELECT {{ shout('ship') }} AS ship, {{ var('smallest') }} AS smallest FROM port.board
JINJA_END;
""",
    "models/ledger.sql": """MODEL (name port.ledger, kind INCREMENTAL_BY_TIME_RANGE (time_column arrived_on, forward_only true));
SELECT ship, arrived_on, tons FROM port.arrivals WHERE arrived_on BETWEEN @start_ds AND @end_ds;
""",
}
EDIT = {
    "models/overview.sql": PROJECT["models/overview.sql"].replace(
        "COUNT(*)::INT AS visits", "COUNT(*)::INT AS visits, MIN(a.arrived_on) AS first_visit"
    ),
    "models/ledger.sql": PROJECT["models/ledger.sql"].replace("tons FROM", "tons, 1::INT AS weighed FROM"),
}
LATER = {"models/arrivals.sql": PROJECT["models/arrivals.sql"].replace("12.5", "13.5")}
STEPS = [
    {"plan": {"environment": "dev", "include_unmodified": True}},
    {"plan": {"environment": "prod"}},
    {"edit": LATER, "plan": {"environment": "prod"}},
    {"plan": {"environment": "late"}},
]


def write(root: Path, files: dict) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def run(python: str, root: Path, *arguments: str) -> None:
    command = [str(Path(python).with_name("sqlmesh")), *arguments]
    done = subprocess.run(command, cwd=root, env=ENVIRONMENT, capture_output=True, text=True, timeout=300)
    if done.returncode:
        sys.exit(f"{' '.join(arguments)} failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")


def record(release: str, python: str, oracle) -> None:
    root = Path(tempfile.mkdtemp(prefix="exports-"))
    try:
        os.chdir(root)
        write(root, PROJECT)
        run(python, root, "plan", "--auto-apply", "--no-prompts")
        write(root, EDIT)
        run(python, root, "plan", "dev", "--auto-apply", "--no-prompts")
        run(python, root, "state", "export", "-o", "old.json", "--no-confirm")
        old = oracle.steady(json.loads((root / "old.json").read_text()))
        now = old["metadata"]["timestamp"].replace(" ", "T").replace("+00:00", "Z")
        shutil.rmtree(root / ".cache", ignore_errors=True)
        run(sys.executable, root, "migrate")
        if os.environ.get("KEEP"):
            run(sys.executable, root, "state", "export", "-o", "new.json", "--no-confirm")
            shutil.copy(root / "new.json", Path(os.environ["KEEP"]) / f"{release}.migrated.json")
        answers = []
        for step in STEPS:
            write(root, step.get("edit", {}))
            answers.append(ask(root, step["plan"], now, oracle))
        story = {"title": f"Read as exported by {release}", "now": now, "project": {**PROJECT, **EDIT}, "steps": STEPS}
        (HERE / f"{release}.yaml").write_text(yaml.safe_dump(story, sort_keys=False))
        expected = {"title": story["title"], "steps": answers}
        text = json.dumps(expected, indent=1, sort_keys=True, default=str) + "\n"
        (HERE / f"{release}.expected.json").write_text(text)
        (HERE / f"{release}.state-1.json").write_text(json.dumps(old, indent=1) + "\n")
    finally:
        shutil.rmtree(root, ignore_errors=True)


def ask(root: Path, arguments: dict, now: str, oracle) -> dict:
    import io
    import time_machine
    from sqlmesh import Context
    from sqlmesh.core.console import set_console

    answer = {"now": now, "command": "plan", "arguments": arguments}
    messages: list = []
    set_console(oracle.recording_console(io.StringIO(), messages))
    with time_machine.travel(now, tick=False):
        context = Context(paths=[str(root)])
        try:
            plan = context.plan_builder(skip_tests=True, **arguments).build()
            answer["plan"] = oracle.describe_plan(plan, context)
        except Exception as error:
            answer["error"] = {"type": type(error).__name__, "message": oracle.plain(str(error), root)}
        finally:
            context.close()
    if messages:
        answer["messages"] = [oracle.plain(message, root) for message in messages]
    return answer


def main() -> None:
    import importlib.util

    path = os.environ.get("ORACLE")
    if not path or len(sys.argv) < 3:
        sys.exit(f"{__doc__}\nORACLE names the recorder of the oracle cases.")
    spec = importlib.util.spec_from_file_location("oracle", path)
    oracle = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(oracle)
    for release, python in zip(sys.argv[1::2], sys.argv[2::2]):
        record(release, python, oracle)
        print(release)


if __name__ == "__main__":
    main()
