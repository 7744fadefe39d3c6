//! What stands in FROM, for lineage: where the columns of each source come from.

use std::rc::Rc;

use super::Clause;
use super::follow::{Columns, Follower, Frame, Origin, Out};
use crate::sql::scope;
use crate::sql::tree::{Kind, Node};

impl Follower<'_> {
    pub(super) fn source(&mut self, source: &Node) {
        let name = source
            .one("alias")
            .map(|alias| alias.text.clone())
            .unwrap_or_default();
        let origin = match source.kind {
            Kind::Table => self.table(source),
            Kind::Subquery => {
                let frames = (!source.flag("lateral")).then(|| std::mem::take(&mut self.frames));
                let outs = source
                    .one("this")
                    .map(|inner| self.query(inner))
                    .unwrap_or_default();
                if let Some(frames) = frames {
                    self.frames = frames;
                }
                Origin::Query(outs)
            }
            Kind::NestedJoin => {
                if let Some(inner) = source.one("this") {
                    self.source(inner);
                }
                for join in source.many("joins") {
                    if let Some(inner) = join.one("source") {
                        self.source(inner);
                    }
                }
                self.conditions(source.many("joins"));
                return;
            }
            Kind::Pivot => self.pivot(source),
            _ => {
                let mut columns = Columns::new();
                for argument in source.children().filter(|child| child.kind != Kind::TableAlias) {
                    self.expression(argument, &mut columns);
                }
                self.use_rows(&columns, Clause::Join);
                // BigQuery: the position in the array is a column of its own.
                Origin::Made(columns)
            }
        };
        let origin = match (origin, source.one("alias")) {
            (Origin::Query(outs), Some(alias)) => Origin::Query(renamed(outs, alias)),
            (origin, _) => origin,
        };
        self.add_source(name, origin);
    }

    fn table(&self, source: &Node) -> Origin {
        if let [only] = source.many("name")
            && let Some((_, outs)) = self.ctes.iter().rev().find(|(name, _)| *name == only.text)
        {
            return Origin::Query(Rc::clone(outs));
        }
        let name = scope::qualified(source, self.catalog);
        Origin::Table(name.map(|name| name.to_string()).unwrap_or_default())
    }

    /// A pivoted source: its aggregates make the new columns, the others pass through.
    fn pivot(&mut self, source: &Node) -> Origin {
        self.frames.push(Frame::new());
        if let Some(inner) = source.one("this") {
            self.source(inner);
        }
        let mut made = Columns::new();
        for item in source.many("aggregates") {
            self.expression(item, &mut made);
        }
        let mut turned = Columns::new();
        for item in source.many("fields") {
            self.expression(item, &mut turned);
        }
        self.use_rows(&turned, Clause::Group);
        let outs: Vec<Out> = source
            .many("outputs")
            .iter()
            .map(|output| {
                let mut columns = Columns::new();
                let this = output.one("this");
                if let Some(this) = this {
                    self.expression(this, &mut columns);
                }
                Out {
                    name: output.text.clone(),
                    columns,
                    unchanged: this.is_some_and(|this| this.kind == Kind::Column && self.unchanged(this)),
                }
            })
            .collect();
        let inner = self.frames.pop().and_then(|mut frame| frame.pop());
        match (outs.is_empty(), inner) {
            (false, _) => Origin::Query(Rc::new(outs)),
            (true, Some((_, origin))) => {
                self.complete = false;
                origin
            }
            (true, None) => Origin::Made(made),
        }
    }
}

/// The outputs under the names that an alias or CTE gives to them.
pub(super) fn renamed(outs: Rc<Vec<Out>>, alias: &Node) -> Rc<Vec<Out>> {
    let names = alias.many("columns");
    if names.is_empty() {
        return outs;
    }
    let mut outs = outs.to_vec();
    for (out, name) in outs.iter_mut().zip(names) {
        out.name.clone_from(&name.text);
    }
    Rc::new(outs)
}
