//! Fields of unit costs and checks.

use super::super::field::{Choice, Field, word};

#[rustfmt::skip]
const MEASURES: &[Choice] = &[
    word("c1", "C1 cash cost"),
    word("total_cash_cost", "total cash cost"),
    word("aisc", "all-in sustaining cost"),
    word("aic", "all-in cost"),
    word("own", "own set of lines"),
];

#[rustfmt::skip]
pub(in super::super) const UNIT_COST: &[Field] = &[
    Field::choice("measure", "Measure", MEASURES, "Which lines are counted; an own set is a formula."),
    Field::choice("credit", "Other products", &[word("by_product", "credited"), word("co_product", "share the cost by revenue")],
        "By-product or co-product basis."),
    Field::value("cost", "Own cost", "$", "Money of each period, for an own set.").positive(),
    Field::text("unit", "Per", "oz", "Unit of the denominator."),
    Field::value("units", "Units", "{unit}", "Denominator; empty is what the main product sells.").positive(),
];

#[rustfmt::skip]
pub(in super::super) const CHECK: &[Field] = &[
    Field::value("condition", "Condition", "", "A formula that is not 0 where the check holds, for instance =abs(metal_in - metal_out) < 1 [kg].").required(),
];
