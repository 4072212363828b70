//! Fields of royalties, streams, depreciation pools and taxes.

use super::super::ItemKind;
use super::super::field::{Choice, Field, word};
use super::{NO_YES, YES_NO};

#[rustfmt::skip]
const PRODUCTS: &[ItemKind] = &[ItemKind::Metal, ItemKind::Concentrate, ItemKind::Sale];

#[rustfmt::skip]
const START: Field = Field::count("start", "First period", None, "Number of the first period; empty is the first.");
#[rustfmt::skip]
const END: Field = Field::count("end", "Last period", None, "Number of the last period; empty is the last.");

#[rustfmt::skip]
const MODE: &[Choice] = &[word("marginal", "marginal"), word("whole", "whole amount")];
#[rustfmt::skip]
const WHOLE_FIRST: &[Choice] = &[word("whole", "whole amount"), word("marginal", "marginal")];

#[rustfmt::skip]
const BAND_VALUE: Field = Field::value("from", "From", "{band_unit}", "Lower edge of the band; a figure on the edge belongs to it.").required();
#[rustfmt::skip]
const EDGES: Field = Field::choice("edges", "Edges in money", &[word("indexed", "rise with prices"), word("nominal", "stay nominal")],
    "Whether edges in money are of the base date's buying power, or the same figures at every date.");
#[rustfmt::skip]
const BANDS: &[Field] = &[
    BAND_VALUE,
    Field::share("rate", "Rate", None, "Rate inside of the band.").required(),
];

#[rustfmt::skip]
pub(in super::super) const ROYALTY: &[Field] = &[
    Field::text("payee", "Payee", "", "Who is paid."),
    Field::choice("base", "Base", &[
        word("nsr", "NSR"), word("gross", "gross revenue"), word("margin", "NSR less operating cost"),
        word("profit", "net profit after capital recovery"), word("tonnes", "tonnes processed"), word("units", "payable units of the main product"), word("own", "own formula"),
    ], "What the rate is applied to."),
    Field::items("products", "Products", PRODUCTS, "For NSR and gross revenue: of these products; empty is all."),
    Field::value("base_value", "Own base", "$", "The base, where it is an own formula."),
    Field::share("rate", "Rate", None, "Share of the base."),
    Field::text("per", "Per", "t", "Unit of tonnes or payable units, for an amount for each."),
    Field::value("per_unit", "Amount for each", "$/{per}", "Money for each tonne or unit, where these are the base.").positive(),
    Field::rows("bands", "Rate by band", BANDS, "A table in place of the rate, by the figure below."),
    Field::value("band_by", "Bands by", "{band_unit}", "The realised price that the bands go by, in that period."),
    EDGES,
    Field::text("band_unit", "Bands in", "", "Unit of the bands, for instance USD/lb."),
    Field::choice("mode", "A band's rate applies to", WHOLE_FIRST, "The whole base, or the part of the base inside of the band where the bands go by the base itself."),
    START,
    END,
    Field::value("minimum", "Minimum", "$/a", "Least that falls due a year, in the periods above.").positive(),
    Field::value("advance", "Advance payments", "$", "Money paid in advance in each period; what falls due is first taken off it.").positive(),
    Field::value("opening_advance", "Opening advance", "$", "Advances that are not used up before the first period.").positive(),
    Field::value("opening_recovery", "Opening recovery", "$", "For net profit: capital still to recover before the first period.").positive(),
    Field::choice("deductible", "Deductible for taxes", YES_NO, "Whether taxes are counted after it."),
];

#[rustfmt::skip]
const STEPS: &[Field] = &[
    Field::value("from", "From", "{unit}", "Payable units so far from which the share holds.").required(),
    Field::share("rate", "Share", None, "Share of the payable units beyond that is delivered.").required(),
];

#[rustfmt::skip]
pub(in super::super) const STREAM: &[Field] = &[
    Field::items("products", "Product", PRODUCTS, "The product that is streamed."),
    Field::text("element", "Element", "", "The element of it that is streamed; empty is all of it."),
    Field::share("share", "Share", None, "Share of the payable units that is delivered."),
    Field::rows("steps", "Share by units", STEPS, "A table in place of the share, by the payable units since the first period of the stream."),
    Field::text("unit", "Units in", "oz", "Unit of the steps and of the delivery price."),
    Field::value("opening_units", "Opening units", "{unit}", "Payable units before the first period, for the steps.").positive(),
    Field::share("spot_share", "Paid share of spot", None, "Part of the realised price that is paid on delivery; empty is none."),
    Field::value("delivery_price", "Delivery price", "$/{unit}", "Money that is paid for each unit delivered, beside the share of spot.").positive(),
    Field::value("escalation", "Escalation", "%", "Real change a year of the delivery price, counted from the base date.").within(-99.0, 1_000.0),
    Field::value("deposit", "Deposit", "$", "Money received by period; outside of the project's cash flow unless said below.").positive(),
    Field::choice("in_npv", "Deposit counts in NPV", NO_YES, "Whether the deposit is part of the project's cash flow."),
    START,
    END,
];

#[rustfmt::skip]
const PARTS: &[Field] = &[
    Field::items("line", "Capital line", &[ItemKind::Capital], "The capital line."),
    Field::share("share", "Share", None, "Share of it that goes into the pool; empty is all of it."),
];

#[rustfmt::skip]
pub(in super::super) const DEPRECIATION: &[Field] = &[
    Field::rows("parts", "Parts of capital", PARTS, "Capital lines each with a share of its own, in place of the lines and the share below."),
    Field::items("capital", "Capital lines", &[ItemKind::Capital], "What is depreciated; empty is all but closure."),
    Field::share("share", "Share", None, "Share of these lines in this pool; empty is all."),
    Field::choice("method", "Method", &[
        word("straight_line", "straight line"), word("declining", "declining balance"),
        word("units", "units of production"), word("macrs", "MACRS table"),
    ], "How the base is charged."),
    Field::count("life", "Life", Some(10.0), "Years of straight line, of the switch, or of the MACRS class (3, 5, 7, 10, 15, 20)."),
    Field::share("rate", "Rate", None, "Of the declining balance, a year."),
    Field::share("first_year", "First-year share", None, "Share of the rate in the year of an addition; empty is all."),
    Field::choice("switch", "Switch to straight line", YES_NO, "When that charges more, for the declining balance."),
    Field::choice("start", "Starts with", &[word("production", "commercial production"), word("spend", "the spend")], "When the first charge is made."),
    Field::choice("convention", "First period", &[word("full", "full"), word("half", "half")], "Full or half charge in the first period, for straight line."),
    Field::text("unit", "Units in", "t", "Unit of the units of production."),
    Field::value("units", "Units of production", "{unit}", "Empty is the ore that is processed.").positive(),
    Field::value("remaining", "Units remaining", "{unit}", "At the opening of each period, its own included; empty is what the schedule still has.").positive(),
    Field::value("opening", "Opening balance", "$", "Of a running mine, with the first charge in the first period.").positive(),
    Field::value("revisions", "Additions and revisions", "$", "Other changes of the base by period, for instance of the closure estimate."),
    Field::value("salvage", "Salvage", "$", "The balance never falls below it.").positive(),
    Field::choice("at_end", "Balance after the last production", &[word("write_off", "written off in that period"), word("keep", "kept")],
        "What is left when production ends."),
];

#[rustfmt::skip]
pub(in super::super) const TAX: &[Field] = &[
    Field::choice("class", "Class", &[word("income", "income tax"), word("mining", "mining tax")], "Mining taxes stand before income taxes in the waterfall."),
    Field::choice("base", "Base", &[
        word("ebitda", "EBITDA"), word("nsr", "NSR"), word("gross", "gross revenue"), word("own", "own formula"),
    ], "Income before the deductions below."),
    Field::value("base_value", "Own base", "$", "The base, where it is an own formula."),
    Field::choice("depreciation", "Depreciation", &[word("all", "all pools"), word("listed", "pools below"), word("none", "none")], "Which pools are deducted."),
    Field::choice("claim", "Depreciation is claimed", &[word("mandatory", "in full"), word("up_to_income", "up to income")],
        "In full it may make a loss; up to income the rest is kept for later."),
    Field::items("pools", "Pools", &[ItemKind::Depreciation], "The pools that are deducted."),
    Field::items("taxes", "Taxes deducted", &[ItemKind::Tax], "Earlier taxes that are deducted."),
    Field::choice("closure", "Closure", &[word("spent", "deducted when spent"), word("none", "not deducted")], "Relief for closure spend that is in no pool."),
    Field::share("rate", "Rate", None, "Share of the taxable income."),
    Field::rows("bands", "Rate by band", BANDS, "A table in place of the rate, by the figure below."),
    Field::choice("bands_of", "Bands of", &[word("margin", "income / NSR"), word("income", "income"), word("own", "own figure")], "What the edges of the bands measure."),
    Field::value("band_by", "Own figure", "{band_unit}", "What the bands go by, where it is an own figure."),
    EDGES,
    Field::text("band_unit", "Bands in", "", "Unit of the edges: empty for a share, a currency for income."),
    Field::choice("mode", "A band's rate applies to", MODE, "The part inside of the band, or the whole amount."),
    Field::value("at_least", "At least", "$", "Another calculation of the tax, for instance =2 % * nsr: the greater of the two falls due.").positive(),
    Field::choice("carry_forward", "Losses carried forward", YES_NO, "Whether losses reduce later income."),
    Field::share("cap", "Cap", None, "Share of a year's positive base that losses may use; empty is all."),
    Field::count("expiry", "Expiry", None, "Years after which a loss lapses; empty is never."),
    Field::value("opening_losses", "Opening losses", "$", "Losses before the first period, of a running mine.").positive(),
    Field::count("start", "First period", None, "Number of the first period with the tax; empty is the first."),
    Field::count("holiday_end", "Holiday until", None, "Number of the last period without tax; losses of it still count."),
    Field::count("lag", "Payment lag", None, "Periods between income and payment; empty is none."),
];
