//! Runs the planner before anybody needs it.
//!
//! A browser translates wasm roughly when it first runs, and well only what has run for a while: a first plan would
//! take three times as long as the next one. So the sample that the page holds is planned over and over, while a person
//! still looks for files and while the browser reads them, until something real is planned.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Function, Promise};
use planglass_core::plan::PlanOptions;
use planglass_core::time::Timestamp;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::desk::Desk;
use super::performance_now;
use super::rows;
use super::session::Input;
use crate::messages::{Asked, Query, RowsQuery};

/// Milliseconds of work after which nothing gets quicker any more.
const ENOUGH: f64 = 900.0;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(call: &Function, millis: i32);
}

/// Plans the sample again and again; each time, whatever else waits has its turn before. Ends once `over` is set.
pub async fn warm(inputs: Vec<Input>, environment: String, over: Rc<Cell<bool>>) {
    let mut spent = 0.0;
    while spent < ENOUGH {
        let turn = Promise::new(&mut |resolve, _| set_timeout(&resolve, 0));
        if JsFuture::from(turn).await.is_err() || over.get() {
            return;
        }
        let started = performance_now();
        round(inputs.clone(), &environment);
        spent += performance_now() - started;
    }
}

/// What a person does with files: open them, plan, look at a model, choose.
fn round(inputs: Vec<Input>, environment: &str) {
    let mut desk = Desk::default();
    desk.session.open(inputs);
    desk.load(None);
    let mut asked = Asked {
        options: PlanOptions {
            environment: Some(environment.to_string()),
            now: Timestamp(0),
            ..PlanOptions::default()
        },
        ..Asked::default()
    };
    let all = RowsQuery {
        to: 100,
        ..RowsQuery::default()
    };
    desk.plan(&asked, 0.0);
    let choosable = desk.review.as_ref().map(|review| rows::choosable(review, &all));
    for category in ["NON_BREAKING", "BREAKING"] {
        for name in choosable.iter().flatten() {
            asked
                .options
                .set_choices
                .insert(name.clone(), category.to_string());
            desk.plan(&asked, 0.0);
            desk.view(&Query::Rows(all.clone()));
        }
    }
}
