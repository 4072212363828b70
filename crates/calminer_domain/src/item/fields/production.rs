//! Fields of the mine schedule and of the processing route.

use super::super::ItemKind;
use super::super::field::{Field, word};

#[rustfmt::skip]
const GRADES: &[Field] = &[
    Field::text("element", "Element", "", "Name of the element or mineral, for instance au: it ends the keys of its lines."),
    Field::text("unit", "Unit", "g/t", "Unit of its grades: g/t, % or ppm."),
    Field::value("grade", "Head grade", "{unit}", "Grade of the ore as mined, or in situ where the schedule is in situ.").required().positive(),
    Field::value("waste_grade", "Grade of dilution", "{unit}", "Grade of the rock that dilutes the ore; empty is barren.").positive(),
    Field::value("opening_grade", "Opening stockpile grade", "{unit}", "Grade of the stockpile before the first period.").positive(),
];

#[rustfmt::skip]
pub(in super::super) const SCHEDULE: &[Field] = &[
    Field::choice("plan", "Plan", &[word("typed", "typed by period"), word("generated", "generated from reserve and capacity")],
        "Typed tonnes, or ore that is left, capacity and ramp-up that give the schedule and the life."),
    Field::value("ore", "Ore mined", "t", "Ore of each period, for a typed plan.").positive(),
    Field::value("waste", "Waste mined", "t", "Waste of each period, for a typed plan.").positive(),
    Field::value("reserve", "Reserve", "t", "Ore in the ground at the start, for a generated plan.").positive(),
    Field::value("capacity", "Capacity", "t/a", "Ore a year at full rate, for a generated plan: in situ where the plan is.").positive(),
    Field::value("ramp_up", "Ramp-up", "%", "Share of the capacity in each period; empty is full rate.").within(0.0, 200.0),
    Field::count("start", "First period", Some(1.0), "Number of the period in which a generated plan starts."),
    Field::value("strip_ratio", "Strip ratio", "t/t", "Waste for each tonne of ore, for a generated plan.").positive(),
    Field::choice("basis", "Tonnes and grades are", &[word("run_of_mine", "run of mine"), word("in_situ", "in situ")],
        "Dilution and mining recovery apply to in-situ figures only."),
    Field::share("mining_recovery", "Mining recovery", None, "Share of the ore in situ that is mined; empty is all of it."),
    Field::value("dilution", "Dilution", "%", "Waste that is mined with the ore, as a share by the choice below.").within(0.0, 500.0),
    Field::choice("dilution_basis", "Dilution is waste per", &[word("ore", "ore"), word("total", "ore and waste")],
        "Waste / ore, or waste / (ore + waste)."),
    Field::rows("grades", "Grades", GRADES, "One row for each element that is followed."),
    Field::value("to_stockpile", "To stockpile", "t", "Ore put on the stockpile in each period.").positive(),
    Field::value("from_stockpile", "From stockpile", "t", "Ore taken from the stockpile in each period.").positive(),
    Field::value("opening_stockpile", "Opening stockpile", "t", "Tonnes on the stockpile before the first period.").positive(),
    Field::choice("stockpile", "Reclaimed first", &[word("average", "a mix of all"), word("first_in", "what lay there longest")],
        "Weighted average of the stockpile, or first in first out."),
    Field::value("rehandle", "Rehandle cost", "$/t", "Cost for each tonne taken from the stockpile.").positive(),
];

#[rustfmt::skip]
const RECOVERIES: &[Field] = &[
    Field::text("element", "Element", "", "An element of the schedules that feed the route."),
    Field::share("recovery", "Recovery", None, "Share of the metal in the feed that is recovered; may be a formula of the head grade.").required(),
];

#[rustfmt::skip]
pub(in super::super) const PROCESS: &[Field] = &[
    Field::items("schedules", "Fed by", &[ItemKind::Schedule], "The schedules that feed the route; empty is all of them."),
    Field::share("share", "Share of the feed", None, "Share of that feed which takes this route; empty is all of it."),
    Field::rows("recoveries", "Recoveries", RECOVERIES, "One row for each element that is recovered."),
];
