//! Packing of scenes.

use super::*;

fn scene() -> Scene {
    let one = BoxView {
        frame: [1.0, 2.0, 184.0, 38.0],
        status: Status::Indirect,
        category: Some(Category {
            glyph: Glyph::ForwardOnly,
            inherited: true,
        }),
        entry: 3,
        dim: true,
        hidden: (1, 2),
        name: "\"db\".\"s\".\"ü\n\"".into(),
        schema: "s.".into(),
        title: "ü".into(),
        sub: "view".into(),
        counts: None,
        columns: vec!["id".into()],
    };
    let other = BoxView {
        counts: Some([1, 2, 3, 4, 5, 6]),
        columns: vec!["a".into(), "b".into()],
        ..BoxView::default()
    };
    Scene {
        size: (500.0, 60.5),
        boxes: vec![one, other],
        joints: vec![JointView {
            from: 0,
            source: 0,
            line: [1.0, 2.0, 3.0],
        }],
        arrivals: vec![ArrivalView {
            from: 2,
            source: 0,
            to: 1,
            backwards: true,
            cut: true,
        }],
        strips: vec![StripView {
            key: "k".into(),
            count: 7,
            ..StripView::default()
        }],
        threads: vec![[0, 0, 1, 1]],
    }
}

#[test]
fn a_scene_survives_packing() {
    assert_eq!(Scene::unpack(&scene().pack()), Some(scene()));
    assert_eq!(Scene::unpack(&Scene::default().pack()), Some(Scene::default()));
}

#[test]
fn what_is_cut_off_or_points_nowhere_is_no_scene() {
    let bytes = scene().pack();
    for end in 0..bytes.len() {
        assert_eq!(Scene::unpack(&bytes[..end]), None, "{end}");
    }
    for wrong in [
        |scene: &mut Scene| scene.arrivals[0].to = 2,
        |scene: &mut Scene| scene.joints[0].from = 2,
        |scene: &mut Scene| scene.threads[0][3] = 2,
        |scene: &mut Scene| scene.boxes[0].frame[1] = f32::NAN,
    ] {
        let mut scene = scene();
        wrong(&mut scene);
        assert_eq!(Scene::unpack(&scene.pack()), None);
    }
}
