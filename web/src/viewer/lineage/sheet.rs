//! Canvases that are not on the screen, and painting onto them slice by slice.

use gloo::utils::{document, window};
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d as Context, HtmlCanvasElement};

use super::camera::Camera;
use super::drawing::{Drawing, Seen};
use super::paint::{self, Looks};

/// Milliseconds of a frame that go into the buffer.
const SLICE: f64 = 6.0;

/// Items between two looks at the clock.
const STEP: usize = 48;

/// A canvas of its own.
pub struct Sheet {
    /// Its pixels.
    pub canvas: HtmlCanvasElement,
    /// What paints on it.
    pub ctx: Context,
    /// What it shows: its top left corner, and pixels of the sheet per unit.
    pub camera: Camera,
    /// In pixels of the sheet.
    pub size: (f64, f64),
}

impl Sheet {
    /// An empty sheet.
    pub fn new(camera: Camera, size: (f64, f64)) -> Option<Self> {
        let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
        canvas.set_width(size.0.ceil() as u32);
        canvas.set_height(size.1.ceil() as u32);
        let ctx = context(&canvas)?;
        Some(Self {
            canvas,
            ctx,
            camera,
            size,
        })
    }

    /// Draws itself where it belongs in a view.
    pub fn show(&self, ctx: &Context, camera: &Camera) {
        let (x, y) = camera.point((self.camera.x, self.camera.y));
        let by = camera.scale / self.camera.scale;
        // Fails only for a canvas without pixels.
        let _ = ctx.draw_image_with_html_canvas_element_and_dw_and_dh(
            &self.canvas,
            x,
            y,
            self.size.0.ceil() * by,
            self.size.1.ceil() * by,
        );
    }
}

/// Painting in progress.
pub struct Job {
    /// Where it is painted.
    pub sheet: Sheet,
    /// What is painted.
    pub seen: Seen,
    /// How much of it is done.
    pub done: usize,
}

/// The 2d context of a canvas.
pub fn context(canvas: &HtmlCanvasElement) -> Option<Context> {
    canvas.get_context("2d").ok()??.dyn_into().ok()
}

fn milliseconds() -> f64 {
    window()
        .performance()
        .map_or(0.0, |performance| performance.now())
}

/// Goes on with a job for a slice of a frame; true when it is finished.
pub fn work(job: &mut Job, drawing: &Drawing, looks: &Looks, ratio: f64) -> bool {
    let started = milliseconds();
    let scale = job.sheet.camera.scale / ratio;
    let ctx = &job.sheet.ctx;
    let (joints, arrivals) = (job.seen.joints.len(), job.seen.arrivals.len());
    let all = joints + arrivals + job.seen.boxes.len();
    if job.done == 0 {
        paint::ground(ctx, drawing, looks, scale);
    }
    while job.done < all {
        let from = job.done;
        if from < joints {
            job.done = (from + STEP).min(joints);
            paint::wires(ctx, drawing, looks, &job.seen.joints[from..job.done], &[], scale);
        } else if from < joints + arrivals {
            job.done = (from + STEP).min(joints + arrivals);
            let slice = &job.seen.arrivals[from - joints..job.done - joints];
            paint::wires(ctx, drawing, looks, &[], slice, scale);
        } else {
            let first = from - joints - arrivals;
            job.done = (from + STEP).min(all);
            for number in &job.seen.boxes[first..job.done - joints - arrivals] {
                if let Some(view) = drawing.get(*number) {
                    paint::one_box(ctx, view, looks, scale);
                }
            }
        }
        if milliseconds() - started > SLICE {
            break;
        }
    }
    job.done >= all
}
