//! Text set in lines and pages: which line stands where, and what it is a part of. Nothing is drawn here.

use krilla::tagging::TagKind;
use parley::{
    Alignment, AlignmentOptions, FontFamily, FontWeight, Layout, LayoutContext, LineHeight,
    StyleProperty,
};

use super::fonts::{FAMILY, Fonts};

/// A4, in points.
pub const SIZE: (f32, f32) = (595.0, 842.0);
const MARGIN: f32 = 62.0;
const WIDTH: f32 = SIZE.0 - 2.0 * MARGIN;
const BOTTOM: f32 = SIZE.1 - 72.0;
/// Where the number of a page stands.
const FOOT: f32 = SIZE.1 - 48.0;
const BODY: f32 = 12.0;
const TERM: f32 = 150.0;
const INDENT: f32 = 18.0;
/// A drawing of 1000 by 300 is drawn at this scale.
pub const DRAWING: f32 = 0.22;

/// A text set in lines.
pub struct Set {
    /// The text as it is drawn.
    pub text: String,
    /// Its lines.
    pub layout: Layout<[u8; 4]>,
}

/// What is drawn.
pub enum What {
    /// A line of a set text.
    Line {
        /// Which text.
        set: usize,
        /// Which line of it.
        line: usize,
    },
    /// A drawing, as SVG writes it.
    Drawing(String),
}

/// Something in its place.
pub struct Piece {
    /// On which page.
    pub page: usize,
    /// How far from the left.
    pub x: f32,
    /// How far from the top: of a line the top of its text, so that the line's own place is added to it.
    pub y: f32,
    /// What it is.
    pub what: What,
    /// What it is a part of; nothing for a page's number.
    pub part: Option<usize>,
}

/// A part of the structure that a screen reader is told.
pub struct Part {
    /// What it is.
    pub tag: TagKind,
    /// Of which other part it is one.
    pub of: Option<usize>,
}

/// A heading, for the outline.
pub struct Mark {
    /// Its text.
    pub text: String,
    /// On which page.
    pub page: usize,
    /// How far from the top.
    pub y: f32,
}

/// Sets text.
pub struct Setting {
    fonts: Fonts,
    scratch: LayoutContext<[u8; 4]>,
    /// The texts.
    pub sets: Vec<Set>,
    /// What is drawn, in reading order.
    pub pieces: Vec<Piece>,
    /// The structure.
    pub parts: Vec<Part>,
    /// The outline.
    pub marks: Vec<Mark>,
    page: usize,
    y: f32,
}

impl Setting {
    /// An empty first page.
    pub fn new() -> Self {
        Self {
            fonts: Fonts::new(),
            scratch: LayoutContext::new(),
            sets: Vec::new(),
            pieces: Vec::new(),
            parts: Vec::new(),
            marks: Vec::new(),
            page: 0,
            y: MARGIN,
        }
    }

    /// How many pages there are.
    pub fn pages(&self) -> usize {
        self.page + 1
    }

    fn set(&mut self, text: &str, size: f32, weight: FontWeight, width: f32) -> usize {
        let text = self.fonts.drawable(text);
        let mut builder = self
            .scratch
            .ranged_builder(&mut self.fonts.context, &text, 1.0, false);
        builder.push_default(StyleProperty::FontFamily(FontFamily::named(FAMILY)));
        builder.push_default(StyleProperty::FontSize(size));
        builder.push_default(StyleProperty::FontWeight(weight));
        builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(
            1.45,
        )));
        let mut layout = builder.build(&text);
        layout.break_all_lines(Some(width));
        layout.align(Alignment::Start, AlignmentOptions::default());
        self.sets.push(Set { text, layout });
        self.sets.len() - 1
    }

    fn part(&mut self, tag: impl Into<TagKind>, of: Option<usize>) -> usize {
        let tag = tag.into();
        self.parts.push(Part { tag, of });
        self.parts.len() - 1
    }

    /// A part with a text of its own: read out as it was written, whatever letters the fonts have.
    fn spoken(&mut self, tag: impl Into<TagKind>, of: Option<usize>, text: &str) -> usize {
        let mut tag = tag.into();
        if self.fonts.drawable(text) != text {
            tag.set_actual_text(Some(text.to_owned()));
        }
        self.part(tag, of)
    }

    fn turn(&mut self) {
        self.page += 1;
        self.y = MARGIN;
    }

    /// Room for so much, or a new page.
    pub fn room(&mut self, height: f32) {
        if self.y + height > BOTTOM && self.y > MARGIN {
            self.turn();
        }
    }

    /// White space.
    pub fn skip(&mut self, height: f32) {
        self.y += height;
    }

    /// Places the lines of a text one below the other, on as many pages as they need.
    fn flow(&mut self, set: usize, x: f32, part: usize) {
        let heights: Vec<(f32, f32)> = self.sets[set]
            .layout
            .lines()
            .map(|line| (line.metrics().block_min_coord, line.metrics().line_height))
            .collect();
        for (line, (top, height)) in heights.into_iter().enumerate() {
            self.room(height);
            self.pieces.push(Piece {
                page: self.page,
                x,
                y: self.y - top,
                what: What::Line { set, line },
                part: Some(part),
            });
            self.y += height;
        }
    }

    /// The title.
    pub fn title(&mut self, text: &str, tag: TagKind) {
        self.heading_of(text, 22.0, tag);
        self.skip(8.0);
    }

    /// A heading, which keeps to what follows it.
    pub fn heading(&mut self, text: &str, tag: TagKind) {
        self.skip(14.0);
        self.room(80.0);
        self.heading_of(text, 15.0, tag);
        self.skip(4.0);
    }

    fn heading_of(&mut self, text: &str, size: f32, tag: TagKind) {
        let set = self.set(text, size, FontWeight::BOLD, WIDTH);
        let part = self.spoken(tag, None, text);
        self.marks.push(Mark {
            text: text.to_owned(),
            page: self.page,
            y: self.y,
        });
        self.flow(set, MARGIN, part);
    }

    /// A paragraph.
    pub fn paragraph(&mut self, text: &str, tag: TagKind) {
        let set = self.set(text, BODY, FontWeight::NORMAL, WIDTH);
        let part = self.spoken(tag, None, text);
        self.flow(set, MARGIN, part);
        self.skip(7.0);
    }

    /// A list: its tag, then those of an item, its sign and its words.
    pub fn points(&mut self, points: &[String], [list, item, label, body]: [TagKind; 4]) {
        let list = self.part(list, None);
        for point in points {
            let item = self.part(item.clone(), Some(list));
            let sign = self.set("•", BODY, FontWeight::NORMAL, INDENT);
            let set = self.set(point, BODY, FontWeight::NORMAL, WIDTH - INDENT);
            self.room(BODY * 1.45);
            let (page, y) = (self.page, self.y);
            let label = self.part(label.clone(), Some(item));
            self.flow(sign, MARGIN + 4.0, label);
            (self.page, self.y) = (page, y);
            let body = self.spoken(body.clone(), Some(item), point);
            self.flow(set, MARGIN + INDENT, body);
            self.skip(4.0);
        }
        self.skip(3.0);
    }

    /// A table of two columns: its tag, then those of a row, of what is named and of what it is.
    pub fn facts(&mut self, facts: &[(String, String)], [table, row, head, cell]: [TagKind; 4]) {
        let table = self.part(table, None);
        for (name, value) in facts {
            let row = self.part(row.clone(), Some(table));
            let term = self.set(name, BODY, FontWeight::BOLD, TERM - 12.0);
            let set = self.set(value, BODY, FontWeight::NORMAL, WIDTH - TERM);
            let height = self.sets[term].layout.height();
            self.room(height);
            let (page, y) = (self.page, self.y);
            let head = self.spoken(head.clone(), Some(row), name);
            self.flow(term, MARGIN, head);
            let end = (self.page, self.y);
            (self.page, self.y) = (page, y);
            let cell = self.spoken(cell.clone(), Some(row), value);
            self.flow(set, MARGIN + TERM, cell);
            if (self.page, self.y) < end {
                (self.page, self.y) = end;
            }
            self.skip(4.0);
        }
        self.skip(3.0);
    }

    /// A drawing.
    pub fn drawing(&mut self, path: &str, tag: TagKind) {
        let height = 300.0 * DRAWING;
        self.room(height);
        let part = self.part(tag, None);
        self.pieces.push(Piece {
            page: self.page,
            x: MARGIN,
            y: self.y,
            what: What::Drawing(path.to_owned()),
            part: Some(part),
        });
        self.skip(height + 7.0);
    }

    /// Writes on each page which one it is.
    pub fn number(&mut self) {
        let pages = self.pages();
        for page in 0..pages {
            let text = format!("Page {} of {pages}", page + 1);
            let set = self.set(&text, 10.0, FontWeight::NORMAL, WIDTH);
            self.pieces.push(Piece {
                page,
                x: MARGIN,
                y: FOOT,
                what: What::Line { set, line: 0 },
                part: None,
            });
        }
    }
}
