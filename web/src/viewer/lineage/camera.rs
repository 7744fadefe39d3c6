//! Which piece of the drawing is in view, and how large.

/// Smallest and largest scale of the drawing.
const SCALES: (f64, f64) = (0.004, 3.0);

/// Left, top, right and bottom of a piece of the drawing.
pub type Area = [f64; 4];

/// Top left corner in view, in the drawing's own units, and pixels per unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Camera {
    /// Left edge of the view.
    pub x: f64,
    /// Top edge of the view.
    pub y: f64,
    /// Pixels per unit.
    pub scale: f64,
}

impl Default for Camera {
    fn default() -> Self {
        Self {
            x: 0.0,
            y: 0.0,
            scale: 1.0,
        }
    }
}

impl Camera {
    /// Shows a whole area in the middle of a view, not larger than life.
    pub fn fit([left, top, right, bottom]: Area, (width, height): (f64, f64)) -> Self {
        let air = 24.0_f64.min(width / 8.0).min(height / 8.0);
        let across = (width - 2.0 * air) / (right - left).max(1.0);
        let down = (height - 2.0 * air) / (bottom - top).max(1.0);
        let scale = across.min(down).clamp(SCALES.0, 1.0);
        Self {
            x: (left + right - width / scale) / 2.0,
            y: (top + bottom - height / scale) / 2.0,
            scale,
        }
    }

    /// The same, but not so small that a long and thin area becomes a line: its short side fills a twelfth of the
    /// view, or its boxes can be read at `legible`. The rest is out of view then.
    pub fn fit_legibly(area: Area, size: (f64, f64), legible: f64) -> Self {
        let mut camera = Self::fit(area, size);
        let [left, top, right, bottom] = area;
        let across = size.0 / (right - left).max(1.0);
        let down = size.1 / (bottom - top).max(1.0);
        let least = (across.max(down) / 12.0).min(legible);
        if camera.scale < least {
            camera.scale = least;
            camera.center(((left + right) / 2.0, (top + bottom) / 2.0), size);
        }
        camera
    }

    /// The place in the drawing of a point of the view.
    pub fn at(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (self.x + x / self.scale, self.y + y / self.scale)
    }

    /// The point of the view of a place in the drawing.
    pub fn point(&self, (x, y): (f64, f64)) -> (f64, f64) {
        ((x - self.x) * self.scale, (y - self.y) * self.scale)
    }

    /// What is in a view of this size.
    pub fn area(&self, (width, height): (f64, f64)) -> Area {
        [
            self.x,
            self.y,
            self.x + width / self.scale,
            self.y + height / self.scale,
        ]
    }

    /// Moves what is seen by pixels.
    pub fn pan(&mut self, right: f64, down: f64) {
        self.x -= right / self.scale;
        self.y -= down / self.scale;
    }

    /// Grows or shrinks everything; what is at the point stays there.
    pub fn zoom(&mut self, by: f64, point: (f64, f64)) {
        let (x, y) = self.at(point);
        self.scale = (self.scale * by).clamp(SCALES.0, SCALES.1);
        self.x = x - point.0 / self.scale;
        self.y = y - point.1 / self.scale;
    }

    /// Puts a place into the middle of a view.
    pub fn center(&mut self, (x, y): (f64, f64), (width, height): (f64, f64)) {
        self.x = x - width / 2.0 / self.scale;
        self.y = y - height / 2.0 / self.scale;
    }

    /// Moves just so far that nothing beside a drawing is seen but some air; what has room is in the middle.
    pub fn fill(&mut self, [left, top, right, bottom]: Area, (width, height): (f64, f64)) {
        let air = 24.0 / self.scale;
        let along = |at: f64, start: f64, end: f64, seen: f64| {
            if end - start + 2.0 * air < seen {
                (start + end - seen) / 2.0
            } else {
                at.clamp(start - air, end + air - seen)
            }
        };
        self.x = along(self.x, left, right, width / self.scale);
        self.y = along(self.y, top, bottom, height / self.scale);
    }

    /// Moves just so far that an area is in view, with some air around it.
    pub fn reveal(&mut self, [left, top, right, bottom]: Area, size: (f64, f64)) {
        let air = 40.0 / self.scale;
        let seen = self.area(size);
        if right - left + 2.0 * air > seen[2] - seen[0] || bottom - top + 2.0 * air > seen[3] - seen[1] {
            self.center(((left + right) / 2.0, (top + bottom) / 2.0), size);
            return;
        }
        self.x += (left - air - seen[0]).min(0.0) + (right + air - seen[2]).max(0.0);
        self.y += (top - air - seen[1]).min(0.0) + (bottom + air - seen[3]).max(0.0);
    }

    /// Keeps a part of the drawing in view, however far someone drags.
    pub fn hold(&mut self, (width, height): (f64, f64), (across, down): (f64, f64)) {
        let (seen_across, seen_down) = (width / self.scale, height / self.scale);
        let margin = (80.0 / self.scale).min(seen_across / 2.0).min(seen_down / 2.0);
        self.x = self
            .x
            .clamp(margin - seen_across, (across - margin).max(margin - seen_across));
        self.y = self
            .y
            .clamp(margin - seen_down, (down - margin).max(margin - seen_down));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zooming_keeps_the_point() {
        let mut camera = Camera::default();
        camera.pan(-30.0, 20.0);
        let before = camera.at((100.0, 50.0));
        camera.zoom(1.7, (100.0, 50.0));
        let after = camera.at((100.0, 50.0));
        assert!((before.0 - after.0).abs() < 1e-9 && (before.1 - after.1).abs() < 1e-9);
        let point = camera.point(after);
        assert!((point.0 - 100.0).abs() < 1e-9 && (point.1 - 50.0).abs() < 1e-9);
        for _ in 0..200 {
            camera.zoom(0.5, (0.0, 0.0));
        }
        assert_eq!(camera.scale, SCALES.0);
    }

    #[test]
    fn fitting_shows_all_and_never_magnifies() {
        let view = (1000.0, 500.0);
        let area = Camera::fit([0.0, 0.0, 4000.0, 300.0], view).area(view);
        assert!(area[0] < 0.0 && area[2] > 4000.0 && area[1] < 0.0 && area[3] > 300.0);
        assert_eq!(Camera::fit([0.0, 0.0, 100.0, 50.0], view).scale, 1.0);
    }

    #[test]
    fn a_chain_does_not_become_a_line() {
        let view = (1200.0, 700.0);
        let fit = |across, down| Camera::fit_legibly([0.0, 0.0, across, down], view, 0.3).scale;
        // Five hundred models in a line, or below each other.
        assert_eq!(fit(120_000.0, 38.0), 0.3);
        assert_eq!(fit(184.0, 25_000.0), 0.3);
        // A wide graph takes a twelfth of the height.
        assert_eq!(fit(120_000.0, 700.0), 1.0 / 12.0);
        // What is large in both directions is shown whole.
        assert_eq!(
            fit(20_000.0, 9_000.0),
            Camera::fit([0.0, 0.0, 20_000.0, 9_000.0], view).scale
        );
        assert_eq!(fit(100.0, 38.0), 1.0);
    }

    #[test]
    fn revealing_moves_no_further_than_needed() {
        let view = (1000.0, 500.0);
        let mut camera = Camera::default();
        camera.reveal([100.0, 100.0, 284.0, 138.0], view);
        assert_eq!(camera, Camera::default());
        camera.reveal([1100.0, 100.0, 1284.0, 138.0], view);
        assert_eq!((camera.x, camera.y), (324.0, 0.0));
    }

    #[test]
    fn a_large_drawing_fills_the_view_and_a_small_one_is_in_the_middle() {
        let mut camera = Camera::default();
        camera.center((92.0, 19.0), (1000.0, 500.0));
        camera.fill([0.0, 0.0, 4000.0, 300.0], (1000.0, 500.0));
        assert_eq!((camera.x, camera.y), (-24.0, -100.0));
        camera.center((3990.0, 0.0), (1000.0, 500.0));
        camera.fill([0.0, 0.0, 4000.0, 300.0], (1000.0, 500.0));
        assert_eq!(camera.x, 3024.0);
    }

    #[test]
    fn nobody_gets_lost() {
        let mut camera = Camera::default();
        camera.pan(-1e9, 1e9);
        camera.hold((800.0, 600.0), (2000.0, 1000.0));
        let [left, _, _, bottom] = camera.area((800.0, 600.0));
        assert!(left < 2000.0 && bottom > 0.0);
    }
}
