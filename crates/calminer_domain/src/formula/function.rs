//! The one table of functions and words: parser, help and completion read it.

use super::{CalendarName, Function};

/// What help and completion show for one function.
#[derive(Clone, Copy, Debug)]
pub struct FunctionHelp {
    /// The word before the bracket.
    pub name: &'static str,
    /// How it is written, optional arguments in square brackets.
    pub form: &'static str,
    /// What it gives, in one sentence.
    pub sentence: &'static str,
    pub(super) arity: Arity,
    /// `and`, `or` and `not` are operators in the tree and have none.
    pub(super) function: Option<Function>,
}

/// How many arguments a function takes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Arity {
    /// One of these counts.
    Of(&'static [usize]),
    /// This many or more.
    AtLeast(usize),
}

impl Arity {
    pub(super) fn takes(self, count: usize) -> bool {
        match self {
            Self::Of(counts) => counts.contains(&count),
            Self::AtLeast(least) => count >= least,
        }
    }

    /// "2 arguments", "1 or 3 arguments", "2 or more arguments".
    pub(super) fn words(self) -> String {
        let (counts, last) = match self {
            Self::AtLeast(1) => return "1 or more arguments".to_owned(),
            Self::AtLeast(least) => return format!("{least} or more arguments"),
            Self::Of(counts) => (
                counts.iter().map(ToString::to_string).collect::<Vec<_>>(),
                counts.last(),
            ),
        };
        let noun = if last == Some(&1) {
            "argument"
        } else {
            "arguments"
        };
        format!("{} {noun}", counts.join(" or "))
    }
}

/// What completion shows for a figure of the calendar.
#[derive(Clone, Copy, Debug)]
pub struct CalendarHelp {
    /// The word.
    pub name: &'static str,
    /// What it gives, in one sentence.
    pub sentence: &'static str,
    pub(super) calendar: CalendarName,
}

const fn entry(
    function: Function,
    name: &'static str,
    arity: Arity,
    form: &'static str,
    sentence: &'static str,
) -> FunctionHelp {
    FunctionHelp {
        name,
        form,
        sentence,
        arity,
        function: Some(function),
    }
}

const fn operator(
    name: &'static str,
    arity: Arity,
    form: &'static str,
    sentence: &'static str,
) -> FunctionHelp {
    FunctionHelp {
        name,
        form,
        sentence,
        arity,
        function: None,
    }
}

const ONE: Arity = Arity::Of(&[1]);
const TWO: Arity = Arity::Of(&[2]);
const THREE: Arity = Arity::Of(&[3]);
const ONE_OR_TWO: Arity = Arity::Of(&[1, 2]);

#[rustfmt::skip]
static FUNCTIONS: [FunctionHelp; 30] = [
    entry(Function::Prev, "prev", TWO, "prev(x, first)", "The value of the period before; first in the first period."),
    entry(Function::Lag, "lag", THREE, "lag(x, n, first)", "The value n periods before, n a whole number; first where there is none."),
    entry(Function::At, "at", TWO, "at(x, k)", "The value in period k; k is a fixed number or period plus or minus one."),
    entry(Function::Cum, "cum", ONE, "cum(x)", "The sum up to and with this period."),
    entry(Function::Window, "window", TWO, "window(x, n)", "The sum of the last n periods, this one included."),
    entry(Function::Total, "total", ONE, "total(x)", "The sum over all periods."),
    entry(Function::First, "first", ONE, "first(flag)", "The number of the first period in which flag is not 0."),
    entry(Function::Last, "last", ONE, "last(flag)", "The number of the last period in which flag is not 0."),
    entry(Function::Sum, "sum", Arity::AtLeast(1), "sum(a, b, ...)", "The sum of the arguments."),
    entry(Function::Lookup, "lookup", Arity::Of(&[2, 3]), "lookup(table, k1[, k2])", "The table's value for one or two keys."),
    entry(Function::Min, "min", Arity::AtLeast(2), "min(a, b, ...)", "The smallest argument."),
    entry(Function::Max, "max", Arity::AtLeast(2), "max(a, b, ...)", "The largest argument."),
    entry(Function::If, "if", THREE, "if(condition, then, else)", "then where the condition holds, else where it does not."),
    operator("and", Arity::AtLeast(2), "and(a, b, ...)", "1 when all hold; also written a and b."),
    operator("or", Arity::AtLeast(2), "or(a, b, ...)", "1 when at least one holds; also written a or b."),
    operator("not", ONE, "not(a)", "1 when a is 0, otherwise 0; also written not a."),
    entry(Function::Abs, "abs", ONE, "abs(x)", "The value without its sign."),
    entry(Function::Exp, "exp", ONE, "exp(x)", "e to the power x; x is a plain number."),
    entry(Function::Ln, "ln", ONE, "ln(x)", "The natural logarithm; x is a plain number above 0."),
    entry(Function::Sqrt, "sqrt", ONE, "sqrt(x)", "The square root; x is not below 0."),
    entry(Function::Round, "round", ONE_OR_TWO, "round(x[, digits])", "x rounded to whole numbers or to that many decimals."),
    entry(Function::Npv, "npv", TWO, "npv(x, rate)", "Net present value of the flows at the valuation date."),
    entry(Function::Irr, "irr", ONE, "irr(x)", "Internal rate of return of the flows, per year."),
    entry(Function::Payback, "payback", ONE_OR_TWO, "payback(x[, rate])", "Years until the summed flows stay above 0, discounted when a rate is given."),
    entry(Function::Mirr, "mirr", Arity::Of(&[1, 3]), "mirr(x[, finance rate, reinvestment rate])", "Modified internal rate of return, per year."),
    entry(Function::Pv, "pv", ONE_OR_TWO, "pv(x[, rate])", "Present value of the flow of each period."),
    entry(Function::To, "to", TWO, "to(x, [unit])", "x in another unit of the same dimension, across families such as t and oz."),
    entry(Function::Real, "real", ONE, "real(x)", "Nominal money divided by the price index."),
    entry(Function::Nominal, "nominal", ONE, "nominal(x)", "Real money times the price index."),
    entry(Function::DateOf, "date", THREE, "date(year, month, day)", "A day, counted in days since 1970-01-01."),
];

#[rustfmt::skip]
static CALENDAR: [CalendarHelp; 4] = [
    CalendarHelp { name: "period", sentence: "The number of the period, 1 for the first.", calendar: CalendarName::Period },
    CalendarHelp { name: "years", sentence: "The length of the period in calendar years.", calendar: CalendarName::Years },
    CalendarHelp { name: "days", sentence: "The length of the period in days.", calendar: CalendarName::Days },
    CalendarHelp { name: "date", sentence: "The first day of the period, in days since 1970-01-01.", calendar: CalendarName::Date },
];

/// The longest key, in characters.
pub const MAX_KEY_CHARS: usize = 64;

/// Every function with its form and a sentence: the one table for help and completion.
pub fn functions() -> &'static [FunctionHelp] {
    &FUNCTIONS
}

/// The figures of the calendar, for help and completion.
pub fn calendar_names() -> &'static [CalendarHelp] {
    &CALENDAR
}

impl Function {
    /// Its row in [`functions`]: name, form and sentence.
    pub fn help(self) -> &'static FunctionHelp {
        FUNCTIONS
            .iter()
            .find(|help| help.function == Some(self))
            .unwrap_or(&FUNCTIONS[0])
    }

    /// The word before the bracket.
    pub fn name(self) -> &'static str {
        self.help().name
    }
}

impl CalendarName {
    /// The word in a formula.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Period => "period",
            Self::Years => "years",
            Self::Days => "days",
            Self::Date => "date",
        }
    }
}

pub(super) fn function(name: &str) -> Option<&'static FunctionHelp> {
    FUNCTIONS.iter().find(|help| help.name == name)
}

pub(super) fn calendar(name: &str) -> Option<CalendarName> {
    CALENDAR
        .iter()
        .find(|help| help.name == name)
        .map(|help| help.calendar)
}

/// Whether the word belongs to the language and so cannot be a key. The measures `npv`, `irr`, `payback`, `mirr` and
/// `pv` are no reserved words: a result line may be called `npv`, and only a bracket makes the word a function.
pub fn is_reserved(word: &str) -> bool {
    let is_measure = matches!(word, "npv" | "irr" | "payback" | "mirr" | "pv");
    !is_measure && (function(word).is_some() || calendar(word).is_some())
}

/// Whether the text can be a key: an XID identifier of at most [`MAX_KEY_CHARS`] characters that is not reserved.
pub fn is_key(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(unicode_ident::is_xid_start)
        && characters.all(unicode_ident::is_xid_continue)
        && text.chars().count() <= MAX_KEY_CHARS
        && !is_reserved(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_lead_their_form() {
        for (index, help) in functions().iter().enumerate() {
            assert!(help.form.starts_with(&format!("{}(", help.name)));
            assert!(help.sentence.ends_with('.'), "{}", help.name);
            assert!(
                functions()
                    .iter()
                    .skip(index + 1)
                    .all(|other| other.name != help.name)
            );
            if let Some(function) = help.function {
                assert_eq!(function.name(), help.name);
            }
        }
        for help in calendar_names() {
            assert_eq!(help.calendar.name(), help.name);
        }
    }

    #[test]
    fn arities_read_as_words() {
        assert_eq!(ONE.words(), "1 argument");
        assert_eq!(ONE_OR_TWO.words(), "1 or 2 arguments");
        assert_eq!(Arity::AtLeast(2).words(), "2 or more arguments");
        assert!(!Arity::Of(&[1, 3]).takes(2));
    }

    #[test]
    fn keys_are_identifiers_that_are_not_reserved() {
        for key in ["ore", "цена", "矿石", "opex_2", "npv", "a", "été"] {
            assert!(is_key(key), "{key}");
        }
        let long = "k".repeat(65);
        for text in [
            "", "2x", "_x", "a b", "a-b", "and", "period", "date", "max", "x\n", "a.b", &long,
        ] {
            assert!(!is_key(text), "{text}");
        }
        assert!(is_key(&"ж".repeat(64)));
        assert!(is_reserved("not") && is_reserved("years") && !is_reserved("irr"));
    }
}
