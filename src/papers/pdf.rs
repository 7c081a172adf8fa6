//! A paper as a PDF that a screen reader can read: PDF/UA-1, with its structure, its language and an outline.

use std::collections::HashMap;
use std::num::NonZeroU16;

use chrono::{Datelike, Timelike};
use krilla::color::luma;
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{Path, PathBuilder, Point};
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, LineCap, LineJoin, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, Node, SpanTag, TableHeaderScope,
    Tag, TagGroup, TagKind, TagTree,
};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};

use super::setting::{DRAWING, Part, Piece, SIZE, Set, Setting, What};
use super::{Clause, Paper};

/// The PDF, or what is wrong with it as one for everybody.
pub fn of(paper: &Paper) -> Result<Vec<u8>, String> {
    let mut setting = Setting::new();
    setting.title(&paper.title, heading(1, &paper.title));
    for clause in &paper.clauses {
        set(&mut setting, clause);
    }
    setting.number();
    drawn(paper, &setting)
}

fn heading(level: u16, text: &str) -> TagKind {
    let level = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
    Tag::Hn(level, Some(text.to_owned())).into()
}

fn set(setting: &mut Setting, clause: &Clause) {
    match clause {
        Clause::Heading(text) => setting.heading(text, heading(2, text)),
        Clause::Paragraph(text) => setting.paragraph(text, Tag::P.into()),
        Clause::Points(points) => {
            let list = Tag::L(ListNumbering::Disc).into();
            let tags = [list, Tag::LI.into(), Tag::Lbl.into(), Tag::LBody.into()];
            setting.points(points, tags);
        }
        Clause::Facts(facts) => {
            let head = Tag::TH(TableHeaderScope::Row).into();
            let tags = [Tag::Table.into(), Tag::TR.into(), head, Tag::TD.into()];
            setting.facts(facts, tags);
        }
        Clause::Drawing { path, name } => {
            let alternative = format!("The signature of {name}");
            setting.drawing(path, Tag::Figure(Some(alternative)).into());
        }
    }
}

fn drawn(paper: &Paper, setting: &Setting) -> Result<Vec<u8>, String> {
    let wrong = |error: &dyn std::fmt::Debug| format!("{error:?}");
    let configuration = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| wrong(&error))?;
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });
    let mut leaves: Vec<Vec<Node>> = setting.parts.iter().map(|_| Vec::new()).collect();
    let mut fonts = HashMap::new();
    for number in 0..setting.pages() {
        let settings = PageSettings::from_wh(SIZE.0, SIZE.1).ok_or("the page has no size")?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for piece in setting.pieces.iter().filter(|piece| piece.page == number) {
            let leaf = draw(&mut surface, &setting.sets, piece, &mut fonts)?;
            if let Some(part) = piece.part {
                leaves[part].push(leaf.into());
            }
        }
        surface.finish();
        page.finish();
    }
    let mut outline = Outline::new();
    for mark in &setting.marks {
        let place = XyzDestination::new(mark.page, Point::from_xy(0.0, mark.y));
        outline.push_child(OutlineNode::new(mark.text.clone(), place));
    }
    document.set_outline(outline);
    document.set_tag_tree(TagTree::from(children(None, &setting.parts, &mut leaves)));
    document.set_metadata(metadata(paper));
    document.finish().map_err(|error| wrong(&error))
}

fn metadata(paper: &Paper) -> Metadata {
    let small = |number: u32| u8::try_from(number).unwrap_or_default();
    let at = DateTime::new(u16::try_from(paper.at.year()).unwrap_or_default())
        .month(small(paper.at.month()))
        .day(small(paper.at.day()))
        .hour(small(paper.at.hour()))
        .minute(small(paper.at.minute()))
        .second(small(paper.at.second()));
    Metadata::new()
        .title(paper.title.clone())
        .language("en-GB".to_owned())
        .document_id(paper.id.clone())
        .creation_date(at)
}

/// What belongs to a part, in reading order.
fn children(of: Option<usize>, parts: &[Part], leaves: &mut [Vec<Node>]) -> Vec<Node> {
    let below = parts.iter().enumerate().filter(|(_, part)| part.of == of);
    let below: Vec<(usize, TagKind)> = below.map(|(at, part)| (at, part.tag.clone())).collect();
    let group = |(at, tag): (usize, TagKind)| {
        let mut inner = std::mem::take(&mut leaves[at]);
        inner.extend(children(Some(at), parts, leaves));
        TagGroup::with_children(tag, inner).into()
    };
    below.into_iter().map(group).collect()
}

type Fonts = HashMap<u64, Font>;

fn draw(
    surface: &mut Surface<'_>,
    sets: &[Set],
    piece: &Piece,
    fonts: &mut Fonts,
) -> Result<Identifier, String> {
    let tag = match (&piece.what, piece.part) {
        (_, None) => ContentTag::Artifact(Artifact::with_kind(ArtifactType::PageNumber)),
        (What::Line { .. }, _) => ContentTag::Span(SpanTag::empty()),
        (What::Drawing(_), _) => ContentTag::Other,
    };
    let leaf = surface.start_tagged(tag);
    let done = match &piece.what {
        What::Line { set, line } => draw_line(surface, &sets[*set], *line, piece, fonts),
        What::Drawing(path) => {
            draw_path(surface, path, piece);
            Ok(())
        }
    };
    surface.end_tagged();
    done.map(|()| leaf)
}

/// A line, run by run in the order in which they are seen: right-to-left scripts have been turned already.
fn draw_line(
    surface: &mut Surface<'_>,
    set: &Set,
    line: usize,
    piece: &Piece,
    fonts: &mut Fonts,
) -> Result<(), String> {
    let line = set.layout.get(line).ok_or("a line is missing")?;
    let (mut x, y) = (
        piece.x + line.metrics().offset,
        piece.y + line.metrics().baseline,
    );
    surface.set_stroke(None);
    surface.set_fill(Some(Fill::default()));
    for run in line.runs() {
        let data = run.font().clone();
        let index = data.index;
        let (data, id) = data.data.into_raw_parts();
        let font = match fonts.get(&id) {
            Some(font) => font.clone(),
            None => {
                let font = Font::new(data.into(), index).ok_or("a font cannot be read")?;
                fonts.entry(id).or_insert(font).clone()
            }
        };
        let (size, start) = (run.font_size(), x);
        let mut glyphs: Vec<KrillaGlyph> = Vec::new();
        for cluster in run.visual_clusters() {
            if cluster.is_ligature_continuation() {
                if let Some(glyph) = glyphs.last_mut() {
                    let whole = cluster.text_range();
                    glyph.text_range.start = glyph.text_range.start.min(whole.start);
                    glyph.text_range.end = glyph.text_range.end.max(whole.end);
                }
                continue;
            }
            for glyph in cluster.glyphs() {
                glyphs.push(KrillaGlyph::new(
                    GlyphId::new(glyph.id),
                    glyph.advance / size,
                    glyph.x / size,
                    glyph.y / size,
                    0.0,
                    cluster.text_range(),
                    None,
                ));
                x += glyph.advance;
            }
        }
        let from = Point::from_xy(start, y);
        surface.draw_glyphs(from, &glyphs, font, &set.text, size, false);
    }
    Ok(())
}

fn draw_path(surface: &mut Surface<'_>, path: &str, piece: &Piece) {
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke {
        paint: luma::Color::black().into(),
        width: 1.4,
        line_cap: LineCap::Round,
        line_join: LineJoin::Round,
        ..Stroke::default()
    }));
    if let Some(path) = traced(path, (piece.x, piece.y)) {
        surface.draw_path(&path);
    }
}

/// The lines of a signature: `M` begins one, `L` goes on.
fn traced(path: &str, (left, top): (f32, f32)) -> Option<Path> {
    let mut builder = PathBuilder::new();
    let mut words = path.split_whitespace();
    while let (Some(first), Some(second)) = (words.next(), words.next()) {
        let (verb, x) = first.split_at_checked(1)?;
        let x = left + DRAWING * x.parse::<f32>().ok()?;
        let y = top + DRAWING * second.parse::<f32>().ok()?;
        match verb {
            "M" => builder.move_to(x, y),
            _ => builder.line_to(x, y),
        }
    }
    builder.finish()
}
