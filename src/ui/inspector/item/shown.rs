//! Which fields of an item matter for what is chosen in it: the rest stays out of the form.

use calminer_domain::{Item, ItemKind};

/// Whether a field can change anything, given the choices of the item.
pub(super) fn is_shown(item: &Item, field: &str) -> bool {
    let is = |choice: &str, word: &str| item.word(choice) == word;
    let has_bands = || !item.rows("bands").is_empty();
    match (item.kind, field) {
        (ItemKind::Schedule, "ore" | "waste") => is("plan", "typed"),
        (ItemKind::Schedule, "reserve" | "capacity" | "ramp_up" | "start" | "strip_ratio") => {
            is("plan", "generated")
        }
        (ItemKind::Schedule, "mining_recovery" | "dilution" | "dilution_basis") => {
            is("basis", "in_situ")
        }
        (ItemKind::Royalty | ItemKind::Tax, "base_value") => is("base", "own"),
        (ItemKind::Royalty | ItemKind::Tax, "bands_of" | "band_unit" | "mode")
        | (ItemKind::Royalty, "band_by") => has_bands(),
        (ItemKind::Royalty, "products") => is("base", "nsr") || is("base", "gross"),
        (ItemKind::Royalty, "per" | "per_unit") => is("base", "tonnes") || is("base", "units"),
        (ItemKind::Royalty, "rate") => {
            !is("base", "tonnes") && !is("base", "units") && !has_bands()
        }
        (ItemKind::Royalty, "bands") => !is("base", "tonnes") && !is("base", "units"),
        (ItemKind::Stream, "in_npv") => item.terms.contains_key("deposit"),
        (ItemKind::Depreciation, "life") => !is("method", "units"),
        (ItemKind::Depreciation, "rate" | "first_year" | "switch") => is("method", "declining"),
        (ItemKind::Depreciation, "convention") => is("method", "straight_line"),
        (ItemKind::Depreciation, "unit" | "units" | "remaining") => is("method", "units"),
        (ItemKind::Tax, "pools") => is("depreciation", "listed"),
        (ItemKind::Tax, "band_by") => has_bands() && is("bands_of", "own"),
        (ItemKind::Tax, "rate") => !has_bands(),
        (ItemKind::Tax, "cap" | "expiry" | "opening_losses") => is("carry_forward", "yes"),
        (ItemKind::UnitCost, "cost") => is("measure", "own"),
        (ItemKind::UnitCost, "credit") => !is("measure", "own"),
        (ItemKind::Capital, "amount_is") => !item.terms.contains_key("profile"),
        _ => true,
    }
}
