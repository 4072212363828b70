//! Rules of single kinds of items: what belongs together, and what is named elsewhere.

use super::{Check, Field, FieldKind, ItemKind, Term, is_empty, lowering, word_of};
use crate::calendar::PeriodLength;
use crate::item::Item;

impl Check<'_> {
    /// Rules of single kinds.
    pub(super) fn rules(&mut self) {
        match self.item.kind {
            ItemKind::Schedule => self.schedule(),
            ItemKind::Process => self.recoveries(),
            ItemKind::Metal => {
                self.currency();
                self.element("element", self.item.word("element"));
            }
            ItemKind::Concentrate => self.concentrate(),
            ItemKind::Sale => self.currency(),
            ItemKind::Depreciation => self.depreciation(),
            ItemKind::Capital => {
                self.phasing();
                self.pools();
            }
            ItemKind::OperatingCost => self.operating_cost(),
            ItemKind::Consumption => self.driver(),
            ItemKind::Royalty => self.royalty(),
            ItemKind::Stream => self.stream(),
            ItemKind::Tax => self.tax(),
            ItemKind::WorkingCapital => self.working_capital(),
            ItemKind::UnitCost => self.unit_cost(),
            ItemKind::Check => {}
        }
    }

    fn is_empty(&self, field: &str) -> bool {
        is_empty(self.item.terms.get(field)) && self.item.rows(field).is_empty()
    }

    /// A field that is needed because of another one.
    fn needs(&mut self, field: &str, why: &str) {
        if self.is_empty(field) {
            let label = self
                .item
                .kind
                .field(field)
                .map_or(field, |field| field.label);
            let message = format!("{label} is missing: {why}");
            self.error(field, "missing", message);
        }
    }

    /// At least one of some fields.
    fn any_of(&mut self, fields: &[&str], why: &str) {
        if fields.iter().all(|field| self.is_empty(field)) {
            let message = format!("the {} is empty: {why}", self.item.kind.words());
            self.error(
                fields.first().copied().unwrap_or_default(),
                "missing",
                message,
            );
        }
    }

    fn items_of(&self, kind: ItemKind) -> impl Iterator<Item = &Item> {
        let all = self.scenario.items.iter();
        all.filter(move |item| item.kind == kind)
    }

    fn schedule(&mut self) {
        if self.item.word("plan") == "generated" {
            self.needs("reserve", "a generated plan needs the ore in the ground");
            self.needs("capacity", "a generated plan needs ore a year");
        } else {
            self.needs("ore", "a typed plan needs ore of each period");
        }
        if self.item.word("dilution_basis") == "total"
            && let Some(Term::Number(share)) = self.item.terms.get("dilution")
            && *share >= 100.0
            && !self.item.units.contains_key("dilution")
        {
            let message = format!("Dilution {share} % of ore and waste leaves no ore");
            self.error("dilution", "range", message);
        }
        self.reclaim();
    }

    /// Ore that is taken from a stockpile must be there. Formulas are for the checks of the model.
    fn reclaim(&mut self) {
        let typed = |field: &str| match self.item.terms.get(field) {
            None => Some(vec![0.0]),
            Some(Term::Number(figure)) => Some(vec![*figure]),
            Some(Term::Series(figures)) => Some(figures.clone()),
            Some(_) => None,
        };
        let fields = ["opening_stockpile", "to_stockpile", "from_stockpile"];
        let is_scaled = fields
            .iter()
            .any(|field| self.item.units.contains_key(*field));
        let (Some(opening), Some(to), Some(from), false) = (
            typed("opening_stockpile"),
            typed("to_stockpile"),
            typed("from_stockpile"),
            is_scaled,
        ) else {
            return;
        };
        let at =
            |row: &[f64], period: usize| row.get(period).or(row.first()).copied().unwrap_or(0.0);
        let mut stock = at(&opening, 0);
        for period in 0..self.scenario.calendar.column_count() {
            stock += at(&to, period) - at(&from, period);
            if stock < -1e-9 * at(&from, period).abs() {
                let message = format!(
                    "period {} takes {} t more from the stockpile than are on it",
                    period + 1,
                    -stock
                );
                let path = match self.item.terms.get("from_stockpile") {
                    Some(Term::Series(_)) => format!("from_stockpile.{}", period + 1),
                    _ => "from_stockpile".to_owned(),
                };
                return self.error(&path, "stockpile", message);
            }
        }
    }

    /// Elements of a route must be followed by a schedule that feeds it.
    fn recoveries(&mut self) {
        if self.items_of(ItemKind::Schedule).next().is_none() {
            self.error(
                "schedules",
                "missing",
                "a processing route needs a mine schedule that feeds it",
            );
            return;
        }
        let listed = self.item.word("schedules").to_owned();
        let is_fed = |schedule: &Item| {
            listed.is_empty() || listed.split(',').any(|key| key.trim() == schedule.key)
        };
        let mut known = Vec::new();
        for schedule in self
            .items_of(ItemKind::Schedule)
            .filter(|item| is_fed(item))
        {
            known.extend(elements(schedule, "grades"));
        }
        for (index, word) in elements(self.item, "recoveries").into_iter().enumerate() {
            if !word.is_empty() && !known.contains(&word) {
                let message = format!("no schedule that feeds the route has a grade of {word}");
                self.error(
                    &format!("recoveries.{index}.element"),
                    "element_unknown",
                    message,
                );
            }
        }
    }

    /// An element of a product must be recovered by one of its routes.
    fn element(&mut self, path: &str, word: &str) {
        if word.is_empty() {
            let message = "Element is missing: type the name that the routes recover it by";
            self.error(path, "missing", message);
            return;
        }
        let listed = self.item.word("processes").to_owned();
        let found = self
            .items_of(ItemKind::Process)
            .filter(|route| {
                listed.is_empty() || listed.split(',').any(|key| key.trim() == route.key)
            })
            .any(|route| elements(route, "recoveries").iter().any(|own| own == word));
        if !found {
            let message = format!("no processing route of the product recovers {word}");
            self.error(path, "element_unknown", message);
        }
    }

    fn concentrate(&mut self) {
        self.currency();
        self.element("element", self.item.word("element"));
        self.needs("payables", "add the elements that are paid");
        for (index, word) in elements(self.item, "payables").into_iter().enumerate() {
            if !word.is_empty() {
                self.element(&format!("payables.{index}.element"), &word);
            }
        }
    }

    fn currency(&mut self) {
        let (own, other) = (
            self.scenario.currency.clone(),
            self.item.word("price_currency").to_owned(),
        );
        if other.is_empty() || other == own || other == "$" {
            return;
        }
        if !crate::units::is_currency_code(&other) {
            self.error(
                "price_currency",
                "currency_unknown",
                format!("{other} is no ISO code of a currency"),
            );
        } else if lowering::exchange_rate(self.scenario, &other).is_none() {
            let message = format!(
                "prices are in {other} and results in {own}, but no parameter or line has the unit {own}/{other}; add the exchange rate"
            );
            self.error("price_currency", "exchange_rate_missing", message);
        }
    }

    fn operating_cost(&mut self) {
        self.any_of(
            &["amount", "fixed", "rate", "quantity"],
            "type an amount, a fixed cost, a rate or a quantity",
        );
        if !self.is_empty("quantity") {
            self.needs(
                "unit_cost",
                "a quantity by frequency has a cost for each unit",
            );
        }
        if !self.is_empty("rate") {
            self.driver();
        }
    }

    fn working_capital(&mut self) {
        let fields = [
            "receivable_days",
            "inventory_days",
            "payable_days",
            "revenue_share",
        ];
        let why = "type days of receivable, inventory or payable, or a share of revenue";
        self.any_of(&fields, why);
        for field in &fields[..3] {
            let days = match self.item.terms.get(*field) {
                Some(Term::Number(days)) if *days > lowering::MOST_DAYS => *days,
                _ => continue,
            };
            let most = lowering::MOST_DAYS;
            self.error(field, "range", format!("{days} days are more than {most}"));
        }
        let last = |item: &Item, field: &str| match item.terms.get(field) {
            Some(Term::Number(figure)) => *figure > 0.0,
            Some(Term::Series(figures)) => figures.last().is_some_and(|last| *last > 0.0),
            _ => false,
        };
        let sells = |item: &Item| match item.kind {
            ItemKind::Schedule if item.word("plan") == "generated" => false,
            ItemKind::Schedule => last(item, "ore") || last(item, "from_stockpile"),
            ItemKind::Sale => last(item, "quantity"),
            _ => false,
        };
        let is_empty = fields.iter().all(|field| self.is_empty(field));
        if !is_empty && self.scenario.items.iter().any(sells) {
            let message = "there is production in the last period, so the balance is released in it; add a period \
                           after the last sale to see the release there";
            self.notice(fields[0], "release", message);
        }
    }

    /// Without ore there is nothing that a rate follows by itself.
    fn driver(&mut self) {
        if self.items_of(ItemKind::Schedule).next().is_none() {
            self.needs(
                "driver",
                "without a mine schedule there is no ore that it could follow",
            );
        }
    }

    fn royalty(&mut self) {
        match self.item.word("base") {
            "tonnes" | "units" => {
                self.needs("per_unit", "type the amount for each unit of the base");
            }
            _ => self.any_of(&["rate", "bands"], "type a rate or bands"),
        }
        if self.item.word("base") == "own" {
            self.needs("base_value", "type the formula of the base");
        }
        self.bands();
    }

    fn tax(&mut self) {
        self.any_of(&["rate", "bands"], "type a rate or bands");
        if self.item.word("base") == "own" {
            self.needs("base_value", "type the formula of the base");
        }
        if !self.item.rows("bands").is_empty() && self.item.word("bands_of") == "own" {
            self.needs("band_by", "type what the edges of the bands measure");
        }
        self.bands();
    }

    /// Edges of bands rise.
    fn bands(&mut self) {
        self.rising("bands");
    }

    fn rising(&mut self, table: &str) {
        let edge = |index: usize| match self.item.rows(table).get(index)?.get("from") {
            Some(Term::Number(edge)) => Some(*edge),
            _ => None,
        };
        for index in 1..self.item.rows(table).len() {
            if let (Some(before), Some(after)) = (edge(index - 1), edge(index))
                && after <= before
            {
                let message =
                    format!("the band from {after} does not begin above the one before, {before}");
                self.error(&format!("{table}.{index}.from"), "bands", message);
            }
        }
    }

    fn stream(&mut self) {
        let kinds = [ItemKind::Metal, ItemKind::Concentrate, ItemKind::Sale];
        if !self
            .scenario
            .items
            .iter()
            .any(|item| kinds.contains(&item.kind))
        {
            self.error("products", "missing", "a stream needs a product");
        }
        self.any_of(&["share", "steps"], "type a share, or steps of it");
        let word = self.item.word("element");
        let has = |item: &Item| match item.kind {
            ItemKind::Metal => item.word("element") == word,
            ItemKind::Concentrate => elements(item, "payables").iter().any(|own| own == word),
            _ => false,
        };
        if !word.is_empty() && !self.scenario.items.iter().any(has) {
            let message = format!("no product sells {word}");
            self.error("element", "element_unknown", message);
        }
        self.rising("steps");
    }

    fn unit_cost(&mut self) {
        if self.item.word("measure") == "own" {
            self.needs(
                "cost",
                "an own set is a formula of the money of each period",
            );
        }
        let mut all = self.scenario.items.iter();
        let has_main = all.any(|item| {
            let is_product = matches!(
                item.kind,
                ItemKind::Metal | ItemKind::Concentrate | ItemKind::Sale
            );
            is_product && item.word("credit") == "main"
        });
        if !has_main {
            self.needs(
                "units",
                "there is no main product whose units could be counted",
            );
        }
    }

    fn depreciation(&mut self) {
        let life = match self.item.terms.get("life") {
            Some(Term::Number(life)) => *life,
            _ => 10.0,
        };
        if life < 1.0 {
            self.error(
                "life",
                "range",
                format!("a life of {life} years is below 1"),
            );
        }
        match self.item.word("method") {
            "declining" => self.needs(
                "rate",
                "type the share of the balance that is charged a year",
            ),
            "units" if self.items_of(ItemKind::Schedule).next().is_none() => {
                self.needs("units", "without a mine schedule there is no ore to count");
            }
            "macrs" => self.macrs(life),
            _ => {}
        }
    }

    fn macrs(&mut self, life: f64) {
        if !lowering::macrs_classes().any(|class| class == life) {
            let message =
                format!("there is no MACRS table of {life} years; choose 3, 5, 7, 10, 15 or 20");
            self.error("life", "choice", message);
        }
        if self.scenario.calendar.period_length != PeriodLength::Year {
            self.error(
                "method",
                "choice",
                "MACRS tables are by year; choose another method, or periods of a year",
            );
        }
    }

    fn phasing(&mut self) {
        if let Some(Term::Series(shares)) = self.item.terms.get("profile") {
            let all: f64 = shares.iter().sum();
            let whole = if self.item.units.contains_key("profile") {
                1.0
            } else {
                100.0
            };
            if (all - whole).abs() > 1e-6 * whole {
                let message = format!("the shares of the phasing sum to {all}, not to {whole}");
                self.notice("profile", "phasing", message);
            }
        }
    }

    /// How much of a capital line is depreciated, where anything is taxed.
    fn pools(&mut self) {
        if self.items_of(ItemKind::Tax).next().is_none() {
            return;
        }
        let is_closure = self.item.word("class") == "closure";
        let takes = |pool: &&Item| lowering::part_in_pool(pool, self.item) != Some(0.0);
        let pools: Vec<&Item> = self
            .items_of(ItemKind::Depreciation)
            .filter(takes)
            .collect();
        if pools.is_empty() {
            let is_deducted = |tax: &Item| {
                let own = tax.word("base");
                is_closure && tax.word("closure") == "spent" && own == "ebitda"
            };
            if !self.items_of(ItemKind::Tax).any(is_deducted) {
                self.notice(
                    "class",
                    "pool_missing",
                    "no depreciation pool takes this capital, so no tax deducts it",
                );
            }
            return;
        }
        let parts = pools
            .iter()
            .map(|pool| lowering::part_in_pool(pool, self.item));
        let Some(all) = parts.sum::<Option<f64>>() else {
            return;
        };
        // In percent, without the rounding of their sum.
        let all = (all * 1e8).round() / 1e6;
        if all > 100.0 + 1e-9 {
            let keys: Vec<&str> = pools.iter().map(|pool| pool.key.as_str()).collect();
            let message = format!(
                "the depreciation pools {} take {all} % of this capital together",
                keys.join(", ")
            );
            self.notice("class", "pools_over", message);
        } else if all < 100.0 - 1e-9 {
            let message = format!(
                "depreciation pools take {all} % of this capital; the rest is never deducted"
            );
            self.notice("class", "pool_missing", message);
        }
    }
}

/// The elements of the rows of a table.
fn elements(item: &Item, table: &str) -> Vec<String> {
    let fields: &'static [Field] = match item.kind.field(table).map(|field| field.kind) {
        Some(FieldKind::Rows(fields)) => fields,
        _ => &[],
    };
    let rows = item.rows(table).iter();
    rows.map(|row| word_of(row, fields, "element").to_owned())
        .collect()
}
