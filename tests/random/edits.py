"""Random edits of a project, and random questions: what is planned, with which options, at which moment."""

from __future__ import annotations

import datetime
import typing as t

from projects import INCREMENTAL, KINDS, Author, Model, Project


class Editor(Author):
    """Changes a project in place. Each method makes one edit; some find nothing to change."""

    def edit(self, project: Project) -> None:
        ways = (
            ["add_column"] * 5
            + ["drop_column"] * 2
            + ["rename_column"]
            + ["change_expression"] * 3
            + ["change_where"] * 2
            + ["comment", "relayout", "reorder", "change_kind", "statements", "seed", "external", "variable", "audit"]
            + ["properties"] * 4
            + ["kind_fields"] * 3
            + ["add_model"] * 2
            + ["remove_model"]
            + ["cte", "star", "alias", "config", "union", "limit"]
        )
        getattr(self, self.rng.choice(ways))(project)

    def some(self, project: Project, test: t.Callable[[Model], bool] = lambda m: m.kind != "SEED") -> t.Optional[Model]:
        found = [m for m in project.models if test(m)]
        return self.rng.choice(found) if found else None

    def add_column(self, project: Project) -> None:
        model = self.some(project, lambda m: m.kind != "SEED" and m.shape != "union" and not m.group)
        if model is None:
            return
        alias, expression = self.projection(model)
        if self.chance(0.08):
            alias, expression = "arr", "UNNEST([1, 2])"
        if self.chance(0.1):
            alias, expression = "sub", "(SELECT MAX(u) FROM UNNEST([1, 2]) AS t(u))"
        items = [i for i in model.columns.items() if i[0] != alias]
        at = len(items) if self.chance(0.7) else self.rng.randint(0, len(items))
        items.insert(at, (alias, expression))
        model.columns = dict(items)
        self.declared(model)

    def drop_column(self, project: Project) -> None:
        model = self.some(project, lambda m: m.kind != "SEED" and len(m.columns) > 2)
        if model is None:
            return
        droppable = [c for c in model.columns if c not in ("k", "ds")]
        unread = [c for c in droppable if not any(f"a.{c}" in m.text() for m in project.readers(model))]
        if unread and self.chance(0.8):
            droppable = unread
        if droppable:
            del model.columns[self.rng.choice(droppable)]
        self.declared(model)

    def rename_column(self, project: Project) -> None:
        model = self.some(project, lambda m: m.kind != "SEED" and m.shape not in ("star", "union"))
        if model is None:
            return
        names = [c for c in model.columns if c not in ("k", "ds")]
        if not names:
            return
        old, new = self.rng.choice(names), f"r{self.rng.randint(0, 9)}"
        model.columns = {new if a == old else a: e for a, e in model.columns.items()}
        self.declared(model)
        for reader in project.readers(model) if self.chance(0.8) else []:
            reader.columns = {a: e.replace(f"a.{old}", f"a.{new}") for a, e in reader.columns.items()}

    def declared(self, model: Model) -> None:
        if "columns" in model.fields and self.chance(0.7):
            del model.fields["columns"]

    def change_expression(self, project: Project) -> None:
        model = self.some(project, lambda m: m.kind != "SEED" and m.shape not in ("union",) and not m.group)
        if model is None:
            return
        names = [c for c in model.columns if c not in ("k", "ds")]
        if not names:
            return
        name = self.rng.choice(names)
        _, expression = self.projection(model)
        if self.chance(0.3):
            expression = f"({model.columns[name]})" if self.chance(0.5) else f"{model.columns[name]} + 1"
        model.columns[name] = expression

    def change_where(self, project: Project) -> None:
        model = self.some(project, lambda m: bool(m.sources) and m.kind != "SEED" and not m.group)
        if model is None:
            return
        if model.where and self.chance(0.5):
            model.where.pop()
        else:
            model.where.append(self.condition())

    def comment(self, project: Project) -> None:
        model = self.some(project)
        if model is not None:
            model.comments.append(f"remark {self.rng.randint(0, 99)}")

    def relayout(self, project: Project) -> None:
        model = self.some(project)
        if model is not None:
            model.layout += 2 if model.shape == "cte" else 1

    def reorder(self, project: Project) -> None:
        model = self.some(project, lambda m: m.kind != "SEED" and m.shape not in ("union",) and not m.group)
        if model is not None:
            items = list(model.columns.items())
            self.rng.shuffle(items)
            model.columns = dict(items)

    def change_kind(self, project: Project) -> None:
        model = self.some(project)
        if model is None:
            return
        kept = {"forward_only", "on_destructive_change", "on_additive_change"}
        model.kind = self.rng.choice(KINDS)
        if model.kind != "INCREMENTAL_BY_TIME_RANGE":
            model.reads_itself = False
        keep = model.kind in INCREMENTAL and model.kind != "INCREMENTAL_BY_PARTITION"
        model.kind_fields = {k: v for k, v in model.kind_fields.items() if keep and k in kept}
        if model.kind in ("VIEW", "EMBEDDED"):
            for key in ("partitioned_by", "clustered_by"):
                model.fields.pop(key, None)
        if model.kind == "EMBEDDED":
            model.fields.pop("audits", None)

    def statements(self, project: Project) -> None:
        model = self.some(project)
        if model is None:
            return
        where = self.rng.choice([model.before, model.before, model.after])
        if where and self.chance(0.4):
            where.pop()
        else:
            where.append(f"SET VARIABLE y = {self.rng.randint(1, 9)}")

    def seed(self, project: Project) -> None:
        model = self.some(project, lambda m: m.kind == "SEED")
        if model is None:
            return
        way = self.rng.randint(0, 3)
        if way == 0:
            model.csv.append(["9", "2024-09-29", "99", "new"])
        elif way == 1:
            model.csv[1][2] = str(self.rng.randint(100, 999))
        elif way == 2 and f"x{len(model.csv[0])}" not in model.csv[0]:
            model.csv[0].append(f"x{len(model.csv[0])}")
            for row in model.csv[1:]:
                row.append(str(self.rng.randint(1, 9)))
        else:
            model.fields["description"] = f"'seed {self.rng.randint(0, 9)}'"

    def external(self, project: Project) -> None:
        columns = project.external.get("raw.events")
        if columns is None:
            return
        way = self.rng.randint(0, 2)
        if way == 0:
            columns[f"y{self.rng.randint(0, 9)}"] = "INT"
        elif way == 1:
            columns["v9"] = self.rng.choice(["BIGINT", "INT", "DOUBLE"])
        elif "s9" in columns:
            del columns["s9"]

    def variable(self, project: Project) -> None:
        project.config["variables"] = {**project.config["variables"], "num": self.rng.randint(1, 9), "flag": self.chance(0.6)}

    def audit(self, project: Project) -> None:
        if "positive" in project.audits:
            least = self.rng.randint(-3, 0)
            project.audits["positive"] = f"AUDIT (name positive, defaults (least = {least}));\nSELECT * FROM @this_model WHERE k < @least\n"
            return
        for name in list(project.audits):
            if self.chance(0.3):
                del project.audits[name]
            else:
                target = self.rng.choice(project.models).name
                project.audits[name] = f"AUDIT (name {name}, standalone true);\nSELECT * FROM {target} WHERE k < -1\n"

    def properties(self, project: Project) -> None:
        model = self.rng.choice(project.models)
        self.property(model)

    def kind_fields(self, project: Project) -> None:
        model = self.some(project, lambda m: m.kind in INCREMENTAL)
        if model is not None:
            self.kind_field(model)

    def add_model(self, project: Project) -> None:
        model = self.model(project)
        project.models.append(model)
        readers = [m for m in project.models[:-1] if not m.sources and m.kind not in ("SEED",)]
        if readers and model.kind != "SEED" and not model.sources and self.chance(0.3):
            # a model put above an existing one
            reader = self.rng.choice(readers)
            reader.sources, reader.shape = [model], "plain"

    def remove_model(self, project: Project) -> None:
        if len(project.models) < 2:
            return
        leaves = [m for m in project.models if not project.readers(m)]
        model = self.rng.choice(leaves if self.chance(0.85) and leaves else project.models)
        project.models = [m for m in project.models if m is not model]
        project.audits = {n: b for n, b in project.audits.items() if f"FROM {model.name} " not in b or self.chance(0.2)}

    def cte(self, project: Project) -> None:
        model = self.some(project, lambda m: m.shape in ("cte", "derived"))
        if model is None:
            return
        if model.cte_extra and self.chance(0.4):
            model.cte_extra.pop()
        else:
            model.cte_extra.append(f"k * {self.rng.randint(2, 9)} AS e{self.rng.randint(0, 9)}")

    def star(self, project: Project) -> None:
        model = self.some(project, lambda m: bool(m.sources) and m.shape in ("plain", "star") and not m.group)
        if model is None:
            return
        if model.shape == "star":
            model.columns = {**{c: f"a.{c}" for c in model.sources[0].output()}, **model.columns}
            model.shape = "plain"
        else:
            model.shape = "star"

    def alias(self, project: Project) -> None:
        model = self.some(project, lambda m: bool(m.sources) and m.shape == "plain" and not m.group)
        if model is not None:
            model.shape = "derived" if self.chance(0.5) else "cte"

    def union(self, project: Project) -> None:
        model = self.some(project, lambda m: bool(m.sources) and m.shape in ("plain", "union") and not m.group)
        if model is not None and not model.order:
            model.shape = "plain" if model.shape == "union" else "union"

    def limit(self, project: Project) -> None:
        model = self.some(project, lambda m: m.kind in ("FULL", "VIEW") and m.shape == "plain")
        if model is not None:
            model.order, model.limit = self.rng.choice([("1", 0), ("1", 5), ("k", 10), ("", 0), ("2, 1", 0)])

    def config(self, project: Project) -> None:
        config, rng = project.config, self.rng
        way = rng.randint(0, 3)
        if way == 0:
            config["after_all"] = [f"SELECT {rng.randint(1, 9)}"]
        elif way == 1:
            config["before_all"] = [*config["before_all"][:2], f"SELECT {rng.randint(1, 9)} AS x"]
        elif way == 2:
            config["model_defaults"] = {**config["model_defaults"], "owner": rng.choice(["ann", "cid"])}
        else:
            config["model_defaults"] = {**config["model_defaults"], "start": rng.choice(["2024-09-19", "2024-09-21"])}


class Asker(Editor):
    """Draws the steps of a story."""

    takes_back = 0.08  # how likely a step's edits are undone by the next

    def story(self, seed: int) -> t.Dict[str, t.Any]:
        rng = self.rng
        project = self.project()
        now = datetime.datetime(2024, 9, 27, rng.choice([0, 0, 0, 5, 13]), rng.choice([0, 0, 30]))
        story: t.Dict[str, t.Any] = {
            "title": f"random story {seed}",
            "now": now.isoformat() + "Z",
            "project": project.files(),
            "steps": [],
        }
        environments = ["prod"]
        files = dict(story["project"])
        for number in range(rng.randint(3, 6)):
            step: t.Dict[str, t.Any] = {}
            if number and self.chance(0.3):
                now += rng.choice(
                    [datetime.timedelta(days=1), datetime.timedelta(hours=3), datetime.timedelta(days=7, hours=1), datetime.timedelta(minutes=40)]
                )
                step["now"] = now.isoformat() + "Z"
            if number and self.chance(0.85):
                before = project.copy()
                for _ in range(rng.choice([1, 1, 1, 2, 3])):
                    self.edit(project)
                edits = changed(files, project.files())
                if self.chance(self.takes_back) and number > 1:
                    project = before  # the next step takes these edits back
                files = {**files, **edits}
                files = {path: text for path, text in files.items() if text is not None}
                if edits:
                    step["edit"] = edits
            elif number:
                edits = changed(files, project.files())
                if edits:
                    step["edit"] = edits
                    files = project.files()
            if number and self.chance(0.07):
                step["run"] = {"environment": rng.choice(environments)}
            else:
                step["plan"] = self.question(project, number, environments)
                step["apply"] = number == 0 or self.chance(0.75)
            story["steps"].append(step)
        return story

    def question(self, project: Project, number: int, environments: t.List[str]) -> t.Dict[str, t.Any]:
        rng = self.rng
        if number == 0:
            return {"environment": "prod"}
        environment = "prod" if self.chance(0.35) else rng.choice(["dev", "dev", "dev", "other", "Dev-2"])
        if environment not in environments:
            environments.append(environment)
        options: t.Dict[str, t.Any] = {"environment": environment}
        dev = environment != "prod"
        names = [m.name for m in project.models]

        def selector() -> str:
            name = rng.choice(names)
            return rng.choice([name, name, f"+{name}", f"{name}+", f"+{name}+", "tag:red", "one.*", "*", f"^{name}", f"({name} | tag:blue)", "nothing.here"])

        if self.chance(0.12):
            options["restate_models"] = [selector()]
            if self.chance(0.6):
                options["start"] = rng.choice(["2024-09-22", "2024-09-24", "3 days ago", "2024-09-21 06:00:00"])
            if self.chance(0.4):
                options["end"] = rng.choice(["2024-09-25", "2024-09-24 12:00:00", "yesterday"])
        elif dev and self.chance(0.2):
            options["start"] = rng.choice(["2024-09-22", "2024-09-25", "1 week ago", "2 days ago", "yesterday"])
            if self.chance(0.4):
                options["end"] = rng.choice(["2024-09-25", "2024-09-26", "1 day ago", "today"])
        elif dev and self.chance(0.05):
            options["end"] = rng.choice(["2024-09-25", "2024-09-26"])
        if self.chance(0.15):
            options["forward_only"] = True
            if self.chance(0.3):
                options["effective_from"] = rng.choice(["2024-09-24", "2 days ago"])
        if self.chance(0.08):
            options["no_auto_categorization"] = True
        if self.chance(0.1) and "restate_models" not in options:
            options["select_models"] = [selector() for _ in range(rng.randint(1, 2))]
        if self.chance(0.08) and "restate_models" not in options:
            options["backfill_models"] = [selector()]
        if dev and self.chance(0.15):
            options["include_unmodified"] = True
        if dev and self.chance(0.1):
            options["create_from"] = rng.choice(["dev", "other", "missing"])
        for key, probability in (("skip_backfill", 0.07), ("empty_backfill", 0.05), ("no_gaps", 0.07), ("run", 0.1)):
            if self.chance(probability):
                options[key] = True
        if options.get("run") and self.chance(0.4):
            options["ignore_cron"] = True
        if self.chance(0.06):
            options["enable_preview"] = self.chance(0.5)
        if self.chance(0.08):
            options["min_intervals"] = rng.choice([1, 2, 5])
        if self.chance(0.05):
            options["execution_time"] = rng.choice(["2024-09-28", "2024-09-27 12:00:00", "tomorrow"])
        for key in ("allow_destructive_models", "allow_additive_models"):
            if self.chance(0.25):
                options[key] = [rng.choice(["*", rng.choice(names)])]
        return options


def changed(before: t.Dict[str, str], after: t.Dict[str, str]) -> t.Dict[str, t.Optional[str]]:
    """What turns one set of files into another; null deletes."""
    edits: t.Dict[str, t.Optional[str]] = {p: text for p, text in after.items() if before.get(p) != text}
    edits.update({p: None for p in before if p not in after})
    return edits
