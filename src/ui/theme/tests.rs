use super::*;

fn linear(channel: u8) -> f64 {
    let value = f64::from(channel) / 255.0;
    if value <= 0.040_45 {
        value / 12.92
    } else {
        libm_pow((value + 0.055) / 1.055, 2.4)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a contrast needs no equal bits on all systems"
)]
fn libm_pow(base: f64, exponent: f64) -> f64 {
    base.powf(exponent)
}

fn luminance(color: Color32) -> f64 {
    0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
}

fn contrast(one: Color32, other: Color32) -> f64 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
}

#[test]
fn the_measure_of_contrast_is_the_published_one() {
    assert!((contrast(rgb(0), rgb(0x00FF_FFFF)) - 21.0).abs() < 1e-9);
    assert!((contrast(rgb(0x0077_7777), rgb(0x00FF_FFFF)) - 4.48).abs() < 0.01);
}

#[test]
fn text_can_be_read_on_every_surface() {
    for tokens in [&LIGHT, &DARK] {
        let surfaces = [
            ("background", tokens.background),
            ("panel", tokens.panel),
            ("surface", tokens.surface),
            ("selection", tokens.selection),
            ("hover", tokens.hover),
            ("input", tokens.input_fill),
        ];
        let inks = [
            ("text", tokens.text),
            ("weak", tokens.weak),
            ("accent", tokens.accent),
            ("positive", tokens.positive),
            ("negative", tokens.negative),
            ("warning", tokens.warning),
            ("info", tokens.info),
            ("input text", tokens.input_text),
        ];
        for (surface, ground) in surfaces {
            for (ink, color) in inks {
                // On the dark selection the text color stands in for these two.
                let exception =
                    tokens.dark && surface == "selection" && matches!(ink, "weak" | "negative");
                let least = if exception { 4.0 } else { 4.5 };
                let found = contrast(color, ground);
                assert!(
                    found >= least,
                    "{ink} on {surface}, dark {}: {found:.2}",
                    tokens.dark
                );
            }
        }
        assert!(contrast(tokens.on_accent, tokens.accent) >= 4.5);
        for color in tokens.series {
            assert!(
                contrast(color, tokens.surface) >= 3.0,
                "{color:?} on the surface, dark {}",
                tokens.dark
            );
        }
    }
}

/// CIE Lab of a color of linear light, D65.
fn lab([red, green, blue]: [f64; 3]) -> [f64; 3] {
    let f = |t: f64| {
        if t > 216.0 / 24_389.0 {
            libm_pow(t, 1.0 / 3.0)
        } else {
            (24_389.0 / 27.0 * t + 16.0) / 116.0
        }
    };
    let x = f((0.412_456 * red + 0.357_576 * green + 0.180_437 * blue) / 0.950_47);
    let y = f(0.212_673 * red + 0.715_152 * green + 0.072_175 * blue);
    let z = f((0.019_334 * red + 0.119_192 * green + 0.950_304 * blue) / 1.088_83);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// CIEDE2000 (Sharma, Wu and Dalal 2005).
#[expect(
    clippy::disallowed_methods,
    reason = "a color difference needs no equal bits on all systems"
)]
#[expect(
    clippy::many_single_char_names,
    reason = "the letters of the published formula"
)]
fn delta_e(one: [f64; 3], other: [f64; 3]) -> f64 {
    let chroma = |lab: [f64; 3]| lab[1].hypot(lab[2]);
    let seventh = |c: f64| (c.powi(7) / (c.powi(7) + 25.0_f64.powi(7))).sqrt();
    let g = 0.5 * (1.0 - seventh(0.5 * (chroma(one) + chroma(other))));
    let turn = |lab: [f64; 3]| {
        let a = (1.0 + g) * lab[1];
        (
            a.hypot(lab[2]),
            lab[2].atan2(a).to_degrees().rem_euclid(360.0),
        )
    };
    let ((c1, h1), (c2, h2)) = (turn(one), turn(other));
    let (dl, dc) = (other[0] - one[0], c2 - c1);
    let mut dh = if c1 * c2 == 0.0 { 0.0 } else { h2 - h1 };
    if dh > 180.0 {
        dh -= 360.0;
    } else if dh < -180.0 {
        dh += 360.0;
    }
    let dh_big = 2.0 * (c1 * c2).sqrt() * (dh / 2.0).to_radians().sin();
    let (l, c) = (0.5 * (one[0] + other[0]), 0.5 * (c1 + c2));
    let mut h = h1 + h2;
    if c1 * c2 != 0.0 {
        h = if (h1 - h2).abs() <= 180.0 {
            h / 2.0
        } else {
            h.midpoint(if h < 360.0 { 360.0 } else { -360.0 })
        };
    }
    let cosine = |angle: f64| angle.to_radians().cos();
    let t = 1.0 - 0.17 * cosine(h - 30.0) + 0.24 * cosine(2.0 * h) + 0.32 * cosine(3.0 * h + 6.0)
        - 0.20 * cosine(4.0 * h - 63.0);
    let sl = 1.0 + 0.015 * (l - 50.0).powi(2) / (20.0 + (l - 50.0).powi(2)).sqrt();
    let (sc, sh) = (1.0 + 0.045 * c, 1.0 + 0.015 * c * t);
    let rt = -(60.0 * (-((h - 275.0) / 25.0).powi(2)).exp())
        .to_radians()
        .sin()
        * 2.0
        * seventh(c);
    let (l, c, h) = (dl / sl, dc / sc, dh_big / sh);
    (l * l + c * c + h * h + rt * c * h).sqrt()
}

#[test]
fn the_color_difference_is_the_published_one() {
    let found = delta_e([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485]);
    assert!((found - 2.0425).abs() < 1e-4, "{found}");
    let found = delta_e([50.0, 2.49, -0.001], [50.0, -2.49, 0.0011]);
    assert!((found - 7.2195).abs() < 1e-4, "{found}");
}

#[test]
fn series_are_told_apart_under_color_deficiencies() {
    // Machado, Oliveira and Fernandes 2009, full severity, on linear light.
    let deficiencies: [(&str, [[f64; 3]; 3]); 3] = [
        (
            "protan",
            [
                [0.152_286, 1.052_583, -0.204_868],
                [0.114_503, 0.786_281, 0.099_216],
                [-0.003_882, -0.048_116, 1.051_998],
            ],
        ),
        (
            "deutan",
            [
                [0.367_322, 0.860_646, -0.227_968],
                [0.280_085, 0.672_501, 0.047_413],
                [-0.011_820, 0.042_940, 0.968_881],
            ],
        ),
        (
            "tritan",
            [
                [1.255_528, -0.076_749, -0.178_779],
                [-0.078_411, 0.930_809, 0.147_602],
                [0.004_733, 0.691_367, 0.303_900],
            ],
        ),
    ];
    for tokens in [&LIGHT, &DARK] {
        for (name, matrix) in &deficiencies {
            let seen: Vec<[f64; 3]> = tokens
                .series
                .iter()
                .map(|color| {
                    let light = [linear(color.r()), linear(color.g()), linear(color.b())];
                    lab(matrix.map(|row| {
                        (0..3)
                            .map(|at| row[at] * light[at])
                            .sum::<f64>()
                            .clamp(0.0, 1.0)
                    }))
                })
                .collect();
            for one in 0..seen.len() {
                for other in 0..one {
                    let found = delta_e(seen[one], seen[other]);
                    assert!(
                        found >= 10.0,
                        "{name}, dark {}: series {} and {}: {found:.1}",
                        tokens.dark,
                        other + 1,
                        one + 1
                    );
                }
            }
        }
    }
}
