//! The page: mounts the viewer in the element with the id `app`.

fn main() {
    planglass_web::report_panics();
    planglass_web::viewer::start();
}
