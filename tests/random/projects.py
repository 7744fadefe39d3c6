"""Random projects and random edits of them: models as data, drawn and changed with one random generator.

A project is a `Project`; `Project.files()` writes it down as path → text. Every model has the columns `k` and `ds`,
so that any model can read any earlier one; the rest of its columns, its kind and its properties are drawn.
"""

from __future__ import annotations

import copy
import random
import typing as t
from dataclasses import dataclass, field

NUMBERS = ["v", "w", "n", "qty", "price"]
TEXTS = ["s", "label", "note"]
CRONS = ["@daily"] * 6 + ["@hourly", "@weekly", "@monthly", "0 2 * * *", "*/30 * * * *", "0 12 * * 1-5"]
KINDS = (
    ["FULL"] * 5
    + ["VIEW"] * 5
    + ["INCREMENTAL_BY_TIME_RANGE"] * 7
    + ["INCREMENTAL_BY_UNIQUE_KEY"] * 2
    + ["INCREMENTAL_BY_PARTITION", "INCREMENTAL_UNMANAGED", "SCD_TYPE_2_BY_COLUMN", "EMBEDDED", "EMBEDDED"]
)
INCREMENTAL = {k for k in KINDS if k.startswith(("INCREMENTAL", "SCD"))}
CHANGES = ["ERROR", "WARN", "ALLOW", "IGNORE"]


@dataclass
class Model:
    name: str
    kind: str
    sources: t.List["Model"] = field(default_factory=list)
    shape: str = "plain"  # plain, cte, derived, union, star, join
    columns: t.Dict[str, str] = field(default_factory=dict)  # alias → expression
    where: t.List[str] = field(default_factory=list)
    group: bool = False
    distinct: bool = False
    order: str = ""
    limit: int = 0
    kind_fields: t.Dict[str, str] = field(default_factory=dict)
    fields: t.Dict[str, str] = field(default_factory=dict)
    comments: t.List[str] = field(default_factory=list)
    before: t.List[str] = field(default_factory=list)
    after: t.List[str] = field(default_factory=list)
    layout: int = 0
    cte_extra: t.List[str] = field(default_factory=list)
    reads_itself: bool = False
    csv: t.List[t.List[str]] = field(default_factory=list)
    macro: str = ""

    @property
    def path(self) -> str:
        return f"models/{self.name.split('.')[-1]}.sql"

    def output(self) -> t.List[str]:
        if self.kind == "SEED":
            return list(self.csv[0])
        if self.shape == "star" and self.sources:
            return self.sources[0].output() + [c for c in self.columns if c not in self.sources[0].output()]
        return list(self.columns)

    def text(self) -> str:
        kind = self.kind
        details = dict(self.kind_fields)
        if kind == "INCREMENTAL_BY_TIME_RANGE":
            details = {"time_column": "ds", **details}
        elif kind == "INCREMENTAL_BY_UNIQUE_KEY":
            details = {"unique_key": "k", **details}
        elif kind == "SCD_TYPE_2_BY_COLUMN":
            # Unless the type is written, SQLMesh without its file cache takes the same type in state for another one.
            details = {"unique_key": "k", "columns": "*", "time_data_type": "TIMESTAMP", **details}
        elif kind == "SEED":
            details = {"path": f"'../seeds/{self.name.split('.')[-1]}.csv'", **details}
        inside = ", ".join(f"{k} {v}" for k, v in details.items())
        lines = [f"  name {self.name}", f"  kind {kind} ({inside})" if inside else f"  kind {kind}"]
        fields = dict(self.fields)
        if kind == "INCREMENTAL_BY_PARTITION":
            fields.setdefault("partitioned_by", "k")
        if kind in ("SEED", "EXTERNAL"):
            fields = {k: v for k, v in fields.items() if k in ("owner", "tags", "description", "grain", "cron", "start")}
        lines += [f"  {k} {v}" for k, v in fields.items()]
        header = "MODEL (\n" + ",\n".join(lines) + "\n);\n"
        if kind == "SEED":
            return header
        parts = [header]
        parts += [f"{s};\n" for s in self.before]
        parts.append(self.query() + (";\n" if self.after else "\n"))
        parts += [f"{s};\n" for s in self.after]
        return "".join(parts)

    def query(self) -> str:
        incremental = self.kind == "INCREMENTAL_BY_TIME_RANGE"
        where = list(self.where)
        if not self.sources:
            source = ""
        elif self.shape == "join" and len(self.sources) > 1:
            source = f"FROM {self.sources[0].name} AS a JOIN {self.sources[1].name} AS b ON a.k = b.k"
        elif self.shape == "cte":
            extra = "".join(f", {c}" for c in self.cte_extra)
            source = "FROM c AS a"
            cte = f"WITH c AS (SELECT *{extra} FROM {self.sources[0].name})"
            if self.layout % 2:
                names = ", ".join(self.sources[0].output())
                cte = f"WITH c AS (SELECT {names}{extra} FROM {self.sources[0].name})"
        elif self.shape == "derived":
            extra = "".join(f", {c}" for c in self.cte_extra)
            names = ", ".join(self.sources[0].output())
            source = f"FROM (SELECT {names}{extra} FROM {self.sources[0].name}) AS a"
        else:
            source = f"FROM {self.sources[0].name} AS a"
        if incremental and self.sources:
            where.append("a.ds BETWEEN @start_ds AND @end_ds")
        if self.reads_itself:
            where.append(f"a.k NOT IN (SELECT k FROM {self.name} WHERE ds > @end_ds)")
        items = [f"{e} AS {a}" if e.split(".")[-1] != a else e for a, e in self.columns.items()]
        if self.shape == "star" and self.sources:
            items = ["a.*"] + [i for i, a in zip(items, self.columns) if a not in self.sources[0].output()]
        separator = [",\n  ", ", ", "\n  , "][self.layout % 3]
        note = f" /* {self.comments[0]} */" if self.comments else ""
        select = ["SELECT", "select", "SELECT"][self.layout % 3]
        distinct = " DISTINCT" if self.distinct else ""
        text = f"{select}{distinct}{note}\n  {separator.join(items)}\n{source}".rstrip()
        if self.shape == "cte" and self.sources:
            text = f"{cte}\n{text}"
        if where:
            text += "\nWHERE " + " AND ".join(where)
        if self.group:
            keys = [str(i + 1) for i, e in enumerate(self.columns.values()) if not e.startswith("SUM(")]
            text += "\nGROUP BY " + ", ".join(keys)
        if self.shape == "union" and self.sources:
            other = ", ".join(f"{e} AS {a}" for a, e in self.columns.items())
            text += f"\nUNION ALL\nSELECT {other} FROM {self.sources[-1].name} AS a"
        elif self.order:
            text += f"\nORDER BY {self.order}"
            if self.limit:
                text += f" LIMIT {self.limit}"
        for comment in self.comments[1:]:
            text += f" -- {comment}"
        return text


@dataclass
class Project:
    models: t.List[Model]
    config: t.Dict[str, t.Any]
    external: t.Dict[str, t.Dict[str, str]] = field(default_factory=dict)
    audits: t.Dict[str, str] = field(default_factory=dict)
    counter: int = 0

    def files(self) -> t.Dict[str, str]:
        import yaml

        files = {"config.yaml": yaml.safe_dump(self.config, sort_keys=False)}
        for model in self.models:
            files[model.path] = model.text()
            if model.kind == "SEED":
                rows = "\n".join(",".join(row) for row in model.csv)
                files[f"seeds/{model.name.split('.')[-1]}.csv"] = rows + "\n"
        if self.external:
            listed = [{"name": n, "columns": c} for n, c in sorted(self.external.items())]
            files["external_models.yaml"] = yaml.safe_dump(listed, sort_keys=False)
        for name, body in self.audits.items():
            files[f"audits/{name}.sql"] = body
        return files

    def readers(self, model: Model) -> t.List[Model]:
        return [m for m in self.models if any(s is model for s in m.sources)]

    def copy(self) -> "Project":
        return copy.deepcopy(self)


class Author:
    """Draws projects and edits."""

    def __init__(self, rng: random.Random):
        self.rng = rng

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def project(self) -> Project:
        rng = self.rng
        defaults: t.Dict[str, t.Any] = {"dialect": "duckdb", "start": "2024-09-20"}
        if self.chance(0.1):
            defaults["start"] = rng.choice(["2024-09-01", "1 week ago", "2024-09-24"])
        if self.chance(0.1):
            defaults["cron"] = "@hourly"
        config: t.Dict[str, t.Any] = {
            "gateways": {"local": {"connection": {"type": "duckdb", "database": "db.duckdb"}}},
            "default_gateway": "local",
            "model_defaults": defaults,
            "variables": {"num": 3, "word": "abc", "flag": True},
            "before_all": [
                "CREATE SCHEMA IF NOT EXISTS raw",
                "CREATE TABLE IF NOT EXISTS raw.events AS SELECT 1::INT AS k, '2024-09-21'::DATE AS ds, 5::INT AS v9, 'e' AS s9",
            ],
        }
        plan: t.Dict[str, t.Any] = {}
        if self.chance(0.2):
            plan["auto_categorize_changes"] = {
                s: rng.choice(["full", "semi", "off"]) for s in ("sql", "seed", "external") if self.chance(0.7)
            }
        for key, probability in (("forward_only", 0.05), ("include_unmodified", 0.06), ("enable_preview", 0.08)):
            if self.chance(probability):
                plan[key] = self.chance(0.6)
        if self.chance(0.04):
            plan["use_finalized_state"] = True
        if self.chance(0.03):
            plan["always_recreate_environment"] = True
        if plan:
            config["plan"] = plan
        if self.chance(0.05):
            config["environment_suffix_target"] = "table"
        if self.chance(0.04):
            config["virtual_environment_mode"] = "dev_only"
        if self.chance(0.04):
            config["physical_table_naming_convention"] = "table_only"
        project = Project(models=[], config=config)
        if self.chance(0.5):
            project.external["raw.events"] = {"k": "INT", "ds": "DATE", "v9": "INT", "s9": "TEXT"}
        for _ in range(rng.randint(2, 12)):
            project.models.append(self.model(project))
        if self.chance(0.2):
            target = rng.choice(project.models).name
            name = f"check_{project.counter}"
            project.audits[name] = f"AUDIT (name {name}, standalone true);\nSELECT * FROM {target} WHERE k < 0\n"
        if self.chance(0.3):
            project.audits["positive"] = "AUDIT (name positive, defaults (least = 0));\nSELECT * FROM @this_model WHERE k < @least\n"
            for model in project.models:
                if self.chance(0.3) and model.kind not in ("SEED", "EMBEDDED"):
                    model.fields["audits"] = "(positive)"
        return project

    def model(self, project: Project) -> Model:
        rng = self.rng
        project.counter += 1
        name = f"{rng.choice(['one', 'two'])}.m{project.counter}"
        if self.chance(0.1) or (not project.models and self.chance(0.3)):
            rows = [[str(i), f"2024-09-2{i}", str(i * 3), f"t{i}"] for i in range(1, rng.randint(2, 4))]
            return Model(name=name, kind="SEED", csv=[["k", "ds", "v0", "s0"], *rows])
        model = Model(name=name, kind=rng.choice(KINDS), layout=rng.randint(0, 5))
        candidates = [m for m in project.models]
        if candidates and self.chance(0.8):
            recent = candidates[-4:]
            model.sources = [rng.choice(recent if self.chance(0.6) else candidates)]
            if self.chance(0.3) and len(candidates) > 1:
                other = rng.choice([m for m in candidates if m is not model.sources[0]])
                model.sources.append(other)
                model.shape = rng.choice(["join", "join", "union"])
            else:
                model.shape = rng.choice(["plain"] * 5 + ["cte", "derived", "star", "star"])
        elif project.external and self.chance(0.6):
            model.sources = [Model(name="raw.events", kind="EXTERNAL", columns={c: c for c in project.external["raw.events"]})]
            model.shape = rng.choice(["plain", "plain", "cte", "star"])
        self.fill(model)
        self.decorate(model)
        return model

    def fill(self, model: Model) -> None:
        rng = self.rng
        if model.sources:
            model.columns = {"k": "a.k", "ds": "a.ds"}
        elif model.kind == "INCREMENTAL_BY_TIME_RANGE":
            model.columns = {"k": "1::INT", "ds": "@start_ds::DATE"}
        else:
            model.columns = {"k": "1::INT", "ds": "'2024-09-22'::DATE"}
        for _ in range(rng.randint(1, 4)):
            alias, expression = self.projection(model)
            model.columns[alias] = expression
        if model.shape == "union":
            common = set(model.sources[0].output()) & set(model.sources[-1].output())
            model.columns = {a: f"a.{a}" for a in sorted(common | {"k", "ds"})}
            model.columns[f"n{rng.randint(0, 3)}"] = str(rng.randint(1, 9))
        if model.sources and model.shape in ("plain", "join") and self.chance(0.15):
            model.group = True
            model.columns = {a: e for a, e in model.columns.items() if e.startswith("a.")}
            model.columns["total"] = f"SUM({rng.choice(['a.k', '1'])})"
        if model.sources and self.chance(0.3) and not model.group:
            model.where.append(self.condition())
        if self.chance(0.05) and not model.group:
            model.distinct = True
        if self.chance(0.05) and model.kind in ("FULL", "VIEW") and model.shape != "union":
            model.order = rng.choice(["1", "k", "2 DESC"])
            model.limit = rng.choice([0, 10])
        if model.kind == "INCREMENTAL_BY_TIME_RANGE" and model.shape == "plain" and model.sources and self.chance(0.1):
            model.reads_itself = True
        if model.shape in ("cte", "derived"):
            model.cte_extra = [f"k + {i} AS x{i}" for i in range(rng.randint(0, 2))]

    def condition(self) -> str:
        return self.rng.choice(
            ["a.k > 0", "a.k <> 7", "a.k < @num + 100", "a.k IN (1, 2, 3)", "NOT a.k IS NULL", "@IF(@flag, a.k < 50, TRUE)"]
        )

    def projection(self, model: Model) -> t.Tuple[str, str]:
        rng = self.rng
        available = [c for c in (model.sources[0].output() if model.sources else []) if c not in ("ds",)]
        number = f"{rng.choice(NUMBERS)}{rng.randint(0, 9)}"
        text = f"{rng.choice(TEXTS)}{rng.randint(0, 9)}"
        if available and self.chance(0.55):
            column = rng.choice(available)
            if self.chance(0.6):
                return (column, f"a.{column}") if column not in model.columns else (number, f"a.{column}")
            if column[0] in "slt" and column != "total":
                return text, rng.choice([f"UPPER(a.{column})", f"a.{column} || 'z'", f"COALESCE(a.{column}, 'none')"])
            return number, rng.choice(
                [
                    f"a.{column} + {rng.randint(1, 9)}",
                    f"a.{column} * 2",
                    f"COALESCE(a.{column}, 0)",
                    f"CASE WHEN a.{column} > 2 THEN 1 ELSE 0 END",
                    f"a.{column}::BIGINT",
                    f"CAST(a.{column} AS DOUBLE)",
                    f"(a.{column} + 1)",
                    f"ABS(a.{column})",
                    f"a.{column} / 2",
                    f"GREATEST(a.{column}, a.k)",
                ]
            )
        return rng.choice(
            [
                (number, f"{rng.randint(1, 99)}::INT"),
                (number, f"{rng.randint(1, 99)}"),
                (number, f"{rng.randint(1, 9)} + {rng.randint(1, 9)}"),
                (number, f"{rng.randint(1, 9)}.5"),
                (text, f"'t{rng.randint(0, 9)}'"),
                (text, "@word" if self.chance(0) else "'w'"),
                (number, "@num"),
                (number, "@IF(@flag, 1, 2)"),
                (number, "ROW_NUMBER() OVER (ORDER BY 1)"),
                (number, "CURRENT_DATE" if self.chance(0.3) else "NULL::INT"),
                (number, "CAST(1 AS DECIMAL(10, 2))"),
                (text, "@VAR('word')" if self.chance(0) else "'c' || 'd'"),
            ]
        )

    def decorate(self, model: Model) -> None:
        rng = self.rng
        for _ in range(rng.choice([0, 0, 1, 1, 2])):
            self.property(model)
        if model.kind in INCREMENTAL and self.chance(0.2):
            self.kind_field(model)
        if self.chance(0.06):
            model.before.append(f"SET VARIABLE x = {rng.randint(1, 9)}")
        if self.chance(0.04):
            model.after.append("SET VARIABLE z = 1")
        if self.chance(0.1):
            model.comments.append("about this")

    def property(self, model: Model) -> None:
        rng = self.rng
        key = rng.choice(
            "owner tags description cron cron start end grain partitioned_by clustered_by stamp interval_unit allow_partials "
            "column_descriptions physical_properties virtual_properties columns session_properties storage_format "
            "references optimize_query audits".split()
        )
        if key in model.fields and self.chance(0.4):
            del model.fields[key]
            return
        values = {
            "owner": ["ann", "bob"],
            "tags": ["(red)", "(blue)", "(red, blue)"],
            "description": ["'what it is'", "'something else'"],
            "cron": [f"'{c}'" for c in CRONS],
            "start": ["'2024-09-18'", "'2024-09-23'", "'2024-09-21 12:00:00'", "'3 days ago'"],
            "end": ["'2024-09-25'", "'2024-10-05'"],
            "grain": ["k", "(k, ds)"],
            "partitioned_by": ["ds", "(ds, k)", "k"],
            "clustered_by": ["k", "(k, ds)"],
            "stamp": ["'s1'", "'s2'"],
            "interval_unit": ["'hour'", "'day'"],
            "allow_partials": ["true"],
            "column_descriptions": ["(k = 'the key')", "(k = 'a key', ds = 'a day')"],
            "physical_properties": ["(a = 1)", "(a = 2, b = 'x')"],
            "virtual_properties": ["(c = 1)", "(c = 'y')"],
            "session_properties": ["(d = 1)"],
            "storage_format": ["PARQUET"],
            "references": ["(k)"],
            "optimize_query": ["false"],
            "audits": ["(not_null(columns := (k)))", "(unique_values(columns := (k)), not_null(columns := (k, ds)))"],
        }
        if key in ("interval_unit",) and self.chance(0.7):
            return
        if key == "end":
            model.fields.setdefault("start", "'2024-09-20'")
        if key == "columns":
            if model.shape == "star" or self.chance(0.6):
                return
            model.fields[key] = "(" + ", ".join(f"{c} {'DATE' if c == 'ds' else 'INT' if c[0] not in 'sl' else 'TEXT'}" for c in model.columns) + ")"
            return
        if key in ("partitioned_by", "clustered_by") and model.kind in ("VIEW", "EMBEDDED", "SEED"):
            return
        if key == "audits" and model.kind in ("SEED", "EMBEDDED"):
            return
        if key == "session_properties" and self.chance(0.5):
            return
        model.fields[key] = rng.choice(values[key])

    def kind_field(self, model: Model) -> None:
        rng = self.rng
        options: t.Dict[str, t.List[str]] = {}
        if model.kind in INCREMENTAL:
            options = {"on_destructive_change": CHANGES, "on_additive_change": CHANGES}
            if model.kind not in ("INCREMENTAL_BY_PARTITION",):
                options["forward_only"] = ["true", "true", "false"]
            options["disable_restatement"] = ["true", "false"]
        if model.kind == "INCREMENTAL_BY_TIME_RANGE":
            options.update(
                batch_size=["1", "2", "12"],
                lookback=["1", "2"],
                batch_concurrency=["1"],
                partition_by_time_column=["false"],
                forward_only=["true"],
                auto_restatement_cron=["'@weekly'"],
            )
        if model.kind == "INCREMENTAL_BY_UNIQUE_KEY":
            options.update(lookback=["1"], unique_key=["(k, ds)"])
        if model.kind == "VIEW":
            options = {"materialized": ["false", "true"]} if self.chance(0.2) else {}
        if not options:
            return
        key = rng.choice(sorted(options))
        if key in model.kind_fields:
            del model.kind_fields[key]
        else:
            model.kind_fields[key] = rng.choice(options[key])
