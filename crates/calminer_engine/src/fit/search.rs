//! Where a function is greatest, without its derivatives.

/// The place of the maximum between two ends, to 1e-8 of their distance, for a function with one hump: a coarse grid
/// first, then golden section.
pub(super) fn maximum(low: f64, high: f64, height: impl Fn(f64) -> f64) -> f64 {
    const GRID: u32 = 24;
    const GOLDEN: f64 = 0.618_033_988_749_894_8;
    let at = |step: f64| low + (high - low) * (step / f64::from(GRID));
    let mut best = (f64::NEG_INFINITY, 0);
    for step in 0..=GRID {
        let found = height(at(f64::from(step)));
        if found > best.0 {
            best = (found, step);
        }
    }
    let step = f64::from(best.1);
    let (mut left, mut right) = (
        at((step - 1.0).max(0.0)),
        at((step + 1.0).min(f64::from(GRID))),
    );
    let mut inner = (
        right - GOLDEN * (right - left),
        left + GOLDEN * (right - left),
    );
    let mut heights = (height(inner.0), height(inner.1));
    while right - left > 1e-8 * (high - low) {
        if heights.0 > heights.1 {
            right = inner.1;
            inner = (right - GOLDEN * (right - left), inner.0);
            heights = (height(inner.0), heights.0);
        } else {
            left = inner.0;
            inner = (inner.1, left + GOLDEN * (right - left));
            heights = (heights.1, height(inner.1));
        }
    }
    0.5 * (left + right)
}

/// The place of the maximum near `start`: the simplex of Nelder and Mead (1965), begun three times anew at what was
/// found, since a simplex can fall flat. A height of -infinity marks what is outside.
pub(super) fn simplex<const N: usize>(
    start: [f64; N],
    height: impl Fn(&[f64; N]) -> f64,
) -> [f64; N] {
    let mut best = start;
    for size in [1.0, 0.3, 0.1, 0.03] {
        best = descend(best, size, &height);
    }
    best
}

fn descend<const N: usize>(
    start: [f64; N],
    size: f64,
    height: &impl Fn(&[f64; N]) -> f64,
) -> [f64; N] {
    let mut corners: Vec<(f64, [f64; N])> = vec![(height(&start), start)];
    for axis in 0..N {
        let mut corner = start;
        corner[axis] += size;
        corners.push((height(&corner), corner));
    }
    for _ in 0..400 * N {
        corners.sort_by(|a, b| b.0.total_cmp(&a.0));
        let (top, bottom) = (corners[0], corners[N]);
        let widest = (0..N)
            .map(|axis| (bottom.1[axis] - top.1[axis]).abs())
            .fold(0.0, f64::max);
        if widest < 1e-10 {
            break;
        }
        // Of all corners but the lowest.
        let center = center(&corners[..N]);
        let beyond = |factor: f64| {
            let mut point = center;
            for (place, low) in point.iter_mut().zip(bottom.1) {
                *place += factor * (*place - low);
            }
            (height(&point), point)
        };
        let reflected = beyond(1.0);
        corners[N] = if reflected.0 > top.0 {
            let expanded = beyond(2.0);
            if expanded.0 > reflected.0 {
                expanded
            } else {
                reflected
            }
        } else if reflected.0 > corners[N - 1].0 {
            reflected
        } else {
            let contracted = if reflected.0 > bottom.0 {
                beyond(0.5)
            } else {
                beyond(-0.5)
            };
            if contracted.0 > bottom.0.max(reflected.0) {
                contracted
            } else {
                shrink(&mut corners, height);
                continue;
            }
        };
    }
    corners.sort_by(|a, b| b.0.total_cmp(&a.0));
    corners[0].1
}

/// All corners halfway to the highest.
fn shrink<const N: usize>(corners: &mut [(f64, [f64; N])], height: &impl Fn(&[f64; N]) -> f64) {
    let top = corners[0].1;
    for corner in &mut corners[1..] {
        for (place, best) in corner.1.iter_mut().zip(top) {
            *place = 0.5 * (*place + best);
        }
        corner.0 = height(&corner.1);
    }
}

fn center<const N: usize>(corners: &[(f64, [f64; N])]) -> [f64; N] {
    let mut center = [0.0; N];
    for corner in corners {
        for (sum, place) in center.iter_mut().zip(corner.1) {
            *sum += place / N as f64;
        }
    }
    center
}
