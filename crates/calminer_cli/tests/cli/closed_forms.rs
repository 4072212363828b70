//! Simulations whose answer is known in closed form, through a scenario file and the command line.
//!
//! The scenarios and figures are those of the validation cases `linear_npv_normal` (closed form of a linear NPV) and
//! `analytic_distributions` (textbook percentiles).

use serde_json::Value as Json;

use crate::{User, case, figure};

/// Four standard errors of a percentile of `trials` plain trials: sqrt(p (1 - p) / n) over the density there.
fn near(found: &Json, exact: f64, tolerance: f64, what: &str) {
    let found = figure(found);
    assert!(
        (found - exact).abs() <= tolerance,
        "{what}: {found} is not {exact} within {tolerance}"
    );
}

#[test]
fn a_linear_npv_is_normal_with_every_sampler() {
    let user = User::new();
    let path = case("linear_npv_normal.calminer.json");
    // A plain run of n trials has a mean within 4 sd / sqrt(n); stratified ones are far closer.
    for (sampling, trials, of_mean) in [
        ("mc", 100_000, 1.3),
        ("lhs", 20_000, 0.05),
        ("sobol", 20_480, 0.05),
    ] {
        let flags = format!("--trials {trials} --seed 11 --sampling {sampling} --json");
        let run = user.on("simulate", &path, &flags).done();
        let npv = &run["outputs"]["npv"];
        near(&npv["mean"], 69.705_697_926, of_mean, "mean");
        near(&npv["sd"], 100.651_220_984, 1.0, "sd");
        let exact = [
            ("5", -95.850_827_967),
            ("10", -59.284_031_9),
            ("25", 1.817_481_027),
            ("50", 69.705_697_926),
            ("75", 137.593_914_824),
            ("90", 198.695_427_752),
            ("95", 235.262_223_819),
        ];
        for (percentile, value) in exact {
            near(&npv["percentiles"][percentile], value, 3.0, percentile);
        }
        near(
            &npv["probability_below_zero"],
            1.0 - 0.755_703_049_558,
            0.006,
            "P(NPV < 0)",
        );
        near(&npv["tail_mean_5"], -137.908_864_689, 4.0, "tail mean");
    }
}

/// Output, its percentiles 5, 10, 25, 50, 75, 90 and 95, and how near a run of 100,000 stratified trials comes.
const PERCENTILES: [(&str, [f64; 7], f64); 4] = [
    (
        "x_triangular",
        [
            88.366_600_265,
            91.832_159_566,
            98.708_286_934,
            108.166_998_673,
            120.419_601_085,
            131.291_713_066,
            136.771_243_445,
        ],
        0.05,
    ),
    (
        "x_pert",
        [
            86.301_586_534,
            89.043_534_593,
            95.124_492_898,
            103.825_886_014,
            113.748_723_057,
            122.727_027_464,
            127.739_214_935,
        ],
        0.05,
    ),
    (
        "x_lognormal",
        [
            1_274.336_787_55,
            1_369.403_188_8,
            1_544.343_458_42,
            1_765.045_216_24,
            2_017.287_41,
            2_274.994_421_56,
            2_444.710_570_88,
        ],
        1.5,
    ),
    (
        "x_truncated",
        [
            -0.843_104_559,
            -0.704_647_821,
            -0.349_641_429,
            0.171_163_918,
            0.747_440_724,
            1.255_715_364,
            1.524_596_683,
        ],
        0.002,
    ),
];

#[test]
fn each_distribution_has_its_percentiles() {
    let user = User::new();
    let path = case("analytic_distributions.calminer.json");
    let run = user
        .on(
            "simulate",
            &path,
            "--trials 100000 --seed 5 --sampling lhs --json",
        )
        .done();
    for (output, values, tolerance) in PERCENTILES {
        let percentiles = &run["outputs"][output]["percentiles"];
        for (percentile, value) in ["5", "10", "25", "50", "75", "90", "95"].iter().zip(values) {
            near(&percentiles[percentile], value, tolerance, output);
        }
    }
    near(
        &run["outputs"]["x_truncated"]["mean"],
        0.229_637_179_091,
        1e-4,
        "truncated mean",
    );
    near(
        &run["outputs"]["x_truncated"]["sd"],
        0.720_945_586_859,
        1e-3,
        "truncated sd",
    );
    // A loss: its bad tail is the upper one.
    let loss = &run["outputs"]["x_standard"];
    near(
        &loss["percentiles"]["95"],
        1.644_853_626_951,
        0.002,
        "VaR 95 %",
    );
    near(
        &loss["tail_mean_5"],
        2.062_712_807_507,
        0.005,
        "expected shortfall 95 %",
    );
}
