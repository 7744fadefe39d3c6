//! The filters, tests and functions that Jinja itself has.
//!
//! minijinja would bring its whole set, with some that Jinja does not know (`split`, `zip`, …) and some that are
//! replaced by bounded ones (`python_values`); what is not named here is not built.

use minijinja::{Environment, filters, functions, tests};

/// Adds them to an empty environment.
pub(super) fn install(jinja: &mut Environment<'_>) {
    jinja.add_filter("abs", filters::abs);
    jinja.add_filter("attr", filters::attr);
    jinja.add_filter("capitalize", filters::capitalize);
    for name in ["default", "d"] {
        jinja.add_filter(name, filters::default);
    }
    jinja.add_filter("dictsort", filters::dictsort);
    for name in ["escape", "e"] {
        jinja.add_filter(name, filters::escape);
    }
    jinja.add_filter("first", filters::first);
    jinja.add_filter("float", filters::float);
    jinja.add_filter("format", filters::format);
    jinja.add_filter("groupby", filters::groupby);
    jinja.add_filter("int", filters::int);
    jinja.add_filter("items", filters::items);
    jinja.add_filter("last", filters::last);
    for name in ["length", "count"] {
        jinja.add_filter(name, filters::length);
    }
    jinja.add_filter("list", filters::list);
    jinja.add_filter("lower", filters::lower);
    jinja.add_filter("map", filters::map);
    jinja.add_filter("max", filters::max);
    jinja.add_filter("min", filters::min);
    jinja.add_filter("pprint", filters::pprint);
    jinja.add_filter("reject", filters::reject);
    jinja.add_filter("rejectattr", filters::rejectattr);
    jinja.add_filter("reverse", filters::reverse);
    jinja.add_filter("round", filters::round);
    jinja.add_filter("safe", filters::safe);
    jinja.add_filter("select", filters::select);
    jinja.add_filter("selectattr", filters::selectattr);
    jinja.add_filter("sort", filters::sort);
    jinja.add_filter("string", filters::string);
    jinja.add_filter("sum", filters::sum);
    jinja.add_filter("title", filters::title);
    jinja.add_filter("trim", filters::trim);
    jinja.add_filter("unique", filters::unique);
    jinja.add_filter("upper", filters::upper);

    jinja.add_test("boolean", tests::is_boolean);
    jinja.add_test("defined", tests::is_defined);
    jinja.add_test("divisibleby", tests::is_divisibleby);
    jinja.add_test("escaped", tests::is_safe);
    jinja.add_test("even", tests::is_even);
    jinja.add_test("false", tests::is_false);
    jinja.add_test("filter", tests::is_filter);
    jinja.add_test("float", tests::is_float);
    jinja.add_test("in", tests::is_in);
    jinja.add_test("integer", tests::is_integer);
    jinja.add_test("iterable", tests::is_iterable);
    jinja.add_test("lower", tests::is_lower);
    jinja.add_test("mapping", tests::is_mapping);
    jinja.add_test("none", tests::is_none);
    jinja.add_test("number", tests::is_number);
    jinja.add_test("odd", tests::is_odd);
    jinja.add_test("sameas", tests::is_sameas);
    jinja.add_test("sequence", tests::is_sequence);
    jinja.add_test("string", tests::is_string);
    jinja.add_test("test", tests::is_test);
    jinja.add_test("true", tests::is_true);
    jinja.add_test("undefined", tests::is_undefined);
    jinja.add_test("upper", tests::is_upper);
    for name in ["==", "eq", "equalto"] {
        jinja.add_test(name, tests::is_eq);
    }
    for name in ["!=", "ne"] {
        jinja.add_test(name, tests::is_ne);
    }
    for name in ["<", "lt", "lessthan"] {
        jinja.add_test(name, tests::is_lt);
    }
    for name in ["<=", "le"] {
        jinja.add_test(name, tests::is_le);
    }
    for name in [">", "gt", "greaterthan"] {
        jinja.add_test(name, tests::is_gt);
    }
    for name in [">=", "ge"] {
        jinja.add_test(name, tests::is_ge);
    }

    jinja.add_function("dict", functions::dict);
    jinja.add_function("namespace", functions::namespace);
    jinja.add_function("range", functions::range);
}

#[cfg(test)]
mod unit_tests {
    use super::super::render_text;

    #[test]
    fn only_what_jinja_has_is_there() {
        let render = |text: &str| render_text(text, |_| {}).map_err(|error| error.to_string());
        for (text, expected) in [
            ("{{ [3, 1]|sort|join('-') }}{{ 'a b'|title }}", "1-3A B"),
            ("{{ 2 is even and 'x' is string and 3 is ge(3) }}", "True"),
            ("{{ range(3)|list }}{{ x|d('y') }}", "[0, 1, 2]y"),
            ("{{ ['a', 'b']|map('upper')|list }}", "['A', 'B']"),
            (
                "{{ [{'a': 1}, {'a': 2}]|selectattr('a', '>', 1)|list }}",
                "[{'a': 2}]",
            ),
        ] {
            assert_eq!(render(text).as_deref(), Ok(expected), "{text}");
        }
        for text in [
            "{{ 'a b'|split }}",
            "{{ [1]|zip([2]) }}",
            "{{ debug() }}",
            "{{ 'a' is startingwith('a') }}",
        ] {
            assert!(render(text).is_err(), "{text}");
        }
    }
}
