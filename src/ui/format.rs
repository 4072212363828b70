//! Figures for people: rounded, with thousands separators, sign and unit as the user chose.
//!
//! A figure that does not exist is written `n/a`, never 0 and never blank.

/// What a figure that does not exist is called.
pub(crate) const ABSENT: &str = "n/a";
const MINUS: char = '\u{2212}';
/// Narrow and unbreakable: beside a decimal comma it can be read as nothing else.
const NARROW_SPACE: char = '\u{202f}';
/// More decimals than this say nothing: a double has 15 to 17 digits.
const MOST_DECIMALS: usize = 12;

/// How the user wants figures written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NumberStyle {
    /// `.` or `,`.
    pub(crate) decimal: char,
    /// Parentheses in place of the minus sign.
    pub(crate) parentheses: bool,
}

impl Default for NumberStyle {
    fn default() -> Self {
        Self {
            decimal: '.',
            parentheses: false,
        }
    }
}

impl NumberStyle {
    const fn thousands(self) -> char {
        if self.decimal == ',' {
            NARROW_SPACE
        } else {
            ','
        }
    }

    /// With exactly this many decimals.
    pub(crate) fn fixed(self, figure: f64, decimals: usize) -> String {
        if figure.is_nan() {
            return ABSENT.to_owned();
        }
        let size = if figure.is_infinite() {
            "infinite".to_owned()
        } else {
            self.grouped(&format!("{:.*}", decimals.min(MOST_DECIMALS), figure.abs()))
        };
        // What rounds to 0 has no sign.
        let zero = !size.contains(|next: char| next.is_ascii_digit() && next != '0')
            && !figure.is_infinite();
        self.signed(size, figure < 0.0 && !zero)
    }

    /// With at least this many significant digits before anything is cut, and no decimals that are not there.
    pub(crate) fn significant(self, figure: f64, digits: usize) -> String {
        self.fixed(figure, decimals_for(figure, digits))
    }

    /// With at most this many significant digits, and no zeros at the end.
    pub(crate) fn short(self, figure: f64, digits: usize) -> String {
        let decimals = decimals_for(figure, digits);
        let text = format!("{:.decimals$}", figure.abs());
        let kept = text
            .split_once('.')
            .map_or(0, |(_, rest)| rest.trim_end_matches('0').len());
        self.fixed(figure, kept)
    }

    /// As typed: the shortest text that reads back as the same figure, with separators.
    pub(crate) fn exact(self, figure: f64) -> String {
        if !figure.is_finite() {
            return self.fixed(figure, 0);
        }
        let plain = figure.abs();
        if plain != 0.0 && !(1e-9..1e15).contains(&plain) {
            let text = format!("{plain:e}").replace('.', &self.decimal.to_string());
            return self.signed(text, figure < 0.0);
        }
        self.signed(self.grouped(&format!("{plain}")), figure < 0.0)
    }

    /// What a field starts with: no separators and a plain minus sign, so that it can be typed on.
    pub(crate) fn typed(self, figure: f64) -> String {
        if figure.is_nan() {
            return String::new();
        }
        format!("{figure}").replace('.', &self.decimal.to_string())
    }

    /// A fraction as per cent: `24.1 %`.
    pub(crate) fn percent(self, fraction: f64, decimals: usize) -> String {
        if fraction.is_nan() {
            return ABSENT.to_owned();
        }
        format!("{}\u{a0}%", self.fixed(fraction * 100.0, decimals))
    }

    /// Years with one decimal: `2.7 years`.
    pub(crate) fn years(self, years: f64) -> String {
        if years.is_nan() {
            ABSENT.to_owned()
        } else {
            format!("{}\u{a0}years", self.fixed(years, 1))
        }
    }

    /// Whole currency units, shortened to thousands, millions or billions: `C$649.2M`.
    pub(crate) fn money(self, amount: f64, currency: &str) -> String {
        if !amount.is_finite() {
            return self.fixed(amount, 0);
        }
        let (divisor, suffix) = scale_of(amount);
        let shown = amount / divisor;
        let decimals = if suffix.is_empty() {
            decimals_for(shown, 3).min(2)
        } else {
            1
        };
        let size = self.fixed(shown.abs(), decimals);
        self.signed(
            format!("{}{size}{suffix}", symbol(currency)),
            shown < 0.0 && !is_zero(&size),
        )
    }

    /// A figure in a unit that people read: `US$1,203/oz`, `C$649.2M`, `24.1 %`, `1.44 g/t`.
    pub(crate) fn quantity(self, figure: f64, unit: &str) -> String {
        if !figure.is_finite() {
            return self.fixed(figure, 0);
        }
        // A rate of exchange is a number with a unit, not an amount of money.
        if let Some((currency, per)) = unit
            .split_once('/')
            .filter(|(currency, per)| is_currency(currency) && !is_currency(per))
        {
            let decimals = usize::from(figure.abs() < 1_000.0) + usize::from(figure.abs() < 100.0);
            let size = self.fixed(figure.abs(), decimals);
            return self.signed(
                format!("{}{size}/{per}", symbol(currency)),
                figure < 0.0 && !is_zero(&size),
            );
        }
        if is_currency(unit) {
            return self.money(figure, unit);
        }
        let size = self.significant(figure, 4);
        if unit.is_empty() {
            size
        } else {
            format!("{size}\u{a0}{}", unit_words(unit))
        }
    }

    fn signed(self, size: String, negative: bool) -> String {
        match (negative, self.parentheses) {
            (false, _) => size,
            (true, true) => format!("({size})"),
            (true, false) => format!("{MINUS}{size}"),
        }
    }

    fn grouped(self, plain: &str) -> String {
        let (whole, rest) = plain
            .split_once('.')
            .map_or((plain, None), |(whole, rest)| (whole, Some(rest)));
        let mut text = String::with_capacity(plain.len() + plain.len() / 3);
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                text.push(self.thousands());
            }
            text.push(digit);
        }
        if let Some(rest) = rest {
            text.push(self.decimal);
            text.push_str(rest);
        }
        text
    }
}

fn is_zero(text: &str) -> bool {
    !text.contains(|next: char| ('1'..='9').contains(&next))
}

fn scale_of(amount: f64) -> (f64, &'static str) {
    // From 999.95 on the rounded figure would show four digits before the mark.
    match amount.abs() {
        size if size >= 999.95e6 => (1e9, "B"),
        size if size >= 999.95e3 => (1e6, "M"),
        size if size >= 99.95e3 => (1e3, "k"),
        _ => (1.0, ""),
    }
}

/// Decimals so that a figure shows this many significant digits; none beyond the whole part.
pub(crate) fn decimals_for(figure: f64, digits: usize) -> usize {
    if figure == 0.0 || !figure.is_finite() {
        return 0;
    }
    // `{:e}` rounds to the digits first, so that 9.9996 counts as 10.00.
    let text = format!("{:.*e}", digits.saturating_sub(1), figure.abs());
    let magnitude: i32 = text
        .split_once('e')
        .and_then(|(_, power)| power.parse().ok())
        .unwrap_or(0);
    let wanted = i32::try_from(digits)
        .unwrap_or(i32::MAX)
        .saturating_sub(1)
        .saturating_sub(magnitude);
    usize::try_from(wanted.max(0))
        .unwrap_or(0)
        .min(MOST_DECIMALS)
}

/// The fewest decimals that show all figures of a row apart from each other to this many significant digits.
pub(crate) fn decimals_of_row(figures: &[f64], digits: usize) -> usize {
    let largest = figures
        .iter()
        .copied()
        .filter(|figure| figure.is_finite())
        .map(f64::abs)
        .fold(0.0, f64::max);
    decimals_for(largest, digits)
}

/// Decimals that a figure was typed with, so that a row of inputs shows all of them.
pub(crate) fn decimals_typed(figure: f64) -> usize {
    if !figure.is_finite() {
        return 0;
    }
    format!("{figure}")
        .split_once('.')
        .map_or(0, |(_, rest)| rest.len().min(6))
}

/// Whether a unit is money of a currency: an ISO code, with k or M before it or without.
fn is_currency(unit: &str) -> bool {
    let code = unit
        .strip_prefix(['k', 'M'])
        .filter(|code| code.len() == 3)
        .unwrap_or(unit);
    code.len() == 3 && code.chars().all(|letter| letter.is_ascii_uppercase())
}

/// The sign of a currency where it is clear, otherwise its code with a space.
pub(crate) fn symbol(currency: &str) -> String {
    match currency {
        "CAD" => "C$".to_owned(),
        "USD" => "US$".to_owned(),
        "AUD" => "A$".to_owned(),
        "EUR" => "€".to_owned(),
        "GBP" => "£".to_owned(),
        code => format!("{code}\u{a0}"),
    }
}

/// A unit as people write it: `MCAD` is `C$M`, `USD/oz` is `US$/oz`.
pub(crate) fn unit_words(unit: &str) -> String {
    let sign = |code: &str| match code {
        "CAD" => Some("C$"),
        "USD" => Some("US$"),
        "AUD" => Some("A$"),
        _ => None,
    };
    unit.split('/')
        .map(|part| {
            let scaled = part
                .strip_prefix('M')
                .map(|code| ("M", code))
                .or_else(|| part.strip_prefix('k').map(|code| ("k", code)));
            match (sign(part), scaled) {
                (Some(sign), _) => sign.to_owned(),
                (None, Some((prefix, code))) => {
                    sign(code).map_or_else(|| part.to_owned(), |sign| format!("{sign}{prefix}"))
                }
                _ => part.to_owned(),
            }
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// The factor and the unit in which figures of a unit are drawn and listed: money typed in whole currency is shown in
/// thousands, millions or billions by its size, everything else as its line says.
pub(crate) fn drawn_in(unit: &str, factor: f64, largest: f64) -> (f64, String) {
    if !is_currency(unit) || unit.len() != 3 || factor != 1.0 || !largest.is_finite() {
        return (factor, unit_words(unit));
    }
    // Studies print millions up to any size that a mine reaches; billions would cost digits in a row of percentiles.
    let (divisor, suffix) = if (1e6..1e11).contains(&largest.abs()) {
        (1e6, "M")
    } else {
        scale_of(largest)
    };
    (divisor, format!("{}{suffix}", unit_words(unit)))
}

/// A sentence of the engine on a line of its own: it begins with a capital letter.
pub(crate) fn sentence(text: &str) -> String {
    let mut rest = text.chars();
    let first = rest.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(rest).collect()
}

/// A whole number with separators: `1,000,000`.
pub(crate) fn count(number: u64, style: NumberStyle) -> String {
    style.grouped(&number.to_string())
}

/// How long something will still take: `6 s`, `2 min 5 s`.
pub(crate) fn duration(seconds: f64) -> String {
    let whole = seconds.max(0.0).ceil() as u64;
    match whole {
        0..60 => format!("{whole}\u{a0}s"),
        60..3_600 => format!("{}\u{a0}min {}\u{a0}s", whole / 60, whole % 60),
        _ => format!("{}\u{a0}h {}\u{a0}min", whole / 3_600, whole % 3_600 / 60),
    }
}

/// Words as a name: with a capital.
pub(crate) fn first_upper(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINT: NumberStyle = NumberStyle {
        decimal: '.',
        parentheses: false,
    };
    const COMMA: NumberStyle = NumberStyle {
        decimal: ',',
        parentheses: true,
    };

    #[test]
    fn money_is_short_and_names_its_currency() {
        assert_eq!(POINT.money(649_175_000.0, "CAD"), "C$649.2M");
        assert_eq!(POINT.money(-46_200_000.0, "USD"), "−US$46.2M");
        assert_eq!(COMMA.money(-46_200_000.0, "CAD"), "(C$46,2M)");
        assert_eq!(POINT.money(1_211_000_000.0, "AUD"), "A$1.2B");
        assert_eq!(POINT.money(999_960_000.0, "CAD"), "C$1.0B");
        assert_eq!(POINT.money(1_203.4, "USD"), "US$1,203");
        assert_eq!(POINT.money(12.5, "CLP"), "CLP\u{a0}12.5");
        assert_eq!(POINT.money(0.0, "CAD"), "C$0");
        assert_eq!(POINT.money(-0.001, "CAD"), "C$0.00");
        assert_eq!(POINT.money(f64::NAN, "CAD"), "n/a");
    }

    #[test]
    fn quantities_carry_their_unit() {
        assert_eq!(POINT.quantity(1_203.4, "USD/oz"), "US$1,203/oz");
        assert_eq!(POINT.quantity(14.66, "CAD/t"), "C$14.66/t");
        assert_eq!(POINT.quantity(-50.04, "USD/oz"), "−US$50.04/oz");
        assert_eq!(POINT.quantity(1.44, "g/t"), "1.440\u{a0}g/t");
        assert_eq!(POINT.quantity(3_100.0, ""), "3,100");
        assert_eq!(POINT.quantity(1.35, "CAD/USD"), "1.350\u{a0}C$/US$");
        assert_eq!(POINT.quantity(f64::NAN, "g/t"), "n/a");
    }

    #[test]
    fn fixed_figures_group_round_and_sign() {
        assert_eq!(POINT.fixed(1_234_567.891, 2), "1,234,567.89");
        assert_eq!(COMMA.fixed(1_234_567.891, 2), "1\u{202f}234\u{202f}567,89");
        assert_eq!(POINT.fixed(-1_234.5, 1), "−1,234.5");
        assert_eq!(COMMA.fixed(-1_234.5, 1), "(1\u{202f}234,5)");
        assert_eq!(POINT.fixed(-0.04, 1), "0.0");
        assert_eq!(POINT.fixed(f64::NEG_INFINITY, 1), "−infinite");
        assert_eq!(POINT.fixed(999.0, 0), "999");
        assert_eq!(POINT.fixed(1e300, 0).len(), 301 + 100);
    }

    #[test]
    fn rates_years_and_typed_figures() {
        assert_eq!(POINT.percent(0.241_003, 1), "24.1\u{a0}%");
        assert_eq!(POINT.years(2.678), "2.7\u{a0}years");
        assert_eq!(POINT.exact(0.1 + 0.2), "0.30000000000000004");
        assert_eq!(POINT.exact(3_100.0), "3,100");
        assert_eq!(POINT.exact(1e-12), "1e-12");
        assert_eq!(COMMA.typed(-1234.5), "-1234,5");
        assert_eq!(POINT.typed(f64::NAN), "");
    }

    #[test]
    fn significant_digits_never_cut_the_whole_part() {
        assert_eq!(POINT.significant(123_456.0, 3), "123,456");
        assert_eq!(POINT.significant(0.012_345, 3), "0.0123");
        assert_eq!(POINT.significant(9.999_6, 4), "10.00");
        assert_eq!(POINT.significant(0.0, 4), "0");
        assert_eq!(
            (
                POINT.short(0.06, 4),
                POINT.short(1_234.56, 4),
                POINT.short(f64::NAN, 4)
            ),
            ("0.06".to_owned(), "1,235".to_owned(), "n/a".to_owned())
        );
        assert_eq!(decimals_of_row(&[0.5, 12.25, f64::NAN], 4), 2);
        assert_eq!(decimals_typed(1.4403), 4);
    }

    #[test]
    fn units_and_times_for_people() {
        assert_eq!(unit_words("MCAD"), "C$M");
        assert_eq!(unit_words("USD/oz"), "US$/oz");
        assert_eq!(unit_words("CAD/USD"), "C$/US$");
        assert_eq!(unit_words("kt"), "kt");
        assert_eq!(drawn_in("CAD", 1.0, -649e6), (1e6, "C$M".to_owned()));
        assert_eq!(drawn_in("CAD", 1.0, 1.087e9), (1e6, "C$M".to_owned()));
        assert_eq!(drawn_in("MCAD", 1e6, 649e6), (1e6, "C$M".to_owned()));
        assert_eq!(drawn_in("%", 0.01, 0.2), (0.01, "%".to_owned()));
        assert_eq!(count(1_000_000, POINT), "1,000,000");
        assert_eq!(
            (sentence("étape"), sentence("")),
            ("Étape".to_owned(), String::new())
        );
        assert_eq!(
            (duration(5.2), duration(125.0), duration(7_260.0)),
            (
                "6\u{a0}s".to_owned(),
                "2\u{a0}min 5\u{a0}s".to_owned(),
                "2\u{a0}h 1\u{a0}min".to_owned()
            )
        );
    }
}
