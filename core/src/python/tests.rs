//! What goes in and what CPython 3.11 prints of it.

use super::*;

#[track_caller]
fn prints(text: &str, expected: &str) {
    match parse(text) {
        Ok(tree) => assert_eq!(unparse(&tree), expected),
        Err(error) => panic!("{}: {}", error.offset, error.message),
    }
}

#[track_caller]
fn same(text: &str) {
    prints(text, text);
}

#[test]
fn layout_comments_and_quotes_go() {
    prints(
        "x=( 1,\n  2 )# c\nif x :y ; z\n",
        "x = (1, 2)\nif x:\n    y\n    z",
    );
    prints("s = 'a' \"b\" 'it\\'s'\n", "s = \"abit's\"");
    prints("f(a, *b, c=1, **d)", "f(a, *b, c=1, **d)");
    prints("f(a=1, *b)", "f(*b, a=1)");
    prints("0xFF + 1_000 + 1e3 + 2j + 0o17", "255 + 1000 + 1000.0 + 2j + 15");
    prints(
        "'\\x41\\u00e9\\n' b'\\xff' if 0 else 1",
        "b'A\\xe9\\n\\xff' if 0 else 1",
    );
}

#[test]
fn parentheses_only_where_needed() {
    same("a + b - (c - d) * -e ** (-f)");
    same("not (a and b) or c");
    prints("a or b and c", "a or (b and c)");
    prints("(a + b) + c", "a + b + c");
    same("(lambda x, *y, z=1: x)(1)");
    same("yield x\nx = (yield)\nawait f()");
    same("x = (1,)\nx[1:2, ::3]\nx[a, b]");
    same("if (n := len(x)) > 1:\n    pass");
    same("[x for x in y if x if z for a, b in c]\n{k: v for k, v in d}\n{*()}");
}

#[test]
fn formatted_strings() {
    prints("f'{x!r:>{w}} {{}}'", "f'{x!r:>{w}} {{}}'");
    prints("f\"{a['b']}\"", "f\"{a['b']}\"");
    prints("f'{x=}' 'tail'", "f'x={x!r}tail'");
    prints("f'it\\'s {x}\\n'", "f\"it's {x}\\n\"");
    prints("f'{ {1: 2}[1] }'", "f'{ {1: 2}[1]}'");
    prints("f'{x:%Y-%m-%d}' f\"{y:'>10}\"", "f\"{x:%Y-%m-%d}{y:'>10}\"");
}

#[test]
fn statements() {
    same("@deco(1)\nasync def f(a, /, b: int=1, *c, d, **e) -> int:\n    \"\"\"doc\"\"\"\n    return");
    same("class A(B, metaclass=C):\n    x: int = 1\n\n    def f(self):\n        nonlocal y");
    same(
        "try:\n    pass\nexcept (A, B) as e:\n    raise X from e\nelse:\n    pass\nfinally:\n    del a, b[0]",
    );
    same(
        "match x:\n    case {'a': [1, *_], **rest} if y:\n        pass\n    case A(b, c=None) | -1 as z:\n        pass\n    case _:\n        pass",
    );
    prints("with (a as b, c): pass", "with a as b, c:\n    pass");
    prints(
        "if a: pass\nelse:\n  if b: pass\n  else: pass",
        "if a:\n    pass\nelif b:\n    pass\nelse:\n    pass",
    );
    same("from . import a as b\nfrom ..c import *\nimport d.e, f as g");
    same("match = case\nmatch(x)\ntype = 1");
}

#[test]
fn globals_as_the_compiler_sees_them() {
    let text = "def f(a, b=D):\n    global g\n    import os as o\n    x = [u for u in a if V]\n    if False:\n        never\n    def inner(p: P=Q):\n        return x + w\n    class C(Base):\n        y = z\n        def m(self):\n            return k\n    g = o\n    h.i = 1\n    return g\n    unreachable\n";
    let Ok(tree) = parse(text) else {
        panic!("cannot be read");
    };
    let names = loaded_globals(&tree.children[0], false);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(names, ["Base", "P", "Q", "V", "g", "h", "k", "w"]);
}

#[test]
fn nothing_hostile_gets_through() {
    let many = 200_000;
    for text in [
        "(".repeat(many),
        "[".repeat(80) + &"]".repeat(80),
        "-".repeat(many) + "1",
        "not ".repeat(many) + "1",
        "lambda: ".repeat(many) + "1",
        "x".to_string() + &".y".repeat(many),
        "x".to_string() + &"()".repeat(many),
        "a ** ".repeat(many) + "a",
        "a if b else ".repeat(many) + "c",
        "if a:\n".repeat(many),
        (0..200).map(|depth| " ".repeat(depth) + "if a:\n").collect(),
        "f'{".repeat(many),
        "f\"{f'{".repeat(500),
        "'".repeat(many),
        "match x:\n case ".to_string() + &"(".repeat(many),
        "\\\n".repeat(many),
        "0x".to_string() + &"f".repeat(many),
        "\u{0}\u{feff}é\u{2028}".to_string(),
    ] {
        let read = parse(&text);
        if let Ok(tree) = read {
            unparse(&tree);
        }
    }
    // Long is not deep.
    let sum = "a + ".repeat(many) + "a";
    let Ok(tree) = parse(&sum) else {
        panic!("a long sum cannot be read");
    };
    assert_eq!(unparse(&tree), sum);
    assert!(parse(&("if a:\n  b\n".to_string() + &"elif c:\n  d\n".repeat(20_000))).is_ok());
}
