//! How figures are drawn. Pure: the same figures give the same picture.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::values::shortened;

/// What is drawn.
#[derive(Debug)]
pub enum Drawing {
    /// Percentages by month as lines, and below them how many answers they are of.
    Trend(Vec<Point>),
    /// Parts of wholes, a bar for each.
    Bars(Vec<Bar>),
    /// Counts by row and column, the darker the more; each is written in its field.
    Grid {
        /// The names of the columns.
        columns: Vec<String>,
        /// The name of each row, and its counts.
        rows: Vec<(String, Vec<i64>)>,
    },
}

/// A month of a trend.
#[derive(Debug)]
pub struct Point {
    /// The month.
    pub label: String,
    /// How many answered.
    pub count: i64,
    /// How many of a hundred found it good, and how many poor; nothing where nobody answered.
    pub percentages: Option<[f64; 2]>,
}

/// A part of a whole.
#[derive(Debug)]
pub struct Bar {
    /// What it is of.
    pub label: String,
    /// How many there are.
    pub whole: i64,
    /// How many of them count.
    pub part: i64,
    /// The figures as words, beside it.
    pub says: String,
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Failed = DrawingAreaErrorKind<std::io::Error>;
type Drawn = Result<(), Failed>;

/// Sizes in pixels.
const WIDTH: u32 = 960;
const ROW: u32 = 32;
const MARGIN: i32 = 16;
/// How much of a row's width its name gets.
const NAMES: i32 = 280;
/// How many bars, rows or columns a picture has at the most; the table has all.
pub const MOST_ROWS: usize = 30;
pub const MOST_COLUMNS: usize = 12;

// Each stands out from white by 4.5 to 1 or more, but for what is only in the background.
const INK: RGBColor = RGBColor(33, 43, 50);
const BLUE: RGBColor = RGBColor(0, 94, 184);
const RED: RGBColor = RGBColor(165, 20, 60);
const PALE: RGBColor = RGBColor(200, 208, 213);

/// The drawing as SVG.
pub fn svg(drawing: &Drawing) -> Result<String, Failed> {
    let rows = |count: usize| u32::try_from(count.clamp(1, MOST_ROWS)).unwrap_or(1) * ROW;
    let height = match drawing {
        Drawing::Trend(_) => 520,
        Drawing::Bars(bars) => rows(bars.len()) + 32 + ROW,
        Drawing::Grid { rows: lines, .. } => rows(lines.len()) + 32 + 3 * ROW,
    };
    let mut written = String::new();
    {
        let area = SVGBackend::with_string(&mut written, (WIDTH, height)).into_drawing_area();
        area.fill(&WHITE)?;
        match drawing {
            Drawing::Trend(points) if !points.is_empty() => trend(&area, points)?,
            Drawing::Bars(bars) if !bars.is_empty() => bars_of(&area, bars)?,
            Drawing::Grid { columns, rows } if !rows.is_empty() && !columns.is_empty() => {
                grid(&area, columns, rows)?;
            }
            _ => text(
                &area,
                "There is nothing to show.",
                (MARGIN, 40),
                HPos::Left,
                &INK,
            )?,
        }
        area.present()?;
    }
    Ok(written)
}

/// Two marks, so that the lines are told apart without their colours.
#[derive(Clone, Copy)]
enum Mark {
    Dot,
    Square,
}

const SERIES: [(&str, RGBColor, Mark); 2] = [
    ("very good or good", BLUE, Mark::Dot),
    ("poor or very poor", RED, Mark::Square),
];

fn trend(area: &Area<'_>, points: &[Point]) -> Drawn {
    let (key, charts) = area.split_vertically(36);
    for (at, (name, colour, sign)) in SERIES.iter().enumerate() {
        let x = 80 + 240 * i32::try_from(at).unwrap_or(0);
        mark(&key, (x, 18), *sign, colour)?;
        text(&key, name, (x + 14, 18), HPos::Left, &INK)?;
    }
    let (upper, lower) = charts.split_vertically(300);
    let across = -0.5..points.len() as f64 - 0.5;
    let label = |at: &f64| {
        let whole = (at.fract().abs() < f64::EPSILON && *at >= 0.0).then_some(*at as usize);
        let point = whole.and_then(|at| points.get(at));
        point.map(|point| point.label.clone()).unwrap_or_default()
    };
    let style = ("sans-serif", 15).into_font().color(&INK);

    let mut chart = ChartBuilder::on(&upper)
        .margin(MARGIN)
        .y_label_area_size(64)
        .build_cartesian_2d(across.clone(), 0.0..100.0)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .disable_x_axis()
        .light_line_style(TRANSPARENT)
        .bold_line_style(PALE)
        .y_desc("Percentage")
        .y_labels(6)
        .y_label_formatter(&|value| format!("{value:.0} %"))
        .label_style(style.clone())
        .draw()?;
    for (series, (_, colour, sign)) in SERIES.iter().enumerate() {
        let at = |(index, point): (usize, &Point)| {
            point
                .percentages
                .map(|percentages| (index as f64, percentages[series]))
        };
        let places: Vec<Option<(f64, f64)>> = points.iter().enumerate().map(at).collect();
        // A month without answers breaks the line: nothing is drawn that nobody said.
        for run in places.split(Option::is_none) {
            let run = run.iter().flatten().copied();
            chart.draw_series(LineSeries::new(run, colour.stroke_width(3)))?;
        }
        for place in places.iter().flatten() {
            let (x, y) = chart.backend_coord(place);
            let (left, top) = upper.get_base_pixel();
            mark(&upper, (x - left, y - top), *sign, colour)?;
        }
    }

    let most = points
        .iter()
        .map(|point| point.count)
        .max()
        .unwrap_or(0)
        .max(1);
    let mut chart = ChartBuilder::on(&lower)
        .margin(MARGIN)
        .y_label_area_size(64)
        .x_label_area_size(32)
        .build_cartesian_2d(across, 0.0..most as f64 * 1.25)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(PALE)
        .y_desc("Responses")
        .y_labels(3)
        .y_label_formatter(&|value| format!("{value:.0}"))
        .x_labels(points.len().min(MOST_COLUMNS) + 1)
        .x_label_formatter(&label)
        .label_style(style)
        .draw()?;
    let bar = |(at, point): (usize, &Point)| {
        let (at, count) = (at as f64, point.count as f64);
        Rectangle::new([(at - 0.35, 0.0), (at + 0.35, count)], PALE.filled())
    };
    chart.draw_series(points.iter().enumerate().map(bar))?;
    // Each bar says its count, as long as there is room for it.
    if points.len() <= 2 * MOST_COLUMNS {
        for (at, point) in points.iter().enumerate() {
            let (x, y) = chart.backend_coord(&(at as f64, point.count as f64));
            let (left, top) = lower.get_base_pixel();
            let place = (x - left, y - top - 9);
            text(&lower, &point.count.to_string(), place, HPos::Center, &INK)?;
        }
    }
    Ok(())
}

fn bars_of(area: &Area<'_>, bars: &[Bar]) -> Drawn {
    let longest = bars.iter().map(|bar| bar.whole).max().unwrap_or(0).max(1);
    let (from, room) = (NAMES + 8, 340_i64);
    let along = |count: i64| from + i32::try_from(count * room / longest).unwrap_or(0);
    for (at, bar) in bars.iter().take(MOST_ROWS).enumerate() {
        let top = MARGIN + i32::try_from(at).unwrap_or(0) * ROW as i32;
        let middle = top + ROW as i32 / 2;
        text(
            area,
            &shortened(&bar.label, 34),
            (NAMES, middle),
            HPos::Right,
            &INK,
        )?;
        let rectangle = |until, style: ShapeStyle| {
            Rectangle::new([(from, top + 4), (until, top + ROW as i32 - 4)], style)
        };
        area.draw(&rectangle(along(bar.whole), PALE.filled()))?;
        area.draw(&rectangle(along(bar.part), BLUE.filled()))?;
        let after = along(bar.whole) + 8;
        text(
            area,
            &shortened(&bar.says, 44),
            (after, middle),
            HPos::Left,
            &INK,
        )?;
    }
    rest(area, bars.len(), MOST_ROWS, "more are in the table")
}

fn grid(area: &Area<'_>, columns: &[String], rows: &[(String, Vec<i64>)]) -> Drawn {
    let shown = columns.len().min(MOST_COLUMNS);
    let wide = (WIDTH as i32 - NAMES - 2 * MARGIN) / i32::try_from(shown).unwrap_or(1).max(1);
    let wide = wide.min(160);
    let left = |at: usize| NAMES + 8 + i32::try_from(at).unwrap_or(0) * wide;
    let most = rows.iter().flat_map(|(_, counts)| counts).max();
    let most = most.copied().unwrap_or(0).max(1);
    // A name of several words takes two lines above its column.
    let letters = usize::try_from(wide / 8).unwrap_or(1);
    for (at, name) in columns.iter().take(shown).enumerate() {
        let middle = left(at) + wide / 2;
        for (line, words) in two_lines(name, letters).iter().enumerate() {
            let down = MARGIN + 10 + i32::try_from(line).unwrap_or(0) * 20;
            text(area, words, (middle, down), HPos::Center, &INK)?;
        }
    }
    for (at, (name, counts)) in rows.iter().take(MOST_ROWS).enumerate() {
        let top = MARGIN + 48 + i32::try_from(at).unwrap_or(0) * ROW as i32;
        let middle = top + ROW as i32 / 2;
        text(
            area,
            &shortened(name, 34),
            (NAMES, middle),
            HPos::Right,
            &INK,
        )?;
        for (at, count) in counts.iter().take(shown).enumerate() {
            let field = [
                (left(at), top + 1),
                (left(at) + wide - 2, top + ROW as i32 - 1),
            ];
            let strength = *count as f64 / most as f64;
            let style = BLUE.mix(strength).filled();
            area.draw(&Rectangle::new(field, style))?;
            let colour = if strength > 0.55 { WHITE } else { INK };
            let place = (left(at) + wide / 2, middle);
            text(area, &count.to_string(), place, HPos::Center, &colour)?;
        }
    }
    match columns.len() > MOST_COLUMNS {
        true => rest(
            area,
            columns.len(),
            MOST_COLUMNS,
            "more columns are in the table",
        ),
        false => rest(area, rows.len(), MOST_ROWS, "more are in the table"),
    }
}

/// Says what there was no room for.
fn rest(area: &Area<'_>, all: usize, shown: usize, says: &str) -> Drawn {
    let Some(more) = all.checked_sub(shown).filter(|more| *more > 0) else {
        return Ok(());
    };
    let (_, height) = area.dim_in_pixel();
    let bottom = i32::try_from(height).unwrap_or(0) - ROW as i32 / 2;
    text(
        area,
        &format!("{more} {says}"),
        (MARGIN, bottom),
        HPos::Left,
        &INK,
    )
}

fn mark(area: &Area<'_>, at: (i32, i32), mark: Mark, colour: &RGBColor) -> Drawn {
    match mark {
        Mark::Dot => area.draw(&Circle::new(at, 6, colour.filled())),
        Mark::Square => {
            let corners = [(at.0 - 5, at.1 - 5), (at.0 + 5, at.1 + 5)];
            area.draw(&Rectangle::new(corners, colour.filled()))
        }
    }
}

fn text(area: &Area<'_>, words: &str, at: (i32, i32), side: HPos, colour: &RGBColor) -> Drawn {
    let style = ("sans-serif", 15).into_font().color(colour);
    let style = style.pos(Pos::new(side, VPos::Center));
    area.draw(&Text::new(words.to_owned(), at, style))
}

/// Words in one or two lines, as long as there is room for.
fn two_lines(words: &str, letters: usize) -> Vec<String> {
    if words.chars().count() <= letters {
        return vec![words.to_owned()];
    }
    let mut first = String::new();
    let mut parts = words.split(' ').peekable();
    while let Some(part) = parts.peek() {
        if first.chars().count() + part.chars().count() >= letters && !first.is_empty() {
            break;
        }
        if !first.is_empty() {
            first.push(' ');
        }
        first.push_str(part);
        parts.next();
    }
    let second: Vec<&str> = parts.collect();
    match second.is_empty() {
        true => vec![shortened(&first, letters)],
        false => vec![
            shortened(&first, letters),
            shortened(&second.join(" "), letters),
        ],
    }
}
