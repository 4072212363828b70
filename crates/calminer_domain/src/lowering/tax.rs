//! Taxes: base, losses, taxable income, tax due and paid.

use super::build::{Build, count_of, key_of, sum};
use super::depreciation::part_in_pool;
use super::fiscal::{bands, marginal, whole};
use crate::item::{Item, ItemKind};
use crate::line::Section;

pub(super) fn lower(build: &mut Build<'_>) {
    let items = build.items(ItemKind::Tax);
    for item in &items {
        tax(build, item);
    }
    for (class, key, label) in [
        ("mining", "mining_taxes", "Mining taxes"),
        ("income", "income_taxes", "Income taxes"),
    ] {
        let own = items.iter().filter(|item| item.word("class") == class);
        let keys: Vec<&str> = own.map(|item| item.key.as_str()).collect();
        if !keys.is_empty() {
            build.total(key, label, Section::Fiscal, &sum(&keys));
        }
    }
}

fn tax(build: &mut Build<'_>, item: &Item) {
    let before = income(build, item);
    let income = build.nominal_line(item, "income", "income before losses", &before);
    let start = count_of(item, "start").unwrap_or(1.0);
    let income = if start > 1.0 {
        let text = format!("if(period >= {start}, {income}, 0)");
        build.nominal_line(item, "income_counted", "income that counts", &text)
    } else {
        income
    };
    let taxable = losses(build, item, &income);
    let taxable = build.nominal_line(item, "taxable", "taxable income", &taxable);
    let due = due(build, item, &taxable);
    let due = match build.term(item, "at_least") {
        Some(least) => {
            let due = format!("max({due}, {})", build.nominal(&least));
            if start > 1.0 {
                format!("if(period >= {start}, {due}, 0)")
            } else {
                due
            }
        }
        None => due,
    };
    let due = match count_of(item, "holiday_end") {
        Some(end) => format!("if(period > {end}, {due}, 0)"),
        None => due,
    };
    let due = build.nominal_line(item, "due", "tax due", &due);
    let paid = match count_of(item, "lag").filter(|lag| *lag >= 1.0) {
        Some(lag) => {
            // What is due in the last periods is paid in the last one: nothing falls off the calendar.
            let columns = build.scenario.calendar.column_count();
            format!(
                "if(period = {columns}, total({due}) - cum(lag({due}, {lag}, 0)) + lag({due}, {lag}, 0), lag({due}, {lag}, 0))"
            )
        }
        None => due,
    };
    let text = build.real(&paid);
    build.line(item, "", "", "$", &text);
}

/// Income before losses: the base less what the tax lets be deducted.
fn income(build: &mut Build<'_>, item: &Item) -> String {
    let mut parts = Vec::new();
    let base = match item.word("base") {
        "nsr" => "nsr".to_owned(),
        "gross" => "gross_revenue".to_owned(),
        "own" => build
            .term(item, "base_value")
            .unwrap_or_else(|| "0".to_owned()),
        _ => "ebitda".to_owned(),
    };
    if base == "ebitda" {
        // EBITDA is after every royalty; those that this tax does not let be deducted are put back.
        let royalties = build.items(ItemKind::Royalty).into_iter();
        let added = royalties.filter(|royalty| royalty.word("deductible") == "no");
        parts.extend(added.map(|royalty| format!(" + {}", royalty.key)));
    }
    if item.word("closure") == "spent" && item.word("base") == "ebitda" {
        parts.extend(
            closure_outside_of_pools(build)
                .iter()
                .map(|key| format!(" - {key}")),
        );
    }
    let mut text = build.nominal(&format!("{base}{}", parts.concat()));
    // Taxes are deducted as they fall due, whenever they are paid.
    let taxes = deducted_taxes(build, item).into_iter();
    let taxes = taxes.map(|key| format!("{key}_due"));
    for key in taxes {
        text.push_str(" - ");
        text.push_str(&key);
    }
    let pools = pools(build, item);
    if pools.is_empty() || item.word("claim") != "up_to_income" {
        let less = pools.iter().map(|pool| format!(" - {pool}"));
        return text + &less.collect::<String>();
    }
    // What is not claimed is kept; income is never made negative by it.
    let before = build.nominal_line(item, "before", "income before depreciation", &text);
    let unclaimed = key_of(item, "unclaimed");
    let text = format!("prev({unclaimed}, 0) + {}", sum(&pools));
    let open = build.nominal_line(item, "claimable", "depreciation that can be claimed", &text);
    let text = format!("max(min({open}, {before}), 0)");
    let claimed = build.nominal_line(item, "claimed", "depreciation claimed", &text);
    let text = format!("{open} - {claimed}");
    build.nominal_line(item, "unclaimed", "depreciation not claimed yet", &text);
    format!("{before} - {claimed}")
}

fn deducted_taxes(build: &Build<'_>, item: &Item) -> Vec<String> {
    if item.word("taxes").is_empty() {
        return Vec::new();
    }
    let named = build.named(item, "taxes").into_iter();
    named.map(|other| other.key.clone()).collect()
}

fn pools(build: &Build<'_>, item: &Item) -> Vec<String> {
    let all = match item.word("depreciation") {
        "none" => Vec::new(),
        "listed" if item.word("pools").is_empty() => Vec::new(),
        "listed" => build.named(item, "pools"),
        _ => build.items(ItemKind::Depreciation),
    };
    all.into_iter().map(|pool| pool.key.clone()).collect()
}

/// Closure lines that no pool takes.
fn closure_outside_of_pools(build: &Build<'_>) -> Vec<String> {
    let pools = build.items(ItemKind::Depreciation);
    let is_in_pool = |line: &Item| {
        let mut all = pools.iter();
        all.any(|pool| part_in_pool(pool, line) != Some(0.0))
    };
    let lines = build.items(ItemKind::Capital).into_iter();
    lines
        .filter(|line| line.word("class") == "closure" && !is_in_pool(line))
        .map(|line| line.key.clone())
        .collect()
}

/// Taxable income. Losses are used oldest first: what has left the layers so far is at least what has reached its age.
/// In each period come use, expiry and addition, in this order.
fn losses(build: &mut Build<'_>, item: &Item, income: &str) -> String {
    if item.word("carry_forward") == "no" {
        return format!("max({income}, 0)");
    }
    let (into, out) = (key_of(item, "losses_in"), key_of(item, "losses_out"));
    let opening = build
        .nominal_term(item, "opening_losses")
        .unwrap_or_else(|| "0".to_owned());
    let cap = build
        .term(item, "cap")
        .map_or(String::new(), |key| format!("{key} * "));
    let text =
        format!("max(min(prev({into}, {opening}) - prev({out}, 0), {cap}max({income}, 0)), 0)");
    let used = build.nominal_line(item, "losses_used", "losses used", &text);
    let text = format!("prev({into}, {opening}) + max(0 - {income}, 0)");
    build.nominal_line(item, "losses_in", "losses so far", &text);
    let gone = format!("prev({out}, 0) + {used}");
    let text = match count_of(item, "expiry").filter(|years| *years > 0.0) {
        None => gone,
        Some(years) => {
            let periods = (years * f64::from(build.periods_per_year())).round();
            // Opening losses arose in the period before the first; an opening period of no length takes no year of
            // their life.
            let first = periods + f64::from(u8::from(build.scenario.calendar.opening_period));
            format!("max({gone}, if(period >= {first}, lag({into}, {periods}, {opening}), 0))")
        }
    };
    build.nominal_line(item, "losses_out", "losses used or lapsed so far", &text);
    let text = format!("{out} - prev({out}, 0) - {used}");
    build.nominal_line(item, "losses_expired", "losses lapsed", &text);
    build.nominal_line(
        item,
        "losses",
        "losses carried forward",
        &format!("{into} - {out}"),
    );
    format!("max({income}, 0) - {used}")
}

/// Rate x taxable income, with one rate or with one for each band.
fn due(build: &mut Build<'_>, item: &Item, taxable: &str) -> String {
    let mut bands = bands(build, item, "bands");
    if bands.is_empty() {
        let rate = build.term(item, "rate").unwrap_or_else(|| "0".to_owned());
        return format!("{rate} * {taxable}");
    }
    let of = item.word("bands_of").to_owned();
    if of == "income" {
        // Edges in money rise with prices, like the income that they cut.
        bands = bands
            .into_iter()
            .map(|(edge, rate)| (build.nominal(&edge), rate))
            .collect();
    }
    if item.word("mode") == "marginal" && of != "own" {
        let scale = if of == "margin" {
            format!(" * max({}, 0)", build.nominal("nsr"))
        } else {
            String::new()
        };
        return marginal(&bands, taxable, &scale);
    }
    let by = match of.as_str() {
        "own" => build
            .term(item, "band_by")
            .unwrap_or_else(|| taxable.to_owned()),
        "income" => taxable.to_owned(),
        _ => {
            let nsr = build.nominal("nsr");
            let text = format!("if(nsr > 0, {taxable} / {nsr}, 0)");
            build.line(item, "margin", "income / NSR", "%", &text)
        }
    };
    let rate = whole(&bands, &by);
    let rate = build.line(item, "band_rate", "rate of the band", "%", &rate);
    format!("{rate} * {taxable}")
}
