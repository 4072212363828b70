use proptest::prelude::*;

use super::table::table;
use super::*;

fn unit(text: &str) -> Unit {
    match Unit::parse(text, "CAD") {
        Ok(unit) => unit,
        Err(error) => panic!("{text}: {error}"),
    }
}

fn refused(text: &str) -> String {
    match Unit::parse(text, "CAD") {
        Ok(unit) => panic!("{text} was read as {unit}"),
        Err(error) => error.message,
    }
}

fn factor(from: &str, to: &str) -> f64 {
    match unit(from).factor_to(&unit(to)) {
        Ok(factor) => factor,
        Err(mismatch) => panic!("{mismatch}"),
    }
}

fn mismatch(left: &str, right: &str) -> String {
    match unit(left).check_addable(&unit(right)) {
        Ok(()) => panic!("{left} and {right} fit"),
        Err(mismatch) => mismatch.to_string(),
    }
}

fn fits(left: &str, right: &str) -> bool {
    unit(left).check_addable(&unit(right)).is_ok()
}

#[test]
fn the_asset_is_whole() {
    let table = table();
    assert_eq!(table.constants, [2_204.622_621_848_78, 31.103_476_8]);
    assert_eq!(table.units.len(), 32);
    assert_eq!(table.currencies.len(), 168);
    assert!(table.currencies.is_sorted());
    for help in &table.units {
        assert!(!help.name.is_empty());
        assert_eq!(unit(&help.symbol).to_string(), help.symbol);
        assert!(!is_currency_code(&help.symbol));
    }
    for code in currency_codes() {
        assert!(unit(code).is_money(), "{code}");
        assert_eq!(unit(code).currency(), Some(code));
        assert_eq!(Unit::money(code), Some(unit(code)));
    }
    assert_eq!(Unit::money("ABC"), None);
    assert!(Unit::percent().is_percent());
    assert_eq!(Unit::day(), unit("d"));
    assert_eq!(Unit::calendar_year(), unit("a"));
}

/// Rule 1.
#[test]
fn a_unit_is_a_factor_times_powers() {
    assert_eq!(unit("USD/(t*km)"), unit("USD/t/km"));
    assert_eq!(unit("m3"), unit("m^3"));
    assert_eq!(unit("m³"), unit("m*m*m"));
    assert_eq!(unit("m2"), unit("m²"));
    assert_eq!(unit("1/a"), unit("a^-1"));
    assert_eq!(unit("kWh/t").power_of(Dimension::Energy), 1);
    assert_eq!(unit("kWh/t").power_of(Dimension::Mass), -1);
    assert_eq!(unit("each").power_of(Dimension::Count), 1);
    assert_eq!(factor("km2", "ha"), 100.0);
    assert_eq!(factor("m3", "L"), 1_000.0);
    assert_eq!(factor("GJ", "MJ"), 1_000.0);
    assert_eq!(factor("kWh", "MJ"), 3.6);
    assert_eq!(factor("ft", "m"), 0.3048);
    for text in ["", " ", "1", "(1)", "1*1"] {
        assert_eq!(unit(text), Unit::plain(), "{text}");
        assert_eq!(unit(text).to_string(), "");
    }
}

/// Rule 2.
#[test]
fn products_convert_freely_and_sums_need_equal_units() {
    let price = unit("USD/lb").mul(&unit("t"));
    assert!(price.is_money());
    assert_eq!(price.factor_to(&unit("USD")).unwrap(), 2_204.622_621_848_78);
    assert!(fits("t", "kt") && fits("USD", "kUSD") && fits("m3", "L"));
    assert_eq!(mismatch("t", "USD"), "t and USD do not measure the same");
    assert_eq!(
        mismatch("t", ""),
        "t and a plain number do not measure the same"
    );
    assert!(unit("t").same_dimension(&unit("oz")));
    assert!(!unit("t").same_dimension(&unit("m3")));
    assert_eq!(unit("t").powi(2).sum(&unit("t2")).unwrap(), unit("t2"));
    assert_eq!(unit("kt").sum(&unit("t")).unwrap(), unit("kt"));
}

/// Rule 3.
#[test]
fn families_of_mass_stay_apart_until_crossed() {
    for (text, family) in [
        ("kg", Family::Bulk),
        ("t", Family::Bulk),
        ("kt", Family::Bulk),
        ("Mt", Family::Bulk),
        ("Mg", Family::Bulk),
        ("dmt", Family::Bulk),
        ("g", Family::Troy),
        ("kg*m", Family::Bulk),
        ("oz", Family::Troy),
        ("koz", Family::Troy),
        ("Moz", Family::Troy),
        ("lb", Family::Avoirdupois),
        ("klb", Family::Avoirdupois),
        ("Mlb", Family::Avoirdupois),
        ("st", Family::Avoirdupois),
        ("USD/oz", Family::Troy),
        ("t*lb", Family::Open),
        ("USD", Family::Plain),
    ] {
        assert_eq!(unit(text).family(), family, "{text}");
    }
    assert_eq!(
        mismatch("t", "oz"),
        "t and oz are of different families of mass: cross with to(x, [unit])"
    );
    assert!(!fits("USD/t", "USD/oz"));
    assert!(unit("t").factor_to(&unit("oz")).is_err());
    let crossed = unit("t").crossing_factor_to(&unit("oz")).unwrap();
    assert_eq!(crossed, 1_000_000.0 / 31.103_476_8);
    assert_eq!(
        unit("t").crossing_factor_to(&unit("lb")).unwrap(),
        2_204.622_621_848_78
    );
    assert_eq!(factor("st", "lb"), 2_000.0);
    assert_eq!(factor("Mlb", "klb"), 1_000.0);
    assert_eq!(factor("g/t", "t/t"), 1e-6);
    // A product takes the family of its line.
    let metal = unit("Mt").mul(&unit("%"));
    assert_eq!(metal.family(), Family::Open);
    assert_eq!(metal.factor_to(&unit("Mlb")).unwrap(), 22.046_226_218_487_8);
    assert!(metal.check_addable(&unit("oz")).is_ok());
    assert_eq!(metal.sum(&unit("oz")).unwrap().family(), Family::Troy);
    // A plain factor leaves the family alone.
    assert_eq!(unit("t").mul(&unit("1")).family(), Family::Bulk);
    assert_eq!(unit("").mul(&unit("oz")).family(), Family::Troy);
    assert_eq!(unit("1").div(&unit("lb")).family(), Family::Avoirdupois);
    assert!(
        unit("t")
            .mul(&Unit::plain())
            .check_addable(&unit("oz"))
            .is_err()
    );
}

/// The offtake line of the reference model: tonnes, pounds and ounces meet in money.
#[test]
fn the_reference_model_converts_in_its_products() {
    let copper = unit("Mt").mul(&unit("%")).mul(&Unit::plain());
    let concentrate = copper.div(&unit("%"));
    let treatment = concentrate.mul(&unit("USD/t").sum(&unit("USD/t")).unwrap());
    let refining = unit("Mlb").mul(&unit("USD/t")).mul(&unit("t/lb"));
    let gold = unit("Moz").mul(&unit("USD/oz"));
    let sum = treatment.sum(&refining).unwrap().sum(&gold).unwrap();
    assert!(sum.is_money());
    assert_eq!(refining.factor_to(&unit("MUSD")).unwrap(), 1.0);
    assert_eq!(gold.factor_to(&unit("MUSD")).unwrap(), 1.0);
    let ore = unit("").mul(&unit("Mt/a")).mul(&Unit::calendar_year());
    assert_eq!(ore.factor_to(&unit("Mt")).unwrap(), 1.0);
}

/// Rule 4.
#[test]
fn wet_tonnes_cross_by_their_moisture_only() {
    assert_eq!(unit("dmt"), unit("t"));
    assert_eq!(
        mismatch("wmt", "dmt"),
        "wmt and dmt are wet and dry mass: multiply by a factor in dmt/wmt, 1 less the moisture"
    );
    assert!(unit("wmt").crossing_factor_to(&unit("t")).is_err());
    let dry = unit("wmt").mul(&unit("dmt/wmt"));
    assert_eq!(dry.factor_to(&unit("t")).unwrap(), 1.0);
    assert!(fits("bcm", "m3"));
    let mass = unit("t/bcm").mul(&unit("m3"));
    assert_eq!(mass.factor_to(&unit("t")).unwrap(), 1.0);
}

/// Rule 5.
#[test]
fn grades_convert_and_stay_off_plain_numbers() {
    assert_eq!(factor("%", ""), 0.01);
    assert_eq!(factor("ppm", ""), 1e-6);
    assert_eq!(unit("%").convert(7.0, &Unit::plain()).unwrap(), 0.07);
    for grade in ["g/t", "kg/t", "oz/t", "lb/st"] {
        assert_eq!(unit(grade).family(), Family::Grade, "{grade}");
        assert!(!unit(grade).is_plain() && unit(grade).is_dimensionless());
        assert!(fits(grade, "%") && fits(grade, "ppm") && fits(grade, "g/t"));
        assert_eq!(
            mismatch(grade, ""),
            format!(
                "{grade} and a plain number do not mix: one is a grade, a share of mass, the other a plain number"
            )
        );
        assert!(unit("").crossing_factor_to(&unit(grade)).is_err());
    }
    assert_eq!(factor("oz/t", "g/t"), 31.103_476_8);
    assert_eq!(factor("%", "g/t"), 10_000.0);
    assert_eq!(factor("ppm", "g/t"), 1.0);
    assert_eq!(factor("kg/t", "%"), 0.1);
    for number in ["%", "ppm", "t/t", "t/lb"] {
        assert_eq!(unit(number).family(), Family::Open, "{number}");
        assert!(unit(number).is_plain());
    }
    let gold = unit("Mt").mul(&unit("g/t"));
    assert_eq!(gold.factor_to(&unit("Moz")).unwrap(), 1.0 / 31.103_476_8);
    // What the grades give when they meet numbers.
    assert_eq!(unit("g/t").mul(&unit("")).family(), Family::Grade);
    assert_eq!(unit("").mul(&unit("g/t")).family(), Family::Grade);
    assert_eq!(unit("g/t").div(&unit("")).family(), Family::Grade);
    assert_eq!(unit("").div(&unit("g/t")).family(), Family::Open);
    assert_eq!(unit("g/t").div(&unit("g/t")).family(), Family::Open);
    assert_eq!(unit("g/t").mul(&unit("%")).family(), Family::Open);
    assert_eq!(unit("oz").div(&unit("t")).family(), Family::Open);
    assert_eq!(unit("USD").div(&unit("USD")).family(), Family::Plain);
}

/// Rule 6.
#[test]
fn fractions_are_plain_numbers() {
    assert!(fits("%", "1") && unit("%").is_plain() && unit("%").is_percent());
    assert!(!unit("ppm").is_percent() && !unit("1/a").is_plain());
}

/// Rule 7.
#[test]
fn calendar_time_is_not_fixed_time() {
    assert_eq!(factor("a", "month"), 12.0);
    assert_eq!(factor("a", "quarter"), 4.0);
    assert_eq!(factor("quarter", "month"), 3.0);
    assert_eq!(factor("d", "h"), 24.0);
    assert_eq!(factor("h", "min"), 60.0);
    let sentence =
        "t/d and t/a count time differently: multiply or divide by years or days of the period";
    assert_eq!(mismatch("t/d", "t/a"), sentence);
    assert!(unit("d").crossing_factor_to(&unit("a")).is_err());
    let amount = unit("t/d").mul(&Unit::day());
    assert_eq!(amount.factor_to(&unit("t")).unwrap(), 1.0);
    assert_eq!(factor("MW*h", "kWh"), 1_000.0);
    assert_eq!(factor("kW", "kWh/h"), 1.0);
    assert_eq!(factor("W", "Wh/h"), 1.0);
    assert!(!fits("kWh/a", "kW"));
}

/// Rule 8: the units of a line are asked for their time.
#[test]
fn a_rate_shows_its_time() {
    assert_eq!(unit("MUSD/a").power_of(Dimension::CalendarTime), -1);
    assert_eq!(unit("t/d").power_of(Dimension::FixedTime), -1);
    let amount = unit("MUSD/a").mul(&Unit::calendar_year());
    assert!(amount.is_money());
    assert_eq!(amount.to_string(), "MUSD");
}

/// Rule 9.
#[test]
fn currencies_cross_by_a_rate_only() {
    assert_eq!(
        mismatch("USD/t", "CAD/t"),
        "USD/t and CAD/t are different currencies: multiply by an exchange rate with a unit such as CAD/USD"
    );
    assert!(unit("USD").crossing_factor_to(&unit("CAD")).is_err());
    let crossed = unit("USD/oz").mul(&unit("CAD/USD"));
    assert_eq!(crossed.factor_to(&unit("CAD/oz")).unwrap(), 1.0);
    assert_eq!(unit("CAD/USD").currency(), None);
    assert_eq!(
        unit("CAD/USD").currencies().collect::<Vec<_>>(),
        ["CAD", "USD"]
    );
    assert_eq!(
        mismatch("USD", "CAD/USD"),
        "USD and CAD/USD do not measure the same"
    );
}

/// Rule 11.
#[test]
fn symbols_and_prefixes_are_read_as_listed() {
    for (text, shown) in [
        ("US$/oz", "USD/oz"),
        ("C$", "CAD"),
        ("A$/t", "AUD/t"),
        ("$", "CAD"),
        ("k$/a", "kCAD/a"),
        ("MUS$", "MUSD"),
        ("MCAD", "MCAD"),
        ("kL", "kL"),
        ("MWh", "MWh"),
        ("t·km", "t*km"),
        ("USD / ( t * km )", "USD/(t*km)"),
        ("1/(a*t)", "1/(a*t)"),
        ("t/t", "t/t"),
        ("m^-2", "1/m2"),
        ("%^2", "%^2"),
    ] {
        assert_eq!(unit(text).to_string(), shown, "{text}");
    }
    assert_eq!(unit("MUSD").whole_currency_factor(), Some(1e6));
    assert_eq!(unit("kUSD").whole_currency_factor(), Some(1e3));
    assert_eq!(unit("USD").whole_currency_factor(), Some(1.0));
    assert_eq!(unit("USD/t").whole_currency_factor(), None);
    assert!(!unit("USD2").is_money() && !unit("1/USD").is_money() && !unit("").is_money());
    assert_eq!(unit("MOP").to_string(), "MOP");
    for text in [
        "kkm", "kmin", "ka", "Md", "kdmt", "kkg", "k%", "Mha", "kbcm", "kkt",
    ] {
        assert!(refused(text).contains("is not known"), "{text}");
    }
    assert_eq!(
        Unit::parse("$/t", "").unwrap_err().message,
        "'$' is the currency of the scenario, which has none: write a code such as USD"
    );
}

#[test]
fn what_is_no_unit_is_refused_in_a_sentence() {
    for (text, sentence) in [
        (
            "ton",
            "'ton' is not read because it is ambiguous: write t for a tonne or st for a short ton",
        ),
        (
            "USD/ton",
            "'ton' is not read because it is ambiguous: write t for a tonne or st for a short ton",
        ),
        ("usd", "the unit 'usd' is not known, the nearest is USD"),
        ("Oz", "the unit 'Oz' is not known, the nearest is oz"),
        ("ABC", "the unit 'ABC' is not known, the nearest is AED"),
        ("lbs", "write lb for pounds"),
        ("year", "write a for a year"),
        ("€/t", "write EUR"),
        ("USD/", "expected a unit symbol at the end of the unit"),
        ("/t", "expected a unit symbol, found '/'"),
        ("USD//t", "expected a unit symbol, found '/'"),
        ("2", "expected a unit symbol, found '2'"),
        (
            "USD t",
            "the unit 'USD t' has 't' where '*' or '/' is expected",
        ),
        ("(t", "the '(' in the unit is not closed"),
        ("t)", "the unit 't)' has a ')' without a '('"),
        ("t^", "expected a whole number after '^' in the unit"),
        ("t^x", "expected a whole number after '^' in the unit"),
        ("m0", "a power in a unit is between 1 and 99, found 0"),
        (
            "m99999999999",
            "a power in a unit is between 1 and 99, found 99999999999",
        ),
        (
            "t²²",
            "the unit 't²²' has the power 2 where '*' or '/' is expected",
        ),
        ("t-1", "the unit 't-1' has '-' where '*' or '/' is expected"),
    ] {
        assert_eq!(refused(text), sentence, "{text}");
    }
    assert!(refused(&"(".repeat(90)).contains("too many brackets"));
    assert!(refused(&"t*".repeat(60)).contains("at most 100 characters"));
}

#[test]
fn powers_multiply_everything() {
    assert_eq!(unit("m").powi(3), unit("m3"));
    assert_eq!(unit("m").powi(3).to_string(), "m3");
    assert_eq!(unit("t/a").powi(-1).to_string(), "a/t");
    assert_eq!(unit("t").powi(0), Unit::plain());
    assert_eq!(unit("g/t").powi(1).family(), Family::Grade);
    assert_eq!(unit("g/t").powi(2).family(), Family::Open);
    assert_eq!(unit("g/t").powi(0).family(), Family::Plain);
    assert_eq!(
        unit("km").powi(i32::MAX).powi(i32::MAX).factor(),
        f64::INFINITY
    );
}

#[test]
fn products_show_what_is_left() {
    assert_eq!(unit("Mt/a").mul(&unit("a")).to_string(), "Mt");
    assert_eq!(
        unit("USD/t").mul(&unit("t")).div(&unit("USD")).to_string(),
        ""
    );
    assert_eq!(unit("USD").div(&unit("t*km")).to_string(), "USD/(t*km)");
    assert_eq!(
        format!("{:>6}|{:<4}|", unit("t/a"), unit("t")),
        "   t/a|t   |"
    );
}

#[test]
fn conversions_round_once() {
    assert_eq!(
        unit("USD/t").convert(3_100.0, &unit("kUSD/t")).unwrap(),
        3.1
    );
    assert_eq!(unit("oz").convert(1.0, &unit("g")).unwrap(), 31.103_476_8);
    assert!(unit("t").convert(f64::NAN, &unit("kt")).unwrap().is_nan());
}

fn any_unit() -> impl Strategy<Value = Unit> {
    let symbols = [
        "t", "oz", "lb", "g/t", "%", "USD", "kCAD", "a", "d", "kWh/t", "m3", "wmt", "1", "t/t",
    ];
    prop::collection::vec((prop::sample::select(symbols.to_vec()), -2_i32..3), 1..5).prop_map(
        |terms| {
            terms
                .into_iter()
                .fold(Unit::plain(), |product, (text, power)| {
                    product.mul(&unit(text).powi(power))
                })
        },
    )
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,40}", currency in "\\PC{0,4}") {
        if let Err(error) = Unit::parse(&text, &currency) {
            prop_assert!(!error.message.is_empty());
        }
    }

    #[test]
    fn no_text_of_the_alphabet_panics(text in "[tgozlbkMUSD$C%12³^*/() -]{0,30}") {
        if let Ok(unit) = Unit::parse(&text, "USD") {
            prop_assert_eq!(Unit::parse(&unit.to_string(), "USD").unwrap(), unit);
        }
    }

    #[test]
    fn what_is_shown_is_read_back(unit in any_unit()) {
        let back = Unit::parse(&unit.to_string(), "").unwrap();
        prop_assert!(back.same_dimension(&unit));
        prop_assert_eq!(back.factor(), unit.factor());
    }

    #[test]
    fn a_quotient_undoes_a_product(left in any_unit(), right in any_unit()) {
        let back = left.mul(&right).div(&right);
        prop_assert!(back.same_dimension(&left));
        prop_assert_eq!(back.factor(), left.factor());
    }

    #[test]
    fn fitting_is_mutual(left in any_unit(), right in any_unit()) {
        prop_assert_eq!(left.check_addable(&right).is_ok(), right.check_addable(&left).is_ok());
        prop_assert!(left.check_addable(&left).is_ok());
        prop_assert_eq!(left.mul(&right), right.mul(&left));
    }
}
