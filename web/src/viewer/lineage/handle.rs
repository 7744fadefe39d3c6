//! A handle on the stage that callbacks can keep, and the frames that it asks for.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::utils::window;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::stage::Stage;

/// The stage, once its canvas is there.
#[derive(Clone, Default)]
pub struct Handle {
    stage: Rc<RefCell<Option<Stage>>>,
    waiting: Rc<Cell<bool>>,
}

impl PartialEq for Handle {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.stage, &other.stage)
    }
}

impl Handle {
    /// Takes the stage, or forgets it.
    pub fn put(&self, stage: Option<Stage>) {
        *self.stage.borrow_mut() = stage;
    }

    /// Looks at the stage.
    pub fn with<T>(&self, looks: impl FnOnce(&Stage) -> T) -> Option<T> {
        self.stage.borrow().as_ref().map(looks)
    }

    /// Changes something and paints a frame soon.
    pub fn change<T>(&self, changes: impl FnOnce(&mut Stage) -> T) -> Option<T> {
        let changed = self.stage.borrow_mut().as_mut().map(changes);
        if changed.is_some() {
            self.draw();
        }
        changed
    }

    /// Paints with the next frame of the browser; asking twice is asking once.
    pub fn draw(&self) {
        if self.waiting.replace(true) {
            return;
        }
        let handle = self.clone();
        let paint = Closure::once_into_js(move || {
            handle.waiting.set(false);
            let more = handle.stage.borrow_mut().as_mut().is_some_and(Stage::frame);
            if more {
                handle.draw();
            }
        });
        // A window without frames has nobody looking.
        let _ = window().request_animation_frame(paint.unchecked_ref());
    }
}
