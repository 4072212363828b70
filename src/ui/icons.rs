//! The icons of the embedded Phosphor font, one character each.
//!
//! Names are the font's own, so its catalog can be searched for them. An icon alone never names a control: give the
//! widget a text for the screen reader as well. The font holds these characters only: add here and to the font's
//! character list in `assets/fonts/README.md` together.

#![cfg_attr(
    not(test),
    expect(
        dead_code,
        reason = "one constant for each character of the font, not only for those in use"
    )
)]

// Files and databases.
pub(crate) const FOLDER: char = '\u{e24a}';
pub(crate) const FOLDER_OPEN: char = '\u{e256}';
pub(crate) const FOLDER_PLUS: char = '\u{e258}';
pub(crate) const DATABASE: char = '\u{e1de}';
pub(crate) const FLOPPY_DISK: char = '\u{e248}';
pub(crate) const FILE: char = '\u{e230}';
pub(crate) const FILE_TEXT: char = '\u{e23a}';
pub(crate) const FILE_PLUS: char = '\u{e236}';
pub(crate) const HARD_DRIVES: char = '\u{e2a0}';
pub(crate) const DOWNLOAD_SIMPLE: char = '\u{e20c}';
pub(crate) const UPLOAD_SIMPLE: char = '\u{e4c0}';
pub(crate) const EXPORT: char = '\u{eaf0}';

// Actions.
pub(crate) const PLAY: char = '\u{e3d0}';
pub(crate) const STOP: char = '\u{e46c}';
pub(crate) const PAUSE: char = '\u{e39e}';
pub(crate) const PLUS: char = '\u{e3d4}';
pub(crate) const MINUS: char = '\u{e32a}';
pub(crate) const X: char = '\u{e4f6}';
pub(crate) const TRASH: char = '\u{e4a6}';
pub(crate) const COPY: char = '\u{e1ca}';
pub(crate) const CLIPBOARD_TEXT: char = '\u{e198}';
pub(crate) const SCISSORS: char = '\u{eae0}';
pub(crate) const ARROW_COUNTER_CLOCKWISE: char = '\u{e038}';
pub(crate) const ARROW_CLOCKWISE: char = '\u{e036}';
pub(crate) const ARROWS_CLOCKWISE: char = '\u{e094}';
pub(crate) const MAGNIFYING_GLASS: char = '\u{e30c}';
pub(crate) const MAGNIFYING_GLASS_PLUS: char = '\u{e310}';
pub(crate) const MAGNIFYING_GLASS_MINUS: char = '\u{e30e}';
pub(crate) const PENCIL_SIMPLE: char = '\u{e3b4}';
pub(crate) const EYE: char = '\u{e220}';
pub(crate) const EYE_SLASH: char = '\u{e224}';
pub(crate) const FUNNEL: char = '\u{e266}';
pub(crate) const SORT_ASCENDING: char = '\u{e444}';
pub(crate) const SORT_DESCENDING: char = '\u{e446}';
pub(crate) const ARROW_SQUARE_OUT: char = '\u{e5de}';
pub(crate) const PUSH_PIN: char = '\u{e3e2}';
pub(crate) const LOCK: char = '\u{e2fa}';
pub(crate) const LOCK_OPEN: char = '\u{e306}';
pub(crate) const LINK_SIMPLE: char = '\u{e2e6}';
pub(crate) const TERMINAL: char = '\u{e47e}';
pub(crate) const COMMAND: char = '\u{e1c4}';
pub(crate) const KEYBOARD: char = '\u{e2d8}';
pub(crate) const DOTS_THREE: char = '\u{e1fe}';
pub(crate) const DOTS_THREE_VERTICAL: char = '\u{e208}';
pub(crate) const DOTS_SIX_VERTICAL: char = '\u{eae2}';

// Movement.
pub(crate) const CARET_LEFT: char = '\u{e138}';
pub(crate) const CARET_RIGHT: char = '\u{e13a}';
pub(crate) const CARET_UP: char = '\u{e13c}';
pub(crate) const CARET_DOWN: char = '\u{e136}';
pub(crate) const CARET_DOUBLE_LEFT: char = '\u{e128}';
pub(crate) const CARET_DOUBLE_RIGHT: char = '\u{e12a}';
pub(crate) const ARROW_LEFT: char = '\u{e058}';
pub(crate) const ARROW_RIGHT: char = '\u{e06c}';
pub(crate) const ARROW_UP: char = '\u{e08e}';
pub(crate) const ARROW_DOWN: char = '\u{e03e}';
pub(crate) const ARROWS_OUT: char = '\u{e0a2}';
pub(crate) const ARROWS_IN: char = '\u{e09a}';
pub(crate) const HOUSE: char = '\u{e2c2}';
pub(crate) const LIST: char = '\u{e2f0}';

// Sections of a scenario.
pub(crate) const GAUGE: char = '\u{e628}';
pub(crate) const SLIDERS_HORIZONTAL: char = '\u{e434}';
pub(crate) const MOUNTAINS: char = '\u{e7ae}';
pub(crate) const FACTORY: char = '\u{e760}';
pub(crate) const COINS: char = '\u{e78e}';
pub(crate) const CURRENCY_DOLLAR: char = '\u{e550}';
pub(crate) const MONEY: char = '\u{e588}';
pub(crate) const RECEIPT: char = '\u{e3ec}';
pub(crate) const BANK: char = '\u{e0b4}';
pub(crate) const TRUCK: char = '\u{e4b4}';
pub(crate) const WRENCH: char = '\u{e5d4}';
pub(crate) const DROP: char = '\u{e210}';
pub(crate) const LEAF: char = '\u{e2da}';
pub(crate) const CALCULATOR: char = '\u{e538}';
pub(crate) const FUNCTION: char = '\u{ebe4}';
pub(crate) const PERCENT: char = '\u{e3b6}';
pub(crate) const SCALES: char = '\u{e750}';
pub(crate) const TABLE: char = '\u{e476}';
pub(crate) const CHART_BAR: char = '\u{e150}';
pub(crate) const CHART_BAR_HORIZONTAL: char = '\u{e152}';
pub(crate) const CHART_LINE: char = '\u{e154}';
pub(crate) const CHART_LINE_UP: char = '\u{e156}';
pub(crate) const CHART_PIE: char = '\u{e158}';
pub(crate) const DICE_FIVE: char = '\u{e1ee}';
pub(crate) const TARGET: char = '\u{e47c}';
pub(crate) const GIT_BRANCH: char = '\u{e278}';
pub(crate) const GIT_DIFF: char = '\u{e27c}';
pub(crate) const TREE_STRUCTURE: char = '\u{e67c}';
pub(crate) const CLOCK_COUNTER_CLOCKWISE: char = '\u{e1a0}';
pub(crate) const BOOK_OPEN: char = '\u{e0e6}';
pub(crate) const NOTE: char = '\u{e348}';
pub(crate) const NOTE_PENCIL: char = '\u{e34c}';
pub(crate) const USERS: char = '\u{e4d6}';
pub(crate) const PLUGS: char = '\u{eb56}';
pub(crate) const CALENDAR_BLANK: char = '\u{e10a}';
pub(crate) const CLOCK: char = '\u{e19a}';

// Messages.
pub(crate) const WARNING: char = '\u{e4e0}';
pub(crate) const WARNING_CIRCLE: char = '\u{e4e2}';
pub(crate) const INFO: char = '\u{e2ce}';
pub(crate) const CHECK: char = '\u{e182}';
pub(crate) const CHECK_CIRCLE: char = '\u{e184}';
pub(crate) const X_CIRCLE: char = '\u{e4f8}';
pub(crate) const PROHIBIT: char = '\u{e3de}';
pub(crate) const QUESTION: char = '\u{e3e8}';
pub(crate) const LIFEBUOY: char = '\u{e63a}';
pub(crate) const BUG: char = '\u{e5f4}';
pub(crate) const LIGHTNING: char = '\u{e2de}';
pub(crate) const TREND_UP: char = '\u{e4ae}';
pub(crate) const TREND_DOWN: char = '\u{e4ac}';

// Window.
pub(crate) const GEAR: char = '\u{e270}';
pub(crate) const SUN: char = '\u{e472}';
pub(crate) const MOON: char = '\u{e330}';
pub(crate) const MONITOR: char = '\u{e32e}';
pub(crate) const CIRCLE_HALF: char = '\u{e18c}';
pub(crate) const SIDEBAR_SIMPLE: char = '\u{ec24}';
pub(crate) const COLUMNS: char = '\u{e546}';
pub(crate) const ROWS: char = '\u{e5a2}';

/// Every icon with its name, for the test of the font and for a picture of all icons.
#[cfg(test)]
pub(crate) const ALL: &[(&str, char)] = &[
    ("folder", FOLDER),
    ("folder-open", FOLDER_OPEN),
    ("folder-plus", FOLDER_PLUS),
    ("database", DATABASE),
    ("floppy-disk", FLOPPY_DISK),
    ("file", FILE),
    ("file-text", FILE_TEXT),
    ("file-plus", FILE_PLUS),
    ("hard-drives", HARD_DRIVES),
    ("download-simple", DOWNLOAD_SIMPLE),
    ("upload-simple", UPLOAD_SIMPLE),
    ("export", EXPORT),
    ("play", PLAY),
    ("stop", STOP),
    ("pause", PAUSE),
    ("plus", PLUS),
    ("minus", MINUS),
    ("x", X),
    ("trash", TRASH),
    ("copy", COPY),
    ("clipboard-text", CLIPBOARD_TEXT),
    ("scissors", SCISSORS),
    ("arrow-counter-clockwise", ARROW_COUNTER_CLOCKWISE),
    ("arrow-clockwise", ARROW_CLOCKWISE),
    ("arrows-clockwise", ARROWS_CLOCKWISE),
    ("magnifying-glass", MAGNIFYING_GLASS),
    ("magnifying-glass-plus", MAGNIFYING_GLASS_PLUS),
    ("magnifying-glass-minus", MAGNIFYING_GLASS_MINUS),
    ("pencil-simple", PENCIL_SIMPLE),
    ("eye", EYE),
    ("eye-slash", EYE_SLASH),
    ("funnel", FUNNEL),
    ("sort-ascending", SORT_ASCENDING),
    ("sort-descending", SORT_DESCENDING),
    ("arrow-square-out", ARROW_SQUARE_OUT),
    ("push-pin", PUSH_PIN),
    ("lock", LOCK),
    ("lock-open", LOCK_OPEN),
    ("link-simple", LINK_SIMPLE),
    ("terminal", TERMINAL),
    ("command", COMMAND),
    ("keyboard", KEYBOARD),
    ("dots-three", DOTS_THREE),
    ("dots-three-vertical", DOTS_THREE_VERTICAL),
    ("dots-six-vertical", DOTS_SIX_VERTICAL),
    ("caret-left", CARET_LEFT),
    ("caret-right", CARET_RIGHT),
    ("caret-up", CARET_UP),
    ("caret-down", CARET_DOWN),
    ("caret-double-left", CARET_DOUBLE_LEFT),
    ("caret-double-right", CARET_DOUBLE_RIGHT),
    ("arrow-left", ARROW_LEFT),
    ("arrow-right", ARROW_RIGHT),
    ("arrow-up", ARROW_UP),
    ("arrow-down", ARROW_DOWN),
    ("arrows-out", ARROWS_OUT),
    ("arrows-in", ARROWS_IN),
    ("house", HOUSE),
    ("list", LIST),
    ("gauge", GAUGE),
    ("sliders-horizontal", SLIDERS_HORIZONTAL),
    ("mountains", MOUNTAINS),
    ("factory", FACTORY),
    ("coins", COINS),
    ("currency-dollar", CURRENCY_DOLLAR),
    ("money", MONEY),
    ("receipt", RECEIPT),
    ("bank", BANK),
    ("truck", TRUCK),
    ("wrench", WRENCH),
    ("drop", DROP),
    ("leaf", LEAF),
    ("calculator", CALCULATOR),
    ("function", FUNCTION),
    ("percent", PERCENT),
    ("scales", SCALES),
    ("table", TABLE),
    ("chart-bar", CHART_BAR),
    ("chart-bar-horizontal", CHART_BAR_HORIZONTAL),
    ("chart-line", CHART_LINE),
    ("chart-line-up", CHART_LINE_UP),
    ("chart-pie", CHART_PIE),
    ("dice-five", DICE_FIVE),
    ("target", TARGET),
    ("git-branch", GIT_BRANCH),
    ("git-diff", GIT_DIFF),
    ("tree-structure", TREE_STRUCTURE),
    ("clock-counter-clockwise", CLOCK_COUNTER_CLOCKWISE),
    ("book-open", BOOK_OPEN),
    ("note", NOTE),
    ("note-pencil", NOTE_PENCIL),
    ("users", USERS),
    ("plugs", PLUGS),
    ("calendar-blank", CALENDAR_BLANK),
    ("clock", CLOCK),
    ("warning", WARNING),
    ("warning-circle", WARNING_CIRCLE),
    ("info", INFO),
    ("check", CHECK),
    ("check-circle", CHECK_CIRCLE),
    ("x-circle", X_CIRCLE),
    ("prohibit", PROHIBIT),
    ("question", QUESTION),
    ("lifebuoy", LIFEBUOY),
    ("bug", BUG),
    ("lightning", LIGHTNING),
    ("trend-up", TREND_UP),
    ("trend-down", TREND_DOWN),
    ("gear", GEAR),
    ("sun", SUN),
    ("moon", MOON),
    ("monitor", MONITOR),
    ("circle-half", CIRCLE_HALF),
    ("sidebar-simple", SIDEBAR_SIMPLE),
    ("columns", COLUMNS),
    ("rows", ROWS),
];

#[cfg(test)]
mod tests {
    use super::ALL;
    use std::collections::BTreeSet;

    #[test]
    fn every_icon_is_a_different_private_use_character() {
        let characters: BTreeSet<char> = ALL.iter().map(|&(_, icon)| icon).collect();
        assert_eq!(characters.len(), ALL.len());
        assert!(
            characters
                .iter()
                .all(|icon| ('\u{e000}'..='\u{f8ff}').contains(icon))
        );
    }

    #[test]
    fn the_embedded_font_has_every_icon() {
        let font = include_bytes!("../../assets/fonts/Phosphor-Regular.ttf");
        let known = characters_of(font);
        for &(name, icon) in ALL {
            assert!(
                known.contains(&u32::from(icon)),
                "{name} is not in the font"
            );
        }
    }

    fn number(bytes: &[u8], at: usize, length: usize) -> usize {
        bytes[at..at + length]
            .iter()
            .fold(0, |value, &byte| (value << 8) | usize::from(byte))
    }

    /// The characters of a font by its `cmap` table in format 4, the one for the basic plane.
    fn characters_of(font: &[u8]) -> BTreeSet<u32> {
        let tables = number(font, 4, 2);
        let record = (0..tables)
            .map(|index| 12 + 16 * index)
            .find(|&at| &font[at..at + 4] == b"cmap");
        let cmap = number(font, record.unwrap() + 8, 4);
        let encodings = (0..number(font, cmap + 2, 2))
            .map(|index| cmap + number(font, cmap + 8 + 8 * index, 4));
        let table = encodings
            .into_iter()
            .find(|&at| number(font, at, 2) == 4)
            .unwrap();
        let twice = number(font, table + 6, 2);
        let mut known = BTreeSet::new();
        for segment in (0..twice).step_by(2) {
            let last = number(font, table + 14 + segment, 2);
            let first = number(font, table + 16 + twice + segment, 2);
            known.extend((first..=last).filter_map(|character| u32::try_from(character).ok()));
        }
        known
    }
}
