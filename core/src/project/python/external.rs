//! Names of packages outside of the project: what SQLMesh stores for `from module import name`.
//!
//! In: a module and a name. Out: how SQLMesh imports it again. It asks the object itself where it was defined;
//! here a table knows the packages that macros use most, and everything else is a guess that is marked as one.

use super::object::Object;

/// Modules that have modules as attributes: `module: attribute attribute=real.name …`.
const MODULES: [&str; 12] = [
    "sqlglot: exp=sqlglot.expressions expressions errors helper optimizer schema parser generator dialects tokens time executor planner lineage",
    "sqlglot.optimizer: annotate_types canonicalize normalize qualify_columns qualify_tables scope simplify optimizer",
    "sqlmesh: core utils cicd engines integrations",
    "sqlmesh.core: constants dialect macros context snapshot config audit engine_adapter schema_diff",
    "sqlmesh.utils: date errors pandas jinja metaprogramming yaml",
    "os: path=posixpath",
    "collections: abc=collections.abc",
    "concurrent: futures",
    "dateutil: parser relativedelta rrule tz easter",
    "urllib: parse request error",
    "google.cloud: bigquery storage",
    "importlib: resources metadata util",
];

/// Names that are imported again from another module of their package than they may be written with:
/// `real.module: name=real …`. It is the shallowest one below the package that has the name.
const MOVED: [&str; 21] = [
    "sqlglot.expressions: alias=alias_ and_ case cast column condition delete except_ find_tables from_ func insert intersect maybe_parse merge not_ or_ select subquery table=table_ to_column to_identifier to_table union",
    "sqlglot.dialects: Dialect Dialects",
    "sqlglot.errors: ErrorLevel ParseError TokenError UnsupportedError",
    "sqlmesh.core.context: Context ExecutionContext",
    "sqlmesh.core.model: CustomKind model SqlModel PythonModel ModelKindName FullKind ViewKind IncrementalByTimeRangeKind IncrementalByUniqueKeyKind SCDType2ByTimeKind SCDType2ByColumnKind TimeColumn load_sql_based_model",
    "sqlmesh.core.macros: macro",
    "sqlmesh.core.signal: signal",
    "sqlmesh.core.snapshot: Snapshot DeployabilityIndex",
    "sqlmesh.core.snapshot.evaluator: CustomMaterialization",
    "sqlmesh.core.engine_adapter: EngineAdapter",
    "sqlmesh.core.config: Config",
    "sqlmesh.utils: str_to_bool",
    "pandas.core.frame: DataFrame",
    "pandas.core.series: Series",
    "pandas.io.sql: read_sql read_sql_query",
    "polars.dataframe: DataFrame",
    "faker.proxy: Faker",
    "requests.api: get post put patch delete request",
    "croniter.croniter: croniter",
    "pydantic.main: BaseModel",
    "pydantic.fields: Field",
];

/// Modules whose functions are made in C or are no functions: SQLMesh passes over them when they stand alone.
const PASSED_OVER: [&str; 7] = [
    "math",
    "operator",
    "random",
    "functools: reduce cmp_to_key",
    "itertools: tee",
    "time: time sleep monotonic perf_counter strftime strptime localtime gmtime",
    "sqlmesh: SQL DatetimeRanges Model",
];

/// What `typing` has besides things that SQLMesh passes over.
const TYPING: [&str; 5] = ["cast", "overload", "get_type_hints", "get_args", "get_origin"];

/// Packages in which a name is defined where it is imported from, but for the tables above.
const WELL_KNOWN: [&str; 24] = [
    "sqlglot",
    "sqlmesh",
    "datetime",
    "json",
    "re",
    "functools",
    "collections",
    "itertools",
    "typing",
    "enum",
    "math",
    "time",
    "os",
    "random",
    "decimal",
    "uuid",
    "pathlib",
    "dataclasses",
    "hashlib",
    "string",
    "textwrap",
    "copy",
    "zoneinfo",
    "operator",
];

fn entry<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (_, names) = line.split_once(": ")?;
    names
        .split(' ')
        .find(|entry| entry.split('=').next() == Some(name))
}

/// The real name of a module as it is imported.
pub(super) fn module(name: &str) -> String {
    match name {
        "os.path" => "posixpath".to_string(),
        other => other.to_string(),
    }
}

/// What a name of a module outside of the project is.
pub(super) fn imported<'a>(from: &str, name: &str) -> Object<'a> {
    let begins = |line: &&&str| line.split(':').next() == Some(from);
    if let Some(found) = MODULES.iter().find(begins).and_then(|line| entry(line, name)) {
        let real = found.split_once('=').map(|(_, real)| real.to_string());
        return Object::Module(real.unwrap_or_else(|| format!("{from}.{name}")));
    }
    let passed = PASSED_OVER
        .iter()
        .find(begins)
        .is_some_and(|line| !line.contains(':') || entry(line, name).is_some());
    if passed || (from == "typing" && !TYPING.contains(&name)) {
        return Object::Nothing;
    }
    let package = from.split('.').next().unwrap_or(from);
    let unsure = !WELL_KNOWN.contains(&package);
    for line in MOVED {
        if let (Some(found), Some((module, _))) = (entry(line, name), line.split_once(": "))
            && module.split('.').next() == Some(package)
            && (from == package || from.starts_with(module))
        {
            let real = found.split_once('=').map_or(name, |(_, real)| real);
            return Object::import(module, real, unsure);
        }
    }
    Object::import(from, name, unsure)
}

/// Python's own functions and classes: always there, never stored.
pub(super) fn is_built_in(name: &str) -> bool {
    const NAMES: &str = " abs all any ascii bin bool bytearray bytes callable chr classmethod complex delattr dict dir \
        divmod enumerate eval exec filter float format frozenset getattr globals hasattr hash hex id input int isinstance \
        issubclass iter len list locals map max memoryview min next object oct open ord pow print property range repr \
        reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip Exception BaseException \
        ValueError TypeError KeyError IndexError AttributeError RuntimeError NotImplementedError StopIteration OSError \
        ImportError ZeroDivisionError AssertionError LookupError ArithmeticError NameError FileNotFoundError Warning \
        UserWarning DeprecationWarning ";
    NAMES.contains(&format!(" {name} "))
}
