//! The canvas: camera, what is painted when, and what is under the pointer.
//!
//! A light view is painted anew in every frame. A heavy one is painted into a buffer somewhat larger than the view,
//! a few milliseconds per frame; meanwhile frames show the previous buffer moved and scaled, over boxes without
//! detail. So the time of a frame does not depend on the size of the graph.

use std::rc::Rc;

use gloo::utils::window;
use web_sys::{CanvasRenderingContext2d as Context, HtmlCanvasElement};

use super::camera::{Area, Camera};
use super::drawing::{Drawing, Seen};
use super::paint::{self, Looks};
use super::sheet::{Job, Sheet, context, work};

/// Most effort that a frame may take without a buffer.
const LIGHT: f64 = 900.0;

/// Most edges of a selected box's lineage that are drawn anew in every frame.
const MOST_HOT: usize = 600;

/// Most pixels of a buffer.
const MOST_PIXELS: f64 = 12_000_000.0;

/// Width and height of the picture of all boxes, at most.
const OVERVIEW: f64 = 1_400.0;

/// Everything about the canvas.
pub struct Stage {
    canvas: HtmlCanvasElement,
    ctx: Context,
    mini: Option<(HtmlCanvasElement, Context)>,
    /// What is drawn.
    pub drawing: Rc<Drawing>,
    /// How it looks.
    pub looks: Looks,
    /// What is in view.
    pub camera: Camera,
    /// Size of the view in CSS pixels.
    pub size: (f64, f64),
    ratio: f64,
    /// The box with the mark.
    pub selected: Option<u32>,
    /// The box under the pointer.
    pub hovered: Option<u32>,
    /// Arrivals and joints of the selected and of the hovered box.
    hot: [(Vec<u32>, Vec<u32>); 2],
    hot_of: (Option<u32>, Option<u32>),
    overview: Option<Sheet>,
    buffer: Option<Sheet>,
    job: Option<Job>,
}

impl Stage {
    /// A stage for a canvas, with an empty drawing.
    pub fn new(canvas: HtmlCanvasElement, mini: Option<HtmlCanvasElement>) -> Option<Self> {
        let ctx = context(&canvas)?;
        let mini = mini.and_then(|mini| Some((mini.clone(), context(&mini)?)));
        Some(Self {
            canvas,
            ctx,
            mini,
            drawing: Rc::default(),
            looks: Looks::default(),
            camera: Camera::default(),
            size: (1.0, 1.0),
            ratio: 1.0,
            selected: None,
            hovered: None,
            hot: Default::default(),
            hot_of: (None, None),
            overview: None,
            buffer: None,
            job: None,
        })
    }

    /// Takes on the size of the element.
    pub fn measure(&mut self) {
        let rect = self.canvas.get_bounding_client_rect();
        let ratio = window().device_pixel_ratio().clamp(0.5, 4.0);
        let size = (rect.width().max(1.0), rect.height().max(1.0));
        if size == self.size && ratio == self.ratio {
            return;
        }
        if self.size.0 > 1.0 {
            // What was in the middle stays there.
            self.camera.x += (self.size.0 - size.0) / 2.0 / self.camera.scale;
            self.camera.y += (self.size.1 - size.1) / 2.0 / self.camera.scale;
        }
        (self.size, self.ratio) = (size, ratio);
        self.canvas.set_width((size.0 * ratio).round() as u32);
        self.canvas.set_height((size.1 * ratio).round() as u32);
        if let Some((mini, _)) = &self.mini {
            let rect = mini.get_bounding_client_rect();
            mini.set_width((rect.width() * ratio).round() as u32);
            mini.set_height((rect.height() * ratio).round() as u32);
        }
        self.forget();
    }

    /// Everything has to be painted anew.
    pub fn forget(&mut self) {
        self.buffer = None;
        self.job = None;
        self.overview = None;
    }

    /// Another drawing. What is in view stays where it is on the screen if it is still there.
    pub fn set(&mut self, drawing: Rc<Drawing>, selected: Option<u32>) {
        let anchor = self.anchor();
        self.selected = selected;
        let first = self.drawing.scene.boxes.is_empty();
        self.drawing = drawing;
        self.hovered = None;
        (self.hot, self.hot_of) = Default::default();
        self.forget();
        match anchor {
            Some((name, point)) if !first => match self
                .drawing
                .number(&name)
                .and_then(|number| self.drawing.get(number))
            {
                Some(view) => {
                    let [x, y, ..] = view.area();
                    self.camera.x = x - point.0 / self.camera.scale;
                    self.camera.y = y - point.1 / self.camera.scale;
                }
                None => self.start(),
            },
            _ => self.start(),
        }
    }

    /// The selected box, or the one nearest to the middle of the view: its name and where it is on the screen.
    fn anchor(&self) -> Option<(String, (f64, f64))> {
        let selected = self.selected.and_then(|number| self.drawing.get(number));
        let view = selected.or_else(|| {
            let (x, y) = self.camera.at((self.size.0 / 2.0, self.size.1 / 2.0));
            let seen = self.drawing.seen(self.camera.area(self.size));
            let away = |number: &u32| {
                let [left, top, ..] = self.drawing.get(*number).map_or([0.0; 4], |view| view.area());
                (left - x).abs() + (top - y).abs()
            };
            let nearest = seen.boxes.iter().min_by(|a, b| away(a).total_cmp(&away(b)))?;
            self.drawing.get(*nearest)
        })?;
        let [x, y, ..] = view.area();
        Some((view.name.clone(), self.camera.point((x, y))))
    }

    /// The first view of a drawing: all of it if that can be read, else the selected box or the first change.
    pub fn start(&mut self) {
        self.fit();
        if self.camera.scale >= paint::NEAR || self.drawing.scene.boxes.is_empty() {
            return;
        }
        self.camera.scale = self.camera.scale.max(0.8);
        self.look_at_change();
    }

    /// Puts the selected box, or the first change, into the middle as far as the drawing reaches.
    fn look_at_change(&mut self) {
        let about = self.selected.or_else(|| {
            let ranked = self.drawing.scene.boxes.iter().enumerate();
            let first =
                ranked.min_by_key(|(_, view)| (view.status, view.frame[0] as i64, view.frame[1] as i64));
            first.map(|(index, _)| index as u32)
        });
        if let Some(view) = about.and_then(|number| self.drawing.get(number)) {
            let [left, top, right, bottom] = view.area();
            self.camera
                .center(((left + right) / 2.0, (top + bottom) / 2.0), self.size);
            self.camera.fill(self.drawing.whole(), self.size);
        }
    }

    /// Shows everything; of a long and thin drawing as much as can be told apart, around the selected box or the first
    /// change.
    pub fn fit(&mut self) {
        let whole = self.drawing.whole();
        self.camera = Camera::fit_legibly(whole, self.size, paint::MIDDLE);
        if self.camera.scale > Camera::fit(whole, self.size).scale {
            self.look_at_change();
        }
    }

    /// Brings a box into view, large enough to read.
    pub fn reveal(&mut self, number: u32) {
        if let Some(view) = self.drawing.get(number) {
            let area = view.area();
            if self.camera.scale < paint::MIDDLE {
                self.camera.scale = 0.8;
                self.camera
                    .center(((area[0] + area[2]) / 2.0, (area[1] + area[3]) / 2.0), self.size);
            } else {
                self.camera.reveal(area, self.size);
            }
        }
    }

    /// Keeps the camera at the drawing.
    pub fn hold(&mut self) {
        let size = (
            f64::from(self.drawing.scene.size.0),
            f64::from(self.drawing.scene.size.1),
        );
        self.camera.hold(self.size, size);
    }

    fn effort(&self, seen: &Seen) -> f64 {
        let per_box = if self.camera.scale >= paint::NEAR {
            4.0
        } else if self.camera.scale >= paint::MIDDLE {
            2.0
        } else {
            0.5
        };
        seen.boxes.len() as f64 * per_box + (seen.joints.len() + seen.arrivals.len()) as f64
    }

    /// Paints a frame; true when there is more to paint soon.
    pub fn frame(&mut self) -> bool {
        let camera = self.camera;
        let area = camera.area(self.size);
        let seen = self.drawing.seen(area);
        self.place(&self.ctx, &Camera::default(), self.ratio);
        self.ctx.clear_rect(0.0, 0.0, self.size.0, self.size.1);
        let more = if self.effort(&seen) <= LIGHT {
            self.job = None;
            self.place(&self.ctx, &camera, self.ratio);
            let looks = &self.looks;
            paint::ground(&self.ctx, &self.drawing, looks, camera.scale);
            for joints in seen.joints.chunks(128) {
                paint::wires(&self.ctx, &self.drawing, looks, joints, &[], camera.scale);
            }
            for arrivals in seen.arrivals.chunks(128) {
                paint::wires(&self.ctx, &self.drawing, looks, &[], arrivals, camera.scale);
            }
            for view in seen.boxes.iter().filter_map(|number| self.drawing.get(*number)) {
                paint::one_box(&self.ctx, view, looks, camera.scale);
            }
            false
        } else {
            self.buffered(&camera, area)
        };
        self.place(&self.ctx, &camera, self.ratio);
        self.highlight();
        self.map();
        more
    }

    fn place(&self, ctx: &Context, camera: &Camera, ratio: f64) {
        let scale = camera.scale * ratio;
        // Fails only for numbers that are none.
        let _ = ctx.set_transform(scale, 0.0, 0.0, scale, -camera.x * scale, -camera.y * scale);
    }

    /// Shows the buffer and goes on painting the next one, if one is needed.
    fn buffered(&mut self, camera: &Camera, area: Area) -> bool {
        let covers = |sheet: &Sheet| {
            let [left, top, right, bottom] = sheet.camera.area(sheet.size);
            left <= area[0] && top <= area[1] && right >= area[2] && bottom >= area[3]
        };
        let wanted = camera.scale * self.ratio;
        let sharp = |sheet: &Sheet| sheet.camera.scale == wanted;
        let near = |sheet: &Sheet| {
            let by = sheet.camera.scale / wanted;
            covers(sheet) && (0.45..=2.2).contains(&by)
        };
        let fresh = self
            .buffer
            .as_ref()
            .is_some_and(|sheet| covers(sheet) && sharp(sheet));
        if fresh {
            self.job = None;
        } else {
            // A job that will be of use is not thrown away while the camera moves on.
            let useful = self.job.as_ref().is_some_and(|job| near(&job.sheet));
            if !useful {
                self.job = self.start_job(camera, area);
            }
        }
        let finished = match &mut self.job {
            None => false,
            Some(job) => work(job, &self.drawing, &self.looks, self.ratio),
        };
        if finished && let Some(job) = self.job.take() {
            self.buffer = Some(job.sheet);
        }
        let alone = self.buffer.as_ref().is_some_and(covers);
        if !alone {
            self.overview();
            if let Some(overview) = &self.overview {
                overview_into(&self.ctx, overview, camera, &self.drawing);
            }
        }
        if let Some(sheet) = &self.buffer {
            if !alone {
                // Where the buffer is, nothing shall shine through from below.
                let (x, y) = camera.point((sheet.camera.x, sheet.camera.y));
                let by = camera.scale / sheet.camera.scale;
                self.ctx.clear_rect(x, y, sheet.size.0 * by, sheet.size.1 * by);
            }
            sheet.show(&self.ctx, camera);
        }
        !self
            .buffer
            .as_ref()
            .is_some_and(|sheet| covers(sheet) && sharp(sheet))
    }

    fn start_job(&self, camera: &Camera, area: Area) -> Option<Job> {
        let (width, height) = (self.size.0 * self.ratio, self.size.1 * self.ratio);
        let margin = ((MOST_PIXELS / (width * height)).sqrt().clamp(1.0, 1.8) - 1.0) / 2.0;
        let (across, down) = ((area[2] - area[0]) * margin, (area[3] - area[1]) * margin);
        let size = (width * (1.0 + 2.0 * margin), height * (1.0 + 2.0 * margin));
        let wider = Camera {
            x: area[0] - across,
            y: area[1] - down,
            scale: camera.scale * self.ratio,
        };
        let sheet = Sheet::new(wider, size)?;
        let seen = self.drawing.seen(wider.area(size));
        let scale = wider.scale;
        // Fails only for numbers that are none.
        let _ = sheet
            .ctx
            .set_transform(scale, 0.0, 0.0, scale, -wider.x * scale, -wider.y * scale);
        Some(Job { sheet, seen, done: 0 })
    }

    /// A picture of all boxes, for where nothing better is there yet, and for the map.
    fn overview(&mut self) {
        if self.overview.is_some() {
            return;
        }
        let (width, height) = (
            f64::from(self.drawing.scene.size.0).max(1.0),
            f64::from(self.drawing.scene.size.1).max(1.0),
        );
        let size = (
            (width * 0.5).clamp(1.0, OVERVIEW),
            (height * 0.5).clamp(1.0, OVERVIEW),
        );
        let Some(sheet) = Sheet::new(Camera::default(), size) else {
            return;
        };
        let (across, down) = (size.0 / width, size.1 / height);
        let ctx = &sheet.ctx;
        let inks = &self.looks.inks;
        for view in &self.drawing.scene.boxes {
            let [x, y, width, height] = view.frame.map(f64::from);
            let colour = match (self.looks.by_lens, view.dim) {
                (false, true) => &inks.line_2,
                _ => inks.shape(self.looks.ink(view)),
            };
            ctx.set_fill_style_str(colour);
            ctx.fill_rect(
                x * across,
                y * down,
                (width * across).max(1.5),
                (height * down).max(1.5),
            );
        }
        self.overview = Some(sheet);
    }

    /// What belongs to the selected and the hovered box, over everything else.
    fn highlight(&mut self) {
        let marked = (self.selected, self.hovered);
        if self.hot_of != marked {
            self.hot_of = marked;
            self.hot = [self.selected, self.hovered].map(|number| {
                let most = if number == self.selected { MOST_HOT } else { 0 };
                number
                    .map(|number| self.drawing.lineage(number, most))
                    .unwrap_or_default()
            });
        }
        let (ctx, inks) = (&self.ctx, &self.looks.inks);
        let scale = self.camera.scale;
        if self.drawing.scene.threads.is_empty() {
            // Edges between columns say more than edges between models.
            ctx.set_stroke_style_str(&inks.ink_2);
            for ((arrivals, joints), width) in self.hot.iter().zip([1.75, 1.5]) {
                ctx.set_line_width((1.2 / scale).max(width));
                ctx.begin_path();
                for arrival in arrivals {
                    paint::arrival(ctx, &self.drawing, *arrival, false);
                }
                for joint in joints {
                    paint::joint(ctx, &self.drawing, *joint, false);
                }
                ctx.stroke();
            }
        }
        // Wires end at boxes, not on them.
        let ends = self.hot.iter().flat_map(|(arrivals, _)| arrivals);
        let mut touched: Vec<u32> = ends
            .filter_map(|index| self.drawing.scene.arrivals.get(*index as usize))
            .flat_map(|arrival| [arrival.source, arrival.to])
            .collect();
        touched.sort_unstable();
        touched.dedup();
        for (number, colour) in [(self.hovered, &inks.ink_3), (self.selected, &inks.focus)] {
            if let Some((number, view)) = number.and_then(|number| Some((number, self.drawing.get(number)?)))
            {
                touched.retain(|other| *other != number);
                self.ring(view.area(), colour);
                let mut shown = view.clone();
                shown.dim = false;
                paint::one_box(ctx, &shown, &self.looks, scale);
            }
        }
        let area = self.camera.area(self.size);
        for view in touched.iter().filter_map(|number| self.drawing.get(*number)) {
            let [left, top, right, bottom] = view.area();
            if left <= area[2] && right >= area[0] && top <= area[3] && bottom >= area[1] {
                paint::one_box(ctx, view, &self.looks, scale);
            }
        }
    }

    fn ring(&self, [left, top, right, bottom]: Area, colour: &str) {
        let scale = self.camera.scale;
        let air = 4.0_f64.max(3.0 / scale);
        self.ctx.set_stroke_style_str(colour);
        self.ctx.set_line_width((2.0 / scale).max(2.0));
        self.ctx.begin_path();
        let _ = self.ctx.round_rect_with_f64(
            left - air,
            top - air,
            right - left + 2.0 * air,
            bottom - top + 2.0 * air,
            9.0,
        );
        self.ctx.stroke();
    }

    /// The map in the corner: all boxes, and a frame around what is in view.
    fn map(&mut self) {
        if self.mini.is_none() {
            return;
        }
        self.overview();
        let (Some((canvas, ctx)), Some(overview)) = (&self.mini, &self.overview) else {
            return;
        };
        let size = (f64::from(canvas.width()), f64::from(canvas.height()));
        let _ = ctx.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
        ctx.clear_rect(0.0, 0.0, size.0, size.1);
        let (left, top, across, down) = self.map_place(size);
        let _ = ctx.draw_image_with_html_canvas_element_and_dw_and_dh(
            &overview.canvas,
            left,
            top,
            f64::from(self.drawing.scene.size.0) * across,
            f64::from(self.drawing.scene.size.1) * down,
        );
        let area = self.camera.area(self.size);
        if size.0 < 4.0 || size.1 < 4.0 {
            return;
        }
        let clamp = |value: f64, most: f64| value.clamp(1.0, most - 1.0);
        let (from, to) = (
            (
                clamp(left + area[0] * across, size.0),
                clamp(top + area[1] * down, size.1),
            ),
            (
                clamp(left + area[2] * across, size.0),
                clamp(top + area[3] * down, size.1),
            ),
        );
        ctx.set_stroke_style_str(&self.looks.inks.ink_2);
        ctx.set_line_width(1.5 * self.ratio);
        ctx.stroke_rect(from.0, from.1, (to.0 - from.0).max(3.0), (to.1 - from.1).max(3.0));
    }

    /// Left, top and both scales of the map. A drawing that is much longer than high is stretched; a small one stays
    /// small.
    fn map_place(&self, (width, height): (f64, f64)) -> (f64, f64, f64, f64) {
        let scene = (
            f64::from(self.drawing.scene.size.0).max(1.0),
            f64::from(self.drawing.scene.size.1).max(1.0),
        );
        let (across, down) = (width / scene.0, height / scene.1);
        let least = across.min(down);
        let most = (least * 8.0).min(0.2 * self.ratio);
        let (across, down) = (across.min(most), down.min(most));
        (
            (width - scene.0 * across) / 2.0,
            (height - scene.1 * down) / 2.0,
            across,
            down,
        )
    }

    /// Looks at the place of a point of the map, given as shares of its width and height.
    pub fn look_at(&mut self, (x, y): (f64, f64)) {
        if let Some((canvas, _)) = &self.mini {
            let size = (f64::from(canvas.width()), f64::from(canvas.height()));
            let (left, top, across, down) = self.map_place(size);
            let place = ((x * size.0 - left) / across, (y * size.1 - top) / down);
            self.camera.center(place, self.size);
        }
    }

    /// A picture of the whole drawing, as large as browsers can make one.
    pub fn picture(&self) -> Option<HtmlCanvasElement> {
        let [left, top, right, bottom] = self.drawing.whole();
        let air = 24.0;
        let (width, height) = (right - left + 2.0 * air, bottom - top + 2.0 * air);
        let scale = (8_000.0 / width)
            .min(8_000.0 / height)
            .min((60_000_000.0 / (width * height)).sqrt())
            .min(2.0);
        let camera = Camera {
            x: left - air,
            y: top - air,
            scale,
        };
        let sheet = Sheet::new(camera, ((width * scale).max(1.0), (height * scale).max(1.0)))?;
        sheet.ctx.set_fill_style_str(&self.looks.inks.canvas);
        sheet
            .ctx
            .fill_rect(0.0, 0.0, sheet.size.0 + 1.0, sheet.size.1 + 1.0);
        self.place(&sheet.ctx, &camera, 1.0);
        let seen = self.drawing.seen([left, top, right, bottom]);
        let mut job = Job { sheet, seen, done: 0 };
        while !work(&mut job, &self.drawing, &self.looks, 1.0) {}
        Some(job.sheet.canvas)
    }
}

fn overview_into(ctx: &Context, overview: &Sheet, camera: &Camera, drawing: &Drawing) {
    let (x, y) = camera.point((0.0, 0.0));
    let (width, height) = (f64::from(drawing.scene.size.0), f64::from(drawing.scene.size.1));
    // Fails only for a canvas without pixels.
    let _ = ctx.draw_image_with_html_canvas_element_and_dw_and_dh(
        &overview.canvas,
        x,
        y,
        width * camera.scale,
        height * camera.scale,
    );
}
