//! The range of an axis and its round ticks.

use crate::ui::format::NumberStyle;

/// A tick on an axis: where, and what stands there.
pub(crate) type Tick = (f64, String);

/// Beyond this size differences overflow; such figures are left out of plots.
const LARGEST: f64 = 1e300;

/// A range of figures on one axis: finite, and never empty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Scale {
    /// The range of the finite figures; `None` when there is none.
    pub(crate) fn of(figures: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut range: Option<(f64, f64)> = None;
        for figure in figures.into_iter().filter(|figure| figure.abs() <= LARGEST) {
            let (low, high) = range.unwrap_or((figure, figure));
            range = Some((low.min(figure), high.max(figure)));
        }
        range.map(|(low, high)| Self::sound(low, high))
    }

    /// The range between two figures; room is made where they are equal or as good as that.
    pub(crate) fn sound(low: f64, high: f64) -> Self {
        let (low, high) = (low.min(high), low.max(high));
        let size = low.abs().max(high.abs()).max(f64::MIN_POSITIVE);
        if high - low > size * 1e-9 {
            return Self { low, high };
        }
        let room = if size > 1e-12 { size * 0.02 } else { 1.0 };
        Self {
            low: low - room,
            high: high + room,
        }
    }

    pub(crate) fn width(self) -> f64 {
        self.high - self.low
    }

    /// The same range with a share of its width added at both ends.
    pub(crate) fn with_room(self, share: f64) -> Self {
        let room = self.width() * share;
        Self {
            low: self.low - room,
            high: self.high + room,
        }
    }

    pub(crate) fn contains(self, figure: f64) -> bool {
        self.low <= figure && figure <= self.high
    }

    /// Round figures inside the range, about as many as asked for.
    pub(crate) fn ticks(self, about: usize) -> Vec<f64> {
        let step = round_step(self.width() / about.max(1) as f64);
        let first = (self.low / step).ceil();
        // The count is bounded by the step; the limit holds where the range is at the end of what a double resolves.
        (0..64)
            .map(|index| (first + f64::from(index)) * step)
            .take_while(|tick| *tick <= self.high + step * 1e-6)
            .map(|tick| if tick.abs() < step * 1e-6 { 0.0 } else { tick })
            .collect()
    }

    /// Round figures inside the range as they are written on an axis.
    pub(crate) fn named_ticks(self, about: usize, style: NumberStyle) -> Vec<Tick> {
        let decimals = self.tick_decimals(about);
        let ticks = self.ticks(about).into_iter();
        ticks
            .map(|tick| (tick, style.fixed(tick, decimals)))
            .collect()
    }

    /// Decimals that tell neighboring ticks apart.
    pub(crate) fn tick_decimals(self, about: usize) -> usize {
        let step = round_step(self.width() / about.max(1) as f64);
        (0..10)
            .find(|&decimals| {
                let scaled = step * ten_to(decimals);
                (scaled - scaled.round()).abs() < 1e-6 * scaled.max(1.0)
            })
            .map_or(9, |decimals| decimals as usize)
    }
}

fn ten_to(power: i32) -> f64 {
    (0..power).fold(1.0, |product, _| product * 10.0)
}

/// 1, 2, 2.5 or 5 times a power of ten, at or above the figure.
fn round_step(raw: f64) -> f64 {
    if !raw.is_finite() || raw <= 0.0 {
        return 1.0;
    }
    let text = format!("{raw:e}");
    let power: f64 = text
        .split_once('e')
        .and_then(|(_, power)| format!("1e{power}").parse().ok())
        .unwrap_or(1.0);
    let lead = raw / power;
    let round = [1.0, 2.0, 2.5, 5.0]
        .into_iter()
        .find(|round| lead <= round * (1.0 + 1e-9))
        .unwrap_or(10.0);
    round * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_finite_and_have_a_width() {
        assert_eq!(Scale::of([f64::NAN, f64::INFINITY]), None);
        assert_eq!(
            Scale::of([f64::NAN, 3.0, 1.0]),
            Some(Scale {
                low: 1.0,
                high: 3.0
            })
        );
        let constant = Scale::of([50.0; 9]).unwrap();
        assert_eq!((constant.low, constant.high), (49.0, 51.0));
        assert_eq!(
            Scale::of([0.0]).unwrap(),
            Scale {
                low: -1.0,
                high: 1.0
            }
        );
        assert!(Scale::of([-1e308, 1e308, 2.0]).unwrap().width().is_finite());
        assert!(Scale::sound(1e15, 1e15 + 0.25).width() > 1e13);
    }

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(
            Scale::sound(-130.0, 1_480.0).ticks(6),
            [0.0, 500.0, 1_000.0]
        );
        assert_eq!(
            Scale::sound(0.0, 10.0).ticks(5),
            [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]
        );
        assert_eq!(Scale::sound(0.0, 0.1).tick_decimals(4), 3);
        assert_eq!(Scale::sound(0.0, 0.08).tick_decimals(4), 2);
        assert_eq!(Scale::sound(0.0, 1e9).tick_decimals(4), 0);
        let wide = Scale::sound(-1e299, 1e299);
        assert!(wide.ticks(6).len() <= 8);
        assert!(wide.ticks(6).iter().all(|tick| tick.is_finite()));
        let tiny = Scale::sound(1e-300, 2e-300);
        assert!(tiny.ticks(5).len() <= 64);
    }
}
