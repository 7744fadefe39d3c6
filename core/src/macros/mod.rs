//! Macros: what `@name` and Jinja blocks stand for.
