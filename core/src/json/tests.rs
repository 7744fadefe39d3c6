use serde::{Deserialize, de};
use serde_json::{Value, json};

use super::*;

#[derive(Debug, PartialEq, Deserialize)]
struct Shop {
    name: String,
    #[serde(default)]
    open: bool,
    kind: Kind,
    prices: Option<Vec<f64>>,
    place: (i32, u8),
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Plain,
    Named(String),
    Full { size: u16 },
}

#[derive(Debug, Default, PartialEq)]
struct Street {
    first: Door,
    rest: Vec<Door>,
    extra: Extra,
}

#[derive(Debug, Default, PartialEq)]
struct Door {
    number: u64,
    colour: String,
    signs: usize,
}

read_object!(Street { first: object, rest: default } rest extra);
read_object!(Door { number: required, colour: or("red".to_string()), signs: default } else refused);

#[test]
fn objects_are_read_where_they_stay() {
    let street: Street = from_str(
        r#"{"first": {"number": 1, "signs": 2, "colour": "blue"}, "park": 1, "first": {"number": 12345678901234567890},
            "rest": [{"number": 3, "colour": "a", "colour": "b"}], "park": 2}"#,
    )
    .unwrap();
    // The last value counts, and nothing of the first is left.
    let red = "red".to_string();
    assert_eq!(
        street.first,
        Door {
            number: 12_345_678_901_234_567_890,
            colour: red,
            signs: 0
        }
    );
    assert_eq!(
        street.rest,
        [Door {
            number: 3,
            colour: "b".to_string(),
            signs: 0
        }]
    );
    assert_eq!(street.extra.get("park"), Some(&json!(2)));
    let told = |text: &str| from_str::<Street>(text).expect_err("a problem").to_string();
    assert_eq!(told("{}"), "missing field `first`");
    assert_eq!(told(r#"{"first": {"signs": 1}}"#), "missing field `number`");
    assert_eq!(
        told(r#"{"first": {"number": 1, "x": 1}}"#),
        "unknown field `x`, expected one of `number`, `colour`, `signs`"
    );
    assert_eq!(
        told(r#"{"first": 1}"#),
        "invalid type: integer `1`, expected an object"
    );
}

#[test]
fn structs_and_variants_are_read() {
    let text = r#" {"name": "a\u00e9\ud83d\ude00\n", "kind": {"full": {"size": 3}}, "prices": [1, -2.5e1], "other": [{}],
        "place": [-1, 2]} "#;
    let shop: Shop = from_str(text).unwrap();
    assert_eq!(shop.name, "aé😀\n");
    assert_eq!(shop.kind, Kind::Full { size: 3 });
    assert_eq!(shop.prices, Some(vec![1.0, -25.0]));
    assert_eq!(shop.place, (-1, 2));
    assert_eq!(from_str::<Kind>(r#""plain""#).unwrap(), Kind::Plain);
    assert_eq!(
        from_str::<Kind>(r#"{"named": "x"}"#).unwrap(),
        Kind::Named("x".to_string())
    );
    assert!(from_str::<Kind>(r#""named""#).is_err());
    assert!(from_str::<Kind>(r#"{"named": "x", "plain": null}"#).is_err());
    let numbered: crate::ordered::BTreeMap<u32, String> = from_str(r#"{"2": "b", "1": "a"}"#).unwrap();
    assert_eq!(numbered[&1], "a");
}

/// Whatever serde_json takes or refuses is taken or refused here, with the same value.
#[test]
fn texts_mean_what_they_mean_to_others() {
    for text in [
        "null",
        "true",
        "[]",
        "{}",
        "[1,2]",
        "[1,]",
        "[,1]",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{a:1}",
        "0",
        "-0",
        "00",
        "01",
        "-",
        "1.",
        ".5",
        "1.5",
        "1e5",
        "1e",
        "1E+2",
        "1e400",
        "18446744073709551615",
        "18446744073709551616",
        "-9223372036854775808",
        "-9223372036854775809",
        "\"a",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800\\u0041\"",
        "\"\\u0041\\t\\/\"",
        "\"\t\"",
        "nul",
        "truex",
        "[1] 2",
        "",
        " ",
        "[1 2]",
        "{\"a\":1 \"b\":2}",
        "{\"a\":{\"b\":[true,false,null,\"ä\"]}}",
        "{\"a\":1,\"a\":2}",
        "\u{feff}1",
        "[\"\u{7f}\"]",
        "1 ",
        "\n[\r\t1 ]",
    ] {
        let ours = from_str::<Value>(text).ok();
        assert_eq!(ours, serde_json::from_str(text).ok(), "{text}");
        let passed = from_str::<de::IgnoredAny>(text).is_ok();
        // What is passed over is checked as well as what is kept.
        assert_eq!(passed, ours.is_some(), "{text}");
    }
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    for levels in [126, 127, 128, 100_000] {
        let theirs = serde_json::from_str::<Value>(&deep(levels)).is_ok();
        assert_eq!(from_str::<Value>(&deep(levels)).is_ok(), theirs, "{levels}");
    }
}

#[test]
fn problems_are_told_with_their_place() {
    let told = |text: &str| match from_str::<Shop>(text).expect_err("a problem").explain(text) {
        Problem::Json(error) => error.to_string(),
        Problem::Deep(at) => format!("too deep before {at}"),
        Problem::Shape(message, end) => format!("{message} before {end}"),
    };
    assert_eq!(
        told("{\"name\": tru"),
        "EOF while parsing a value at line 1 column 12"
    );
    assert_eq!(
        told("{\"name\": 1}"),
        "invalid type: integer `1`, expected a string before 10"
    );
    assert_eq!(told("{\"name\": \"x\"} "), "missing field `kind` before 13");
    assert_eq!(
        told("{\"kind\": \"wide\"}"),
        "unknown variant `wide`, expected one of `plain`, `named`, `full` before 15"
    );
    // The first problem counts.
    assert_eq!(
        told("{\"name\": 1, oops}"),
        "invalid type: integer `1`, expected a string before 10"
    );
    for text in [
        "{\"name\": 1}",
        "{\"name\": \"x\"} ",
        "{\"kind\": \"wide\"}",
        "[]",
        "{\"place\": [1, 300]}",
    ] {
        let theirs = serde_json::from_str::<Shop>(text)
            .expect_err("a problem")
            .to_string();
        let (message, end) = match from_str::<Shop>(text).expect_err("a problem").explain(text) {
            Problem::Shape(message, end) => (message, end),
            other => panic!("{text}: {other:?}"),
        };
        if text != "[]" {
            assert_eq!(format!("{message} at line 1 column {end}"), theirs, "{text}");
        }
    }
    let value: Value = json!({"a": 1});
    assert_eq!(from_str::<Value>(&value.to_string()).unwrap(), value);
}
