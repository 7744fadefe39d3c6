use super::*;

/// CSV texts with what pandas 2.3.3 makes of them: name, type, CRC-32 and JSON of each column; null for an error.
const ANSWERS: &str = include_str!("../../../testdata/seeds.jsonl");

#[test]
fn as_pandas() {
    let mut wrong = Vec::new();
    let mut cases = 0;
    for line in ANSWERS.lines() {
        let Ok(case) = serde_json::from_str::<Value>(line) else {
            panic!("{line}");
        };
        cases += 1;
        let csv = case["csv"].as_str().unwrap_or_default();
        let settings: IndexMap<String, Value> =
            serde_json::from_value(case["settings"].clone()).unwrap_or_default();
        let got = format_of(Some(&settings))
            .and_then(|format| table::read(csv, &format))
            .ok()
            .map(|table| {
                let words = NaWords::of(Some(&settings));
                let columns = table.names.iter().zip(&table.columns).map(|(name, cells)| {
                    let column = Column::infer(cells, &words.column(name));
                    let json = column.to_json();
                    serde_json::json!([name, column.sql_type(), crc32_of_all([&json]), json])
                });
                Value::Array(columns.collect())
            });
        if got.clone().unwrap_or(Value::Null) != case["columns"] {
            wrong.push(format!(
                "{csv:?} {settings:?}\n  got      {got:?}\n  expected {}",
                case["columns"]
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {cases}\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(cases > 200);
}

/// Worked examples of the reference notes.
#[test]
fn hashes_that_sqlmesh_stores() {
    let csv = "ID,label,weight,seen\n1,red,0.5,2024-01-01\n2,green,1.25,2024-01-02\n3,blue,,2024-01-03\n";
    let data = match read(csv, None, Dialect::parse("duckdb").unwrap_or_default()) {
        Ok(data) => data,
        Err(error) => panic!("{error}"),
    };
    let hash = |name: &str| data.column_hashes.get(name).map(String::as_str);
    assert_eq!(hash("id"), Some("122302783"));
    assert_eq!(hash("label"), Some("205873595"));
    assert_eq!(hash("weight"), Some("4264818367"));
    let types: Vec<&str> = data.columns.values().map(String::as_str).collect();
    assert_eq!(types, ["BIGINT", "TEXT", "DOUBLE", "TEXT"]);
    assert_eq!(data.rows, 3);
}

fn check_name(dialect: &str, names: &[(&str, &str)]) {
    let dialect = Dialect::parse(dialect).unwrap_or_default();
    for (name, expected) in names {
        assert_eq!(column_name(name, dialect), *expected, "{name}");
    }
}

#[test]
fn header_names() {
    check_name(
        "duckdb",
        &[
            ("Abc", "abc"),
            ("A b", "a b"),
            ("\"Q\"", "q"),
            ("ÄÖ", "äö"),
            ("A:B", "a:b"),
            ("1x", "1x"),
        ],
    );
    check_name(
        "snowflake",
        &[
            ("Abc", "ABC"),
            ("A b", "A b"),
            ("\"Q\"", "Q"),
            ("ÄÖ", "ÄÖ"),
            ("A:B", "A:B"),
            ("1x", "1x"),
            ("a.b", "a.b"),
        ],
    );
    check_name(
        "postgres",
        &[
            ("Abc", "abc"),
            ("A b", "A b"),
            ("\"Q\"", "Q"),
            ("select", "select"),
            ("Unnamed: 0", "Unnamed: 0"),
        ],
    );
    check_name("bigquery", &[("Abc", "abc"), ("A b", "a b"), ("`T`", "t")]);
    check_name("mysql", &[("Abc", "Abc"), ("`T`", "T"), ("A b", "A b")]);
    check_name("tsql", &[("Abc", "abc"), ("[x]", "x"), ("A b", "a b")]);
}

#[test]
fn problems_name_the_line() {
    let problem = |csv: &str| {
        read(csv, None, Dialect::default())
            .err()
            .map(|error| (error.line, error.message))
    };
    assert_eq!(
        problem("a,b\n1,2\n\n3,4,5\n"),
        Some((4, "Line 4 of the CSV file has 3 cells, expected 2".to_string()))
    );
    assert_eq!(problem("\n").map(|(line, _)| line), Some(1));
    assert_eq!(problem("a\n\"x\ny").map(|(line, _)| line), Some(2));
    let lower = Dialect::parse("duckdb").unwrap_or_default();
    assert!(read("A,a\n1,2\n", None, lower).is_err());
}
