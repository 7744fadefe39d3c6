#!/usr/bin/env python3
"""Records what the real SQLMesh finds out about every model of the dialect projects.

    python -m venv .venv && .venv/bin/pip install "sqlmesh[duckdb]==0.236.4"
    .venv/bin/python columns.py                 # writes tests/projects/dialects/*/expected.json
    .venv/bin/python columns.py --check         # compares with what is written
    .venv/bin/python columns.py snowflake       # one project

For each model: the tables it depends on, its output columns with types (null when SQLMesh does not know them),
for each output column the source columns of its lineage, and its fingerprint. `cargo test -p planglass-tests
columns` compares Planglass with these files, and `cargo run -p planglass-tests --bin columns -- -v` shows what differs.
"""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("SQLMESH__DISABLE_ANONYMIZED_ANALYTICS", "true")
os.environ["TZ"] = "UTC"
os.environ.setdefault("MAX_FORK_WORKERS", "1")

PROJECTS = Path(__file__).resolve().parent.parent / "projects" / "dialects"


def lineage_of(model, name, exp, lineage, normalize):
    found = set()
    try:
        for node in lineage(exp.to_identifier(name, quoted=True), model, trim_selects=False).walk():
            if node.downstream:
                continue
            table = node.expression.find(exp.Table)
            # Functions in FROM are tables to SQLGlot.
            if table and isinstance(table.this, exp.Identifier):
                fqn = normalize(table, default_catalog=model.default_catalog, dialect=model.dialect)
                found.add((fqn, exp.to_column(node.name).name))
    except Exception as error:  # noqa: BLE001
        return f"{type(error).__name__}"
    return sorted(map(list, found))


def answers(folder):
    from sqlglot import exp
    from sqlmesh import Context
    from sqlmesh.core.dialect import normalize_model_name
    from sqlmesh.core.lineage import lineage

    context = Context(paths=[str(folder)])
    result = {}
    snapshots = context.snapshots
    for name, model in sorted(context.models.items()):
        entry = {"depends_on": sorted(model.depends_on)}
        columns = model.columns_to_types
        entry["columns"] = (
            None
            if columns is None
            else {column: kind.sql(dialect=model.dialect) for column, kind in columns.items()}
        )
        if model.is_sql:
            names = columns or {}
            entry["lineage"] = {
                column: lineage_of(model, column, exp, lineage, normalize_model_name) for column in names
            }
        entry["fingerprint"] = dict(sorted(snapshots[name].fingerprint.dict().items()))
        result[name] = entry
    context.close()
    return result


def main(arguments):
    check = "--check" in arguments
    wanted = [name for name in arguments if not name.startswith("--")]
    differs = False
    for folder in sorted(path for path in PROJECTS.iterdir() if (path / "config.yaml").exists()):
        if wanted and folder.name not in wanted:
            continue
        with tempfile.TemporaryDirectory() as scratch:
            # SQLMesh leaves caches beside the project.
            copy = Path(scratch) / folder.name
            shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(".*", "expected.json"))
            text = json.dumps(answers(copy), indent=1, ensure_ascii=False) + "\n"
        target = folder / "expected.json"
        if check:
            if target.read_text() != text:
                differs = True
                print(f"{folder.name}: differs from expected.json")
        else:
            target.write_text(text)
            print(f"{folder.name}: {text.count('depends_on')} models")
    return 1 if differs else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
