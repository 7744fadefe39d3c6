#!/usr/bin/env python3
"""Records which SQL SQLMesh runs when it carries out the plans of oracle cases, stage by stage.

    python -m venv .venv && .venv/bin/pip install "sqlmesh[duckdb]==0.236.4" time-machine==2.* pyyaml
    MAX_FORK_WORKERS=1 .venv/bin/python tests/statements/record.py tests/cases/NAME.yaml [...]

writes tests/statements/NAME.json: step → stages in order, each with its statements. Left out is what only asks
the engine something, and what keeps the state. Three things are recorded in a simpler form of the same meaning:
a query that is tried without rows is wrapped instead of changed inside, common table expressions stay where they
are written, and the rows of a seed, which come from memory, are `{"seed": table}`. An audit is `{"audit": 1}`.
What a migration does to its helper table is left out, the ALTERs are there.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import sys
import tempfile
import typing as t
from pathlib import Path

os.environ.setdefault("SQLMESH__DISABLE_ANONYMIZED_ANALYTICS", "true")
os.environ.setdefault("MAX_FORK_WORKERS", "1")
os.environ["TZ"] = "UTC"

import time_machine
import yaml

STAGES: t.List[t.Dict[str, t.Any]] = []
ACTIVE = {"on": False, "helper": False}
QUESTIONS = (
    "SELECT CURRENT_CATALOG", "SELECT CURRENT_SCHEMA", "SELECT type FROM DUCKDB_DATABASES", "DESCRIBE ",
    "SELECT table_name AS name",
)


def plain(sql: str) -> str:
    sql = re.sub(r"^/\* SQLMESH_\w+: [0-9a-f]+ \*/ ", "", sql)
    return re.sub(r'(__temp_[A-Za-z0-9_]+?)_[a-z0-9]{8}"', r'\1"', sql)


def note(sql: str) -> None:
    if not ACTIVE["on"] or not STAGES:
        return
    sql = plain(sql)
    if '"sqlmesh"."_' in sql or sql.startswith(QUESTIONS):
        return
    found: t.Any = sql
    if '_schema_tmp"' in sql:
        ACTIVE["helper"] = not sql.startswith("DROP")
        return
    if ACTIVE["helper"] and sql.startswith("SELECT * FROM ("):
        return
    if sql.endswith('AS "audit"') and sql.startswith("SELECT COUNT(*)"):
        found = {"audit": 1}
    elif sql.startswith("CREATE OR REPLACE TABLE") and ' FROM (SELECT ' in sql and '__temp_' in sql.split(" AS ", 1)[1]:
        found = {"seed": sql.split(" ")[4]}
        ACTIVE["frame"] = True
    elif ACTIVE.get("frame") and sql.startswith("DROP TABLE IF EXISTS") and "__temp_" in sql:
        ACTIVE["frame"] = False
        return
    STAGES[-1]["statements"].append(found)


def install() -> None:
    from sqlglot import exp
    from sqlmesh.core.engine_adapter.base import EngineAdapter
    from sqlmesh.core.model import definition
    from sqlmesh.core.plan.evaluator import BuiltInPlanEvaluator

    execute = EngineAdapter._execute

    def recording(self: t.Any, sql: str, *args: t.Any, **kwargs: t.Any) -> None:
        note(sql)
        execute(self, sql, *args, **kwargs)

    def without_rows(self: t.Any, **kwargs: t.Any) -> t.Any:
        query = self.render_query_or_raise(**kwargs)
        missing = {c: k for c, k in self.managed_columns.items() if c not in query.named_selects}
        managed = [exp.alias_(exp.cast(exp.Null(), to=kind), name, quoted=True) for name, kind in missing.items()]
        inner = query.subquery("_subquery", copy=False)
        return exp.select("*", *managed).from_(inner).where(exp.false()).limit(0)

    def ordered(
        self: t.Any, query: t.Any, columns: t.Dict[str, t.Any], where: t.Any = None, coerce_types: bool = False
    ) -> t.Any:
        if not where and not coerce_types and query.named_selects == list(columns):
            return query
        names = [exp.column(name, quoted=True) for name in columns]
        if coerce_types and not any(kind.is_type("unknown") for kind in columns.values()):
            names = [exp.cast(name, kind).as_(name.name, quoted=True) for name, kind in zip(names, columns.values())]
        outer = exp.select(*names).from_(query.copy().subquery("_subquery", copy=False))
        return outer.where(where) if where else outer

    EngineAdapter._execute = recording
    EngineAdapter._order_projections_and_filter = ordered
    definition._Model.ctas_query = without_rows
    for name in dir(BuiltInPlanEvaluator):
        if name.startswith("visit_"):
            visit = getattr(BuiltInPlanEvaluator, name)

            def wrapped(self: t.Any, stage: t.Any, plan: t.Any, visit: t.Any = visit) -> t.Any:
                STAGES.append({"stage": type(stage).__name__, "statements": []})
                return visit(self, stage, plan)

            setattr(BuiltInPlanEvaluator, name, wrapped)


def write_files(root: Path, files: t.Dict[str, t.Optional[str]]) -> None:
    for name, text in files.items():
        path = root / name
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)


def run_step(project: Path, gateway: t.Optional[str], step: t.Dict[str, t.Any]) -> t.Optional[t.Any]:
    from sqlmesh import Context
    from sqlmesh.core.snapshot.definition import SnapshotChangeCategory

    STAGES.clear()
    context = Context(paths=[str(project)], gateway=gateway)
    try:
        if "plan" in step:
            arguments = dict(step["plan"] or {})
            choices = arguments.pop("set_choices", None) or {}
            builder = context.plan_builder(skip_tests=True, **arguments)
            by_name = {s.name: s for s in builder.build().snapshots.values()}
            for name, choice in choices.items():
                builder.set_choice(by_name[name], SnapshotChangeCategory[choice])
            if step.get("apply"):
                plan = builder.build()
                ACTIVE["on"] = True
                context.apply(plan)
                return [dict(stage) for stage in STAGES]
        elif "run" in step:
            context.config.run.environment_check_interval = 1
            context.config.run.environment_check_max_wait = 1
            STAGES.append({"stage": "run", "statements": []})
            ACTIVE["on"] = True
            context.run(**(step["run"] or {}))
            return [dict(stage) for stage in STAGES]
    finally:
        ACTIVE["on"] = False
        context.close()
    return None


def record(path: Path) -> t.Dict[str, t.Any]:
    from rich.console import Console
    from sqlmesh.core.console import TerminalConsole, set_console

    case = yaml.safe_load(path.read_text())
    root = Path(tempfile.mkdtemp(prefix="record-"))
    now = case.get("now", "2024-09-27T00:00:00Z")
    found: t.Dict[str, t.Any] = {}
    try:
        os.chdir(root)
        write_files(root, case["project"])
        for number, step in enumerate(case["steps"], 1):
            now = step.get("now", now)
            write_files(root, step.get("edit") or {})
            set_console(TerminalConsole(console=Console(file=io.StringIO(), width=160)))
            with time_machine.travel(now, tick=False):
                try:
                    stages = run_step(root, step.get("gateway") or case.get("gateway"), step)
                except Exception as error:  # a plan that fails half-way is no answer
                    print(f"{path.stem}/{number}: {type(error).__name__}: {error}"[:200], file=sys.stderr)
                    continue
            if stages is not None:
                found[str(number)] = stages
    finally:
        os.chdir("/")
        shutil.rmtree(root, ignore_errors=True)
    return found


def main() -> None:
    install()
    folder = Path(__file__).resolve().parent
    for name in sys.argv[1:]:
        path = Path(name).resolve()
        with contextlib.redirect_stdout(sys.stderr):
            found = record(path)
        (folder / f"{path.stem}.json").write_text(json.dumps(found, indent=1) + "\n")
        print(f"{path.stem}: {len(found)} steps")


if __name__ == "__main__":
    main()
