use super::*;

#[test]
fn a_single_value_is_one_bar_of_visible_width() {
    let bars = Bars {
        low: 50.0,
        width: 0.0,
        counts: vec![1_000],
        ..Bars::default()
    };
    let scale = bars.scale().unwrap();
    assert_eq!((scale.low, scale.high), (49.0, 51.0));
    let drawn = bars.drawn();
    assert_eq!((drawn.len(), drawn[0].2), (1, 1_000));
    assert!(drawn[0].1 - drawn[0].0 > 0.04);
}

#[test]
fn nothing_and_broken_figures_draw_nothing() {
    assert_eq!(Bars::default().scale(), None);
    let broken = Bars {
        low: f64::NAN,
        width: 1.0,
        counts: vec![3],
        ..Bars::default()
    };
    assert_eq!((broken.scale(), broken.drawn().len()), (None, 0));
    let endless = Bars {
        low: -1e308,
        width: 1e308,
        counts: vec![1, 0, 1],
        ..Bars::default()
    };
    assert!(
        endless
            .drawn()
            .iter()
            .all(|(left, right, _)| left.is_finite() && right.is_finite())
    );
}

#[test]
fn what_is_not_drawn_is_said() {
    let bars = Bars {
        low: 90.0,
        width: 10.0,
        counts: vec![499, 500],
        beyond: 1,
        absent: 3,
    };
    let scale = bars.scale().unwrap();
    let words = left_out(&bars, &bars.drawn(), scale, NumberStyle::default());
    assert_eq!(
        words,
        "1 value beyond the view · 3 values not finite are not drawn"
    );
    let zoomed = left_out(
        &bars,
        &bars.drawn(),
        Scale {
            low: 101.0,
            high: 110.0,
        },
        NumberStyle::default(),
    );
    assert!(zoomed.starts_with("500 values beyond the view"), "{zoomed}");
}
