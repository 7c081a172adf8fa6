//! The fonts, which come with the service: what is drawn does not depend on where it runs.

use std::sync::Arc;

use parley::fontique::{Blob, Charmap, Collection, CollectionOptions, FontInfoOverride};
use parley::{FontContext, FontWeight};

/// The name under which they are known.
pub const FAMILY: &str = "Paper";
/// What stands in the place of a letter that none of them has.
const UNKNOWN: char = '\u{FFFD}';

type Bytes = fn() -> &'static [u8];

/// Each font with its weight.
const WEIGHTS: [(Bytes, FontWeight); 2] = [
    (dejavu::sans::regular, FontWeight::NORMAL),
    (dejavu::sans::bold, FontWeight::BOLD),
];

/// The fonts of one paper.
pub struct Fonts {
    /// As the typesetter wants them.
    pub context: FontContext,
}

impl Fonts {
    /// The fonts.
    pub fn new() -> Self {
        let options = CollectionOptions {
            shared: false,
            system_fonts: false,
        };
        let mut collection = Collection::new(options);
        for (font, weight) in WEIGHTS {
            let named = FontInfoOverride {
                family_name: Some(FAMILY),
                weight: Some(weight),
                ..FontInfoOverride::default()
            };
            collection.register_fonts(Blob::new(Arc::new(font())), Some(named));
        }
        let context = FontContext {
            collection,
            source_cache: Default::default(),
        };
        Self { context }
    }

    /// The text with a sign in the place of each letter that no font here has.
    pub fn drawable(&mut self, text: &str) -> String {
        let family = self.context.collection.family_by_name(FAMILY);
        let fonts = family.as_ref().map(|family| family.fonts());
        let fonts = fonts.unwrap_or_default();
        // Of headings and of text alike: both fonts have to have it.
        let charmaps = WEIGHTS.map(|(font, weight)| {
            let found = fonts.iter().find(|one| one.weight() == weight)?;
            found.charmap_index().charmap(font())
        });
        let known = |c: char| {
            let private = matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..);
            let has = |map: &Option<Charmap<'_>>| {
                let glyph = map.as_ref().and_then(|map| map.map(c));
                glyph.is_some_and(|glyph| glyph != 0)
            };
            !private && charmaps.iter().all(has)
        };
        // Joiners and marks of direction are seen by their effect only.
        let silent = |c: char| matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{200B}'..='\u{200D}' | '\u{2060}');
        let drawn = text.chars().filter(|c| known(*c) || !silent(*c));
        drawn.map(|c| if known(c) { c } else { UNKNOWN }).collect()
    }
}
