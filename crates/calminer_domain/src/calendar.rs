//! The calendar of a scenario: periods with real dates, and the time from the valuation date to each flow.

use jiff::civil::Date;
use jiff::{Span, ToSpan as _, Unit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// More periods than this are refused: 480 months are 40 years, and a table must stay readable.
pub const MAX_PERIODS: u32 = 1_200;

/// Days of a year in the actual/365 rest of a time (definitions, section 1).
const DAYS_PER_YEAR: f64 = 365.0;
const MONTHS_PER_YEAR: f64 = 12.0;

/// Length of every period but the opening one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PeriodLength {
    /// Twelve months.
    #[default]
    Year,
    /// Three months.
    Quarter,
    /// One month.
    Month,
}

impl PeriodLength {
    /// Months in one period.
    pub const fn months(self) -> i64 {
        match self {
            Self::Year => 12,
            Self::Quarter => 3,
            Self::Month => 1,
        }
    }

    /// The word shown: "year", "quarter", "month".
    pub const fn word(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Quarter => "quarter",
            Self::Month => "month",
        }
    }
}

/// The day inside its period on which a flow counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Timing {
    /// At its end.
    #[default]
    End,
    /// In its middle.
    Middle,
    /// At its start.
    Start,
}

impl Timing {
    /// The words shown: "end of period" ...
    pub const fn words(self) -> &'static str {
        match self {
            Self::End => "end of period",
            Self::Middle => "middle of period",
            Self::Start => "start of period",
        }
    }
}

/// When the model runs and how its flows are dated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// The day to which flows are discounted.
    #[schemars(with = "String")]
    pub valuation_date: Date,
    /// First day of the first period.
    #[schemars(with = "String")]
    pub start_date: Date,
    /// Length of a period.
    #[serde(default)]
    pub period_length: PeriodLength,
    /// How many periods follow, the opening one not counted.
    pub periods: u32,
    /// Whether a period of no length, labelled 0 and dated at the start, comes first (capital at t = 0).
    #[serde(default)]
    pub opening_period: bool,
    /// Label of the first period; there is no label 0 between -1 and 1.
    #[serde(default = "first_label")]
    pub first_label: i32,
    /// Where in its period a flow counts.
    #[serde(default)]
    pub timing: Timing,
}

fn first_label() -> i32 {
    1
}

/// One period of a calendar.
#[derive(Clone, Debug, PartialEq)]
pub struct Period {
    /// What the column is called.
    pub label: String,
    /// First day.
    pub start: Date,
    /// The day after the last one, which is the first day of the next period.
    pub end: Date,
    /// Years from the valuation date to the start; negative before it.
    pub start_years: f64,
    /// Years from the valuation date to the end.
    pub end_years: f64,
    /// Length in calendar years: 1, 0.25, 1/12, or 0 for an opening period.
    pub years: f64,
    /// Length in days.
    pub days: f64,
}

impl Period {
    /// Years from the valuation date to a flow of this period; the middle of a period that the
    /// valuation date cuts is the middle of what comes after it.
    pub fn flow_years(&self, timing: Timing) -> f64 {
        match timing {
            Timing::End => self.end_years,
            Timing::Start => self.start_years,
            Timing::Middle if self.start_years < 0.0 && self.end_years > 0.0 => {
                0.5 * self.end_years
            }
            Timing::Middle => 0.5 * (self.start_years + self.end_years),
        }
    }
}

impl Calendar {
    /// What the calendar cannot be: the field and a sentence.
    pub fn problems(&self) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        if self.periods == 0 {
            found.push((
                "periods",
                "0 periods: a scenario needs at least one".to_owned(),
            ));
        } else if self.periods > MAX_PERIODS {
            found.push((
                "periods",
                format!(
                    "{} periods are more than the {MAX_PERIODS} a scenario may have",
                    self.periods
                ),
            ));
        } else if self.day(i64::from(self.periods)).is_none() {
            found.push((
                "start_date",
                format!(
                    "the last period would end after the year 9999 ({} periods from {})",
                    self.periods, self.start_date
                ),
            ));
        }
        found
    }

    /// Number of columns: the periods and the opening one.
    pub fn column_count(&self) -> usize {
        self.periods as usize + usize::from(self.opening_period)
    }

    /// All periods in order; empty when [`Self::problems`] is not.
    pub fn periods(&self) -> Vec<Period> {
        if !self.problems().is_empty() {
            return Vec::new();
        }
        let mut all = Vec::with_capacity(self.column_count());
        if self.opening_period {
            all.push(self.period("0".to_owned(), self.start_date, self.start_date, 0.0));
        }
        let length = self.period_length.months() as f64 / MONTHS_PER_YEAR;
        let mut label = i64::from(self.first_label);
        for index in 0..i64::from(self.periods) {
            if let (Some(start), Some(end)) = (self.day(index), self.day(index + 1)) {
                all.push(self.period(label.to_string(), start, end, length));
            }
            label += if label == -1 { 2 } else { 1 };
        }
        all
    }

    fn period(&self, label: String, start: Date, end: Date, years: f64) -> Period {
        let days = start.until(end).map_or(0, |span| span.get_days());
        Period {
            label,
            start,
            end,
            start_years: years_between(self.valuation_date, start),
            end_years: years_between(self.valuation_date, end),
            years,
            days: f64::from(days),
        }
    }

    /// First day of the period with this index, counted from the start date so that month ends do not drift.
    fn day(&self, index: i64) -> Option<Date> {
        let months = index.checked_mul(self.period_length.months())?;
        let span = Span::new().try_months(months).ok()?;
        self.start_date.checked_add(span).ok()
    }
}

/// Years from one day to another: whole months count 1/12 each, a rest in days counts actual/365.
/// Negative when `to` lies before `from`.
pub fn years_between(from: Date, to: Date) -> f64 {
    if to < from {
        return -years_between(to, from);
    }
    let mut months = from
        .until((Unit::Month, to))
        .map_or(0, |span| span.get_months());
    // `until` counts 31 January to 28 February as no whole month; a period that ends there is one.
    if from
        .checked_add((months + 1).months())
        .is_ok_and(|day| day <= to)
    {
        months += 1;
    }
    let reached = from.checked_add(months.months()).unwrap_or(to);
    let rest = reached.until(to).map_or(0, |span| span.get_days());
    f64::from(months) / MONTHS_PER_YEAR + f64::from(rest) / DAYS_PER_YEAR
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn calendar() -> Calendar {
        Calendar {
            valuation_date: date(2026, 1, 1),
            start_date: date(2026, 1, 1),
            period_length: PeriodLength::Year,
            periods: 5,
            opening_period: false,
            first_label: -2,
            timing: Timing::End,
        }
    }

    #[test]
    fn labels_skip_zero_and_ends_are_whole_years() {
        let periods = calendar().periods();
        let labels: Vec<_> = periods.iter().map(|period| period.label.as_str()).collect();
        assert_eq!(labels, ["-2", "-1", "1", "2", "3"]);
        for (index, period) in periods.iter().enumerate() {
            assert_eq!(period.flow_years(Timing::End), (index + 1) as f64);
            assert_eq!(period.flow_years(Timing::Middle), index as f64 + 0.5);
            assert_eq!(period.flow_years(Timing::Start), index as f64);
        }
        assert_eq!(periods[2].days, 366.0);
    }

    #[test]
    fn an_opening_period_has_no_length() {
        let periods = Calendar {
            opening_period: true,
            first_label: 1,
            ..calendar()
        }
        .periods();
        assert_eq!(
            (periods.len(), periods[0].label.as_str(), periods[0].years),
            (6, "0", 0.0)
        );
        assert_eq!(periods[0].flow_years(Timing::Middle), 0.0);
        assert_eq!(periods[1].flow_years(Timing::End), 1.0);
    }

    #[test]
    fn quarters_and_months_are_exact_shares_of_a_year() {
        let quarters = Calendar {
            period_length: PeriodLength::Quarter,
            periods: 4,
            ..calendar()
        }
        .periods();
        assert_eq!(
            quarters
                .iter()
                .map(|period| period.end_years)
                .collect::<Vec<_>>(),
            [0.25, 0.5, 0.75, 1.0]
        );
        let months = Calendar {
            period_length: PeriodLength::Month,
            start_date: date(2026, 1, 31),
            periods: 14,
            ..calendar()
        }
        .periods();
        assert_eq!(months[0].end, date(2026, 2, 28));
        assert_eq!(months[1].end, date(2026, 3, 31));
        assert_eq!(months[12].start, date(2027, 1, 31));
    }

    #[test]
    fn a_rest_in_days_counts_actual_365() {
        assert_eq!(
            years_between(date(2026, 1, 1), date(2027, 4, 11)),
            1.25 + 10.0 / 365.0
        );
        assert_eq!(
            years_between(date(2026, 3, 1), date(2026, 1, 1)),
            -2.0 / 12.0
        );
        let stub = Calendar {
            valuation_date: date(2026, 7, 1),
            ..calendar()
        }
        .periods();
        assert_eq!(stub[0].flow_years(Timing::End), 0.5);
        assert_eq!(stub[0].flow_years(Timing::Middle), 0.25);
        assert_eq!(stub[0].flow_years(Timing::Start), -0.5);
    }

    #[test]
    fn impossible_calendars_say_so() {
        assert_eq!(
            Calendar {
                periods: 0,
                ..calendar()
            }
            .problems()[0]
                .0,
            "periods"
        );
        assert_eq!(
            Calendar {
                periods: 5_000,
                ..calendar()
            }
            .problems()[0]
                .0,
            "periods"
        );
        assert_eq!(
            Calendar {
                start_date: date(9998, 1, 1),
                ..calendar()
            }
            .problems()[0]
                .0,
            "start_date"
        );
        assert!(
            Calendar {
                periods: 0,
                ..calendar()
            }
            .periods()
            .is_empty()
        );
    }
}
