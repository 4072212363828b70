//! Fields of products and their smelter terms.

use super::super::ItemKind;
use super::super::field::{Choice, Field, word};

#[rustfmt::skip]
const PROCESSES: &[ItemKind] = &[ItemKind::Process];
#[rustfmt::skip]
const PLACE: &[Choice] = &[word("main", "main product"), word("by_product", "by-product")];

#[rustfmt::skip]
const FROM: Field = Field::items("processes", "Recovered by", PROCESSES, "The routes that recover it; empty is all of them.");
#[rustfmt::skip]
const CREDIT: Field = Field::choice("credit", "Counts as", PLACE, "By-products are credited against the cost of the main product.");
#[rustfmt::skip]
const CURRENCY: Field = Field::text("price_currency", "Currency of prices", "",
    "Empty is the currency of the scenario. Otherwise a parameter or line with the exchange rate is needed, for instance in CAD/USD.");

#[rustfmt::skip]
pub(in super::super) const METAL: &[Field] = &[
    Field::text("element", "Element", "", "The element that the routes recover."),
    Field::text("unit", "Sold in", "oz", "Unit of the payable quantity: oz, lb, t."),
    FROM,
    Field::share("payable", "Payable", None, "Share of the recovered metal that is paid; empty is all of it."),
    Field::value("price", "Price", "{price_currency}/{unit}", "Price for each payable unit, by period if need be.").required().positive(),
    Field::value("premium", "Premium", "{price_currency}/{unit}", "Added to the price; negative for a discount."),
    Field::value("refining", "Refining charge", "{price_currency}/{unit}", "For each payable unit.").positive(),
    Field::value("transport", "Transport and selling", "{price_currency}/{unit}", "For each payable unit.").positive(),
    CREDIT,
    CURRENCY,
];

#[rustfmt::skip]
const PAYABLES: &[Field] = &[
    Field::text("element", "Element", "", "An element that is paid."),
    Field::choice("rule", "Payable rule",
        &[word("minimum_deduction", "share, at least the deduction"), word("deduct_then_pay", "deduct, then pay the share")],
        "Payable grade: the smaller of share x assay and assay - deduction, or share x (assay - deduction); never below 0."),
    Field::share("share", "Payable", None, "Share of the assay that is paid; empty is all of it."),
    Field::text("assay_unit", "Assay in", "%", "Unit of the deduction: %, g/t."),
    Field::value("deduction", "Deduction", "{assay_unit}", "Taken off the dry assay; 1 unit of a % metal is 1 percentage point.").positive(),
    Field::text("unit", "Sold in", "lb", "Unit of the payable quantity."),
    Field::value("price", "Price", "{price_currency}/{unit}", "Price for each payable unit.").required().positive(),
    Field::value("refining", "Refining charge", "{price_currency}/{unit}", "For each payable unit.").positive(),
    Field::share("participation", "Price participation", None, "Share of the price above the reference that is deducted."),
    Field::value("reference", "Reference price", "{price_currency}/{unit}", "Price from which the participation counts.").positive(),
    Field::choice("sides", "Participation", &[word("above", "above the reference only"), word("both", "both ways")],
        "Both ways adds money below the reference."),
    Field::value("cap", "Participation cap", "{price_currency}/{unit}", "Most that is deducted for each payable unit.").positive(),
    Field::value("floor", "Participation floor", "{price_currency}/{unit}", "Most that is added for each payable unit.").positive(),
];

#[rustfmt::skip]
const PENALTIES: &[Field] = &[
    Field::text("element", "Impurity", "", "Name of the impurity, for instance as."),
    Field::text("unit", "Assay in", "%", "Unit of assay, threshold and step: %, ppm."),
    Field::value("assay", "Assay", "{unit}", "Assay of the dry concentrate.").required().positive(),
    Field::value("threshold", "Threshold", "{unit}", "Assay above which it is charged.").positive(),
    Field::value("step", "Step", "{unit}", "Assay for which the rate below is charged once.").required().positive(),
    Field::value("rate", "Rate", "{price_currency}/t", "Charge for each step and dry tonne.").required().positive(),
    Field::choice("steps", "Steps are charged", &[word("pro_rata", "pro rata"), word("whole", "whole")], "Parts of a step pro rata, or whole steps only."),
];

#[rustfmt::skip]
pub(in super::super) const CONCENTRATE: &[Field] = &[
    Field::text("element", "Controlling element", "", "The element whose recovery and grade give the tonnes."),
    FROM,
    Field::value("grade", "Concentrate grade", "%", "Grade of the controlling element in the dry concentrate.").required().within(0.0, 100.0),
    Field::share("moisture", "Moisture", None, "Water as a share of the wet weight."),
    Field::share("transit_loss", "Transit loss", None, "Share of the shipped concentrate that is lost with its metals."),
    Field::rows("payables", "Payable elements", PAYABLES, "One row for each element that is paid."),
    Field::value("treatment", "Treatment charge", "{price_currency}/t", "For each dry tonne delivered.").positive(),
    Field::rows("penalties", "Penalties", PENALTIES, "One row for each impurity."),
    Field::value("freight", "Freight", "{price_currency}/wmt", "For each wet tonne shipped.").positive(),
    Field::value("handling", "Port and handling", "{price_currency}/wmt", "For each wet tonne shipped.").positive(),
    Field::share("insurance", "Insurance", None, "Share of the gross payable value."),
    CREDIT,
    CURRENCY,
];

#[rustfmt::skip]
pub(in super::super) const SALE: &[Field] = &[
    Field::text("unit", "Sold in", "t", "Unit of the quantity."),
    Field::value("quantity", "Quantity", "{unit}", "Quantity sold in each period.").required().positive(),
    Field::value("price", "Price", "{price_currency}/{unit}", "Price for each unit.").required().positive(),
    Field::value("transport", "Transport and selling", "{price_currency}/{unit}", "For each unit sold.").positive(),
    CREDIT,
    CURRENCY,
];
