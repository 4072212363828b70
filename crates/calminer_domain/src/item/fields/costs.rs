//! Fields of operating costs, consumption, capital and working capital.

use super::super::field::{Choice, Field, word};

#[rustfmt::skip]
const CATEGORY: &[Choice] = &[
    word("mining", "mining"),
    word("processing", "processing"),
    word("site_g_and_a", "site G&A"),
    word("corporate_g_and_a", "corporate G&A"),
    word("exploration", "sustaining exploration"),
    word("reclamation", "reclamation"),
    word("other", "other"),
];

#[rustfmt::skip]
const FREQUENCY: &[Choice] = &[
    word("yearly", "yearly (1)"),
    word("quarterly", "quarterly (4)"),
    word("monthly", "monthly (12)"),
    word("weekly", "weekly (52)"),
    word("daily", "daily (365)"),
];

#[rustfmt::skip]
const WHEN: &[Choice] = &[word("production", "in periods with production"), word("always", "in every period")];

#[rustfmt::skip]
const ESCALATION: Field = Field::value("escalation", "Escalation", "%", "Real change a year, counted from the base date.").within(-99.0, 1_000.0);
#[rustfmt::skip]
const START: Field = Field::count("start", "First period", None, "Number of the first period; empty is the first.");
#[rustfmt::skip]
const END: Field = Field::count("end", "Last period", None, "Number of the last period; empty is the last.");
#[rustfmt::skip]
const DRIVER: Field = Field::value("driver", "Driver", "{driver_unit}", "What the cost follows; empty is the ore that is processed.");
#[rustfmt::skip]
const DRIVER_UNIT: Field = Field::text("driver_unit", "Driver in", "t", "Unit of the driver.");

#[rustfmt::skip]
pub(in super::super) const OPERATING_COST: &[Field] = &[
    Field::choice("category", "Category", CATEGORY, "Where unit costs count it."),
    Field::value("amount", "Amount", "$", "Money of each period, as it is."),
    Field::value("fixed", "Fixed", "$/a", "Money a year, in the periods below."),
    Field::choice("when", "Fixed cost runs", WHEN, "Only while there is production, or always."),
    Field::value("rate", "Rate", "$/{driver_unit}", "Money for each unit of the driver."),
    DRIVER,
    DRIVER_UNIT,
    Field::value("quantity", "Quantity", "", "Units each time, for a cost by frequency."),
    Field::value("unit_cost", "Unit cost", "$", "Money for each unit, for a cost by frequency."),
    Field::choice("frequency", "Frequency", FREQUENCY, "How often a year the quantity is paid."),
    START,
    END,
    ESCALATION,
];

#[rustfmt::skip]
const CONSUMED: &[Choice] = &[
    word("diesel", "diesel"),
    word("power", "power"),
    word("water", "water"),
    word("reagents", "reagents"),
    word("grinding_media", "grinding media"),
    word("explosives", "explosives"),
    word("other", "other"),
];

#[rustfmt::skip]
pub(in super::super) const CONSUMPTION: &[Field] = &[
    Field::choice("consumed", "What", CONSUMED, "What is consumed."),
    Field::choice("category", "Category", CATEGORY, "Where unit costs count it."),
    Field::text("unit", "Measured in", "L", "Unit of the quantity: L, kWh, kg."),
    Field::value("rate", "Specific rate", "{unit}/{driver_unit}", "Quantity for each unit of the driver.").required(),
    DRIVER,
    DRIVER_UNIT,
    Field::value("price", "Price", "$/{unit}", "Money for each unit.").required(),
    Field::value("emission_factor", "Emission factor", "kg/{unit}", "CO2-equivalent for each unit.").positive(),
    START,
    END,
    ESCALATION,
];

#[rustfmt::skip]
const CLASS: &[Choice] = &[
    word("initial", "initial"),
    word("sustaining", "sustaining"),
    word("growth", "growth"),
    word("closure", "closure"),
];

#[rustfmt::skip]
pub(in super::super) const CAPITAL: &[Field] = &[
    Field::choice("class", "Class", CLASS, "Initial, sustaining, growth or closure."),
    Field::value("amount", "Amount", "$", "Money, as the whole or of each period.").required(),
    Field::choice("amount_is", "Amount is", &[word("whole", "the whole amount"), word("by_period", "the money of each period")],
        "A whole amount without phasing is spent in the first period; a row of figures is always the money of each period."),
    Field::value("profile", "Phasing", "%", "Share of the amount in each period; empty where the amount is typed by period.").within(-100.0, 200.0),
    Field::value("contingency", "Contingency", "%", "Added to the amount on a line of its own, phased like it.").within(0.0, 500.0),
    ESCALATION,
];

#[rustfmt::skip]
pub(in super::super) const WORKING_CAPITAL: &[Field] = &[
    Field::count("receivable_days", "Receivable", None, "Days of revenue that are not paid yet."),
    Field::count("inventory_days", "Inventory", None, "Days of operating cost that lie in stock."),
    Field::count("payable_days", "Payable", None, "Days of operating cost that are not paid yet."),
    Field::value("revenue", "Receivable on", "$", "What receivables are counted on; empty is the NSR."),
    Field::value("cost", "Inventory on", "$", "What inventory is counted on; empty is the operating cost before royalty."),
    Field::value("payable_cost", "Payable on", "$", "What payables are counted on, for instance =operating_cost + royalties; empty is what inventory is counted on."),
    Field::share("revenue_share", "Share of revenue", None, "Balance as a share of the revenue of a year, beside or in place of days."),
    Field::value("opening", "Opening balance", "$", "Balance before the first period, of a running mine."),
];
