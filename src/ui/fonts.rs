//! The embedded fonts, and a search for system fonts that hold what they lack.
//!
//! A name may be in any script. The layout reports each character that no font has; a worker that owns a
//! [`SystemFonts`] looks for a face that covers it, and [`Demand::supply`] puts it behind the embedded ones. No frame
//! waits for that: until the face is there the character is drawn as a box.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use egui::epaint::text::{FallbackRequest, FontInsert, FontPriority, InsertFontFamily};
use egui::{FontData, FontDefinitions, FontFamily};

use super::theme::{ICONS, SEMIBOLD};

/// Fonts are kept whole in memory; a larger file is not worth one name.
const LARGEST_FONT: usize = 40 << 20;

/// Characters seen that no font has, waiting for the worker.
#[derive(Clone, Debug, Default)]
pub struct Demand(Arc<Mutex<BTreeSet<char>>>);

impl Demand {
    /// Has the fonts of this window report what they lack from now on.
    pub fn watch(ctx: &egui::Context) -> Self {
        let demand = Self::default();
        let (seen, repaint) = (demand.clone(), ctx.clone());
        ctx.add_font_provider(Arc::new(
            move |request: &FallbackRequest<'_>| -> Option<FontInsert> {
                let missing = request.cluster.chars().next()?;
                // Characters of the private area are icons of fonts that are not on this machine.
                if !missing.is_control() && !('\u{e000}'..='\u{f8ff}').contains(&missing) {
                    seen.0
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .insert(missing);
                }
                None
            },
        ));
        repaint.request_repaint();
        demand
    }

    /// The characters that came up since the last call.
    pub fn take(&self) -> Vec<char> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
            .into_iter()
            .collect()
    }

    /// Puts found faces behind the embedded ones; seen from the next frame on.
    pub fn supply(ctx: &egui::Context, faces: Vec<SystemFace>) {
        for face in faces {
            let families = families().map(|family| InsertFontFamily {
                family,
                priority: FontPriority::Lowest,
            });
            let data = FontData {
                index: face.index,
                ..FontData::from_owned(face.bytes)
            };
            ctx.add_font(FontInsert {
                name: face.name,
                data,
                families: families.into(),
            });
        }
        ctx.request_repaint();
    }
}

/// A face of a system font, loaded.
#[derive(Debug)]
pub struct SystemFace {
    name: String,
    bytes: Vec<u8>,
    index: u32,
}

/// The fonts of the system: slow to list, so made and used on a worker alone.
#[derive(Debug)]
pub struct SystemFonts {
    database: fontdb::Database,
    given: BTreeSet<fontdb::ID>,
}

impl SystemFonts {
    /// Lists the fonts of the system.
    pub fn load() -> Self {
        let mut database = fontdb::Database::new();
        database.load_system_fonts();
        Self {
            database,
            given: BTreeSet::new(),
        }
    }

    /// The fewest faces that cover these characters, as far as the system has any. A face is given once.
    pub fn covering(&mut self, characters: &[char]) -> Vec<SystemFace> {
        let mut left: Vec<char> = characters.to_vec();
        let mut found = Vec::new();
        while let Some(&first) = left.first() {
            if let Some(face) = self.best(first, &left) {
                left.retain(|&character| !covers(&face.bytes, face.index, character));
                found.push(face);
            } else {
                left.remove(0);
            }
        }
        found
    }

    /// The regular face that holds the first character and most of the others.
    fn best(&mut self, first: char, wanted: &[char]) -> Option<SystemFace> {
        let mut best: Option<(usize, fontdb::ID)> = None;
        for face in self
            .database
            .faces()
            .filter(|face| !self.given.contains(&face.id))
        {
            let score = self.database.with_face_data(face.id, |bytes, index| {
                if bytes.len() > LARGEST_FONT || !covers(bytes, index, first) {
                    return 0;
                }
                let plain =
                    face.style == fontdb::Style::Normal && face.weight == fontdb::Weight::NORMAL;
                1 + 4 * wanted
                    .iter()
                    .filter(|&&character| covers(bytes, index, character))
                    .count()
                    + 2 * usize::from(plain)
                    + usize::from(!face.monospaced)
            });
            if let Some(score) = score.filter(|&score| score > best.map_or(0, |(most, _)| most)) {
                best = Some((score, face.id));
            }
        }
        let (_, id) = best?;
        self.given.insert(id);
        let name = self
            .database
            .face(id)
            .map_or_else(String::new, |face| face.post_script_name.clone());
        self.database.with_face_data(id, |bytes, index| SystemFace {
            name: format!("system {name}"),
            bytes: bytes.to_vec(),
            index,
        })
    }
}

fn families() -> [FontFamily; 3] {
    [
        FontFamily::Proportional,
        FontFamily::Monospace,
        FontFamily::Name(SEMIBOLD.into()),
    ]
}

/// Puts the embedded fonts in place of whatever is there.
pub(crate) fn install(ctx: &egui::Context) {
    ctx.set_fonts(definitions());
}

fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    let embedded: [(&str, &'static [u8]); 6] = [
        (
            "sans",
            include_bytes!("../../assets/fonts/NotoSans-Regular.ttf"),
        ),
        (
            "sans semibold",
            include_bytes!("../../assets/fonts/NotoSans-SemiBold.ttf"),
        ),
        (
            "mono",
            include_bytes!("../../assets/fonts/NotoSansMono-Regular.ttf"),
        ),
        (
            "symbols",
            include_bytes!("../../assets/fonts/NotoSansSymbols2-Regular.ttf"),
        ),
        (
            "mathematics",
            include_bytes!("../../assets/fonts/NotoSansMath-Regular.ttf"),
        ),
        (
            "icons",
            include_bytes!("../../assets/fonts/Phosphor-Regular.ttf"),
        ),
    ];
    for (name, bytes) in embedded {
        fonts
            .font_data
            .insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let chain = |first: &[&str]| -> Vec<String> {
        first
            .iter()
            .chain(&["mathematics", "symbols", "icons"])
            .map(|name| (*name).to_owned())
            .collect()
    };
    fonts
        .families
        .insert(FontFamily::Proportional, chain(&["sans", "mono"]));
    fonts
        .families
        .insert(FontFamily::Monospace, chain(&["mono", "sans"]));
    fonts.families.insert(
        FontFamily::Name(SEMIBOLD.into()),
        chain(&["sans semibold", "sans", "mono"]),
    );
    fonts.families.insert(
        FontFamily::Name(ICONS.into()),
        vec!["icons".to_owned(), "sans".to_owned()],
    );
    fonts
}

/// Whether a face has a glyph for a character, by its `cmap` table in format 4 or 12. A damaged table covers nothing.
fn covers(font: &[u8], index: u32, character: char) -> bool {
    glyph(font, index, u32::from(character)).is_some_and(|glyph| glyph != 0)
}

fn glyph(font: &[u8], index: u32, character: u32) -> Option<u32> {
    let start = if font.get(..4)? == b"ttcf" {
        long(font, 12 + 4 * index as usize)? as usize
    } else {
        0
    };
    let tables = short(font, start + 4)? as usize;
    let record = (0..tables)
        .map(|at| start + 12 + 16 * at)
        .find(|&at| font.get(at..at + 4) == Some(b"cmap"))?;
    let cmap = long(font, record + 8)? as usize;
    let encodings = short(font, cmap + 2)? as usize;
    (0..encodings).find_map(|at| {
        let table = cmap.checked_add(long(font, cmap + 8 + 8 * at)? as usize)?;
        match short(font, table)? {
            4 => segment(font, table, character),
            12 => group(font, table, character),
            _ => None,
        }
    })
}

/// Format 4: segments of the basic plane.
fn segment(font: &[u8], table: usize, character: u32) -> Option<u32> {
    let twice = short(font, table + 6)? as usize;
    let at = (0..twice / 2)
        .map(|at| 2 * at)
        .find(|&at| short(font, table + 14 + at).is_some_and(|last| last >= character))?;
    let first = short(font, table + 16 + twice + at)?;
    if character < first {
        return None;
    }
    let shift = short(font, table + 16 + 2 * twice + at)?;
    let place = table + 16 + 3 * twice + at;
    let offset = short(font, place)? as usize;
    if offset == 0 {
        return Some((character + shift) & 0xffff);
    }
    short(font, place + offset + 2 * (character - first) as usize)
}

/// Format 12: groups of all planes, in rising order.
fn group(font: &[u8], table: usize, character: u32) -> Option<u32> {
    let (mut low, mut high) = (0, long(font, table + 12)? as usize);
    while low < high {
        let middle = low.midpoint(high);
        let at = table + 16 + 12 * middle;
        if character < long(font, at)? {
            high = middle;
        } else if character > long(font, at + 4)? {
            low = middle + 1;
        } else {
            return Some(long(font, at + 8)? + (character - long(font, at)?));
        }
    }
    None
}

fn short(font: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(u16::from_be_bytes(
        font.get(at..at + 2)?.try_into().ok()?,
    )))
}

fn long(font: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(font.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SANS: &[u8] = include_bytes!("../../assets/fonts/NotoSans-Regular.ttf");

    #[test]
    fn coverage_is_read_from_the_font() {
        for character in "aÄЖΩ0\u{2212}\u{202f}".chars() {
            assert!(covers(SANS, 0, character), "{character}");
        }
        for character in "金ع\u{e24a}😀".chars() {
            assert!(!covers(SANS, 0, character), "{character}");
        }
        assert!(!covers(b"no font", 0, 'a'));
        assert!(!covers(&SANS[..400], 0, 'a'));
    }

    #[test]
    fn the_window_has_what_its_own_words_need() {
        let ctx = egui::Context::default();
        super::super::theme::install(&ctx);
        let text = "NPV 5 % C$649.2M → ≥ ≤ σ − × … “why?” · • 1 234,5";
        let mut has = Vec::new();
        let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
            has = [
                crate::ui::theme::body(),
                crate::ui::theme::strong(),
                crate::ui::theme::mono(),
            ]
            .map(|font| ui.fonts_mut(|fonts| fonts.has_glyphs(&font, text)))
            .into();
        });
        output.textures_delta.clear();
        assert_eq!(has, [true; 3]);
    }

    /// Names in scripts that the embedded fonts lack: what the system has is found, in few faces, and once.
    #[test]
    fn system_fonts_fill_the_gaps() {
        let mut system = SystemFonts::load();
        for name in ["منجم الذهب", "金矿项目", "सोना खान", "פרויקט"]
        {
            let characters: Vec<char> = name
                .chars()
                .filter(|&next| !covers(SANS, 0, next))
                .collect();
            let available = characters.iter().all(|&next| {
                system.database.faces().any(|face| {
                    system
                        .database
                        .with_face_data(face.id, |bytes, index| covers(bytes, index, next))
                        == Some(true)
                })
            });
            let faces = system.covering(&characters);
            if available {
                for &character in &characters {
                    let held = faces
                        .iter()
                        .any(|face| covers(&face.bytes, face.index, character));
                    assert!(held || faces.is_empty(), "{character} of {name}");
                }
            }
            assert!(faces.len() <= characters.len());
        }
    }

    #[test]
    fn a_supplied_face_is_used_from_the_next_frame_on() {
        let characters: Vec<char> = "金矿منجمसोना".chars().collect();
        let faces = SystemFonts::load().covering(&characters);
        let covered: Vec<char> = characters
            .into_iter()
            .filter(|&next| {
                let mut own = faces.iter();
                own.any(|face| covers(&face.bytes, face.index, next))
            })
            .collect();
        let ctx = egui::Context::default();
        super::super::theme::install(&ctx);
        let known = |ctx: &egui::Context| {
            let mut known = 0;
            let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
                let font = crate::ui::theme::body();
                known = covered
                    .iter()
                    .filter(|&&next| ui.fonts_mut(|fonts| fonts.has_glyph(&font, next)))
                    .count();
            });
            output.textures_delta.clear();
            known
        };
        assert_eq!(known(&ctx), 0);
        Demand::supply(&ctx, faces);
        assert_eq!(known(&ctx), covered.len());
    }

    #[test]
    fn a_missing_character_is_asked_for_once() {
        let ctx = egui::Context::default();
        super::super::theme::install(&ctx);
        let demand = Demand::watch(&ctx);
        let draw = |ctx: &egui::Context| {
            let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
                ui.label("金 Gold 金");
            });
            output.textures_delta.clear();
        };
        draw(&ctx);
        assert_eq!(demand.take(), ['金']);
        draw(&ctx);
        assert!(demand.take().is_empty());
    }
}
