//! Reads a file of responses while it arrives. Every field that is wrong is told with its line; what it said is not
//! repeated.

use std::borrow::Cow;

use chrono::NaiveDate;
use csv_core::ReadRecordResult;
use serde::{Deserialize, Deserializer};

use super::batch::{Batch, Rejection};
use super::blocks::Response;
use super::judge::{Judge, Said};
use super::places::Places;
use crate::http::Problem;

/// The columns of a file, in this order; a last one, `touchpoint`, may follow.
pub const HEADER: [&str; 7] = [
    "responded_on",
    "setting",
    "organisation_code",
    "site_code",
    "ward_name",
    "score",
    "mode",
];
/// The column of maternity care.
const TOUCHPOINT: &str = "touchpoint";
/// Columns at the most.
const COLUMNS: usize = HEADER.len() + 1;
/// Bytes in a row at the most.
const LONGEST: usize = 8 * 1024;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values with a header.
    Csv,
    /// A JSON object on each line.
    Ndjson,
}

/// A file as far as it has been read.
pub struct Reading {
    format: Format,
    rows: Rows,
    judge: Judge,
    /// What was read of it.
    pub batch: Batch,
}

/// Where in the file the reading is.
struct Rows {
    csv: csv_core::Reader,
    row: Vec<u8>,
    ends: [usize; COLUMNS + 1],
    filled: usize,
    cells: usize,
    line: u64,
    header: Option<usize>,
    /// A carriage return at the end of what came, of which it is not known whether a line ends there.
    held: bool,
    begun: bool,
}

impl Reading {
    /// Begins to read. Nobody has answered later than tomorrow, by the clocks of England.
    pub fn begin(format: Format, places: Places, today: NaiveDate) -> Self {
        Self {
            format,
            batch: Batch::new(places.len()),
            rows: Rows {
                csv: csv_core::Reader::new(),
                row: vec![0; LONGEST],
                ends: [0; COLUMNS + 1],
                filled: 0,
                cells: 0,
                line: 1,
                header: None,
                held: false,
                begun: false,
            },
            judge: Judge::new(places, today),
        }
    }

    /// Takes the next bytes.
    pub fn take(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        // Nothing says nothing of what is held either.
        if self.batch.unreadable || bytes.is_empty() {
            return Ok(());
        }
        let bytes = self.rows.plain(bytes);
        match self.format {
            Format::Csv => self.take_csv(&bytes),
            Format::Ndjson => self.take_lines(&bytes),
        }
    }

    /// The file is over.
    pub fn end(mut self) -> Result<(Batch, Places), Problem> {
        if !self.batch.unreadable {
            match self.format {
                Format::Csv => self.csv_ends()?,
                Format::Ndjson => self.line_ends()?,
            }
            if self.format == Format::Csv && self.rows.header.is_none() && !self.batch.unreadable {
                self.unreadable(1, HEADER_NEEDED);
            }
        }
        let places = self.judge.into_places();
        self.batch.end(&places)?;
        Ok((self.batch, places))
    }

    fn unreadable(&mut self, line: u64, reason: &'static str) {
        self.batch.unreadable = true;
        self.batch.rows += 1;
        self.batch.refuse(&[Rejection {
            line,
            field: "row",
            code: "unreadable",
            reason,
        }]);
    }

    fn take_csv(&mut self, mut bytes: &[u8]) -> Result<(), Problem> {
        // To the reader, an empty piece is the end.
        while !bytes.is_empty() {
            let rows = &mut self.rows;
            let (result, read, written, ended) = rows.csv.read_record(
                bytes,
                &mut rows.row[rows.filled..],
                &mut rows.ends[rows.cells..],
            );
            bytes = &bytes[read..];
            rows.filled += written;
            rows.cells += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::End => return Ok(()),
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    let line = self.rows.csv.line();
                    self.unreadable(
                        line,
                        "a row has up to 8 columns and 8 KiB; is a quotation mark not closed?",
                    );
                    return Ok(());
                }
                ReadRecordResult::Record => self.record()?,
            }
            if self.batch.unreadable {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The last row need not end in a line end. Where one does not end a row, a quotation mark is not closed.
    fn csv_ends(&mut self) -> Result<(), Problem> {
        self.take_csv(b"\n")?;
        if !self.batch.unreadable && (self.rows.filled, self.rows.cells) != (0, 0) {
            let within = self.rows.line_ends_within();
            let line = self.rows.csv.line().saturating_sub(within);
            self.unreadable(line, NOT_CLOSED);
        }
        Ok(())
    }

    /// A row of a CSV file has been read.
    fn record(&mut self) -> Result<(), Problem> {
        let Self {
            rows, judge, batch, ..
        } = self;
        let row = &rows.row[..rows.filled];
        // Names in quotes may go over several lines.
        let within = rows.line_ends_within();
        let line = rows.csv.line().saturating_sub(within + 1);
        let mut cells: [&[u8]; COLUMNS] = [b""; COLUMNS];
        let count = rows.cells;
        let mut start = 0;
        for (cell, end) in cells.iter_mut().zip(&rows.ends[..count]) {
            *cell = &row[start..*end];
            start = *end;
        }
        let header = rows.header;
        let cells_are_header = || {
            let named = HEADER.iter().map(|name| name.as_bytes());
            count >= HEADER.len()
                && named.eq(cells[..HEADER.len()].iter().copied())
                && (count == HEADER.len() || cells[HEADER.len()] == TOUCHPOINT.as_bytes())
        };
        match header {
            None if cells_are_header() => rows.header = Some(count),
            None => {
                self.unreadable(1, HEADER_NEEDED);
                return Ok(());
            }
            // What was swallowed with it would be gone without being counted.
            Some(columns) if columns != count && within > 0 => {
                self.unreadable(line, NOT_CLOSED);
                return Ok(());
            }
            Some(columns) if columns == count => {
                let [
                    responded_on,
                    setting,
                    organisation,
                    site,
                    ward,
                    score,
                    mode,
                    touchpoint,
                ] = cells;
                let said = Said {
                    responded_on,
                    setting,
                    organisation,
                    site,
                    ward,
                    score,
                    mode,
                    touchpoint,
                };
                match judge.response(line, &said) {
                    None if within > 0 => {
                        self.unreadable(line, NOT_CLOSED);
                        return Ok(());
                    }
                    judged => decide(judge, judged, batch)?,
                }
            }
            Some(_) => {
                batch.rows += 1;
                batch.refuse(&[Rejection {
                    line,
                    field: "row",
                    code: "columns",
                    reason: "a row has as many columns as the header",
                }]);
            }
        }
        (self.rows.filled, self.rows.cells) = (0, 0);
        Ok(())
    }

    fn take_lines(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (text, ends) = match piece.strip_suffix(b"\n") {
                Some(text) => (text, true),
                None => (piece, false),
            };
            let rows = &mut self.rows;
            let Some(room) = rows.row.get_mut(rows.filled..rows.filled + text.len()) else {
                let line = rows.line;
                self.unreadable(line, "a line has up to 8 KiB");
                return Ok(());
            };
            room.copy_from_slice(text);
            rows.filled += text.len();
            if ends {
                self.line_ends()?;
                self.rows.line += 1;
            }
        }
        Ok(())
    }

    fn line_ends(&mut self) -> Result<(), Problem> {
        let Self {
            rows, judge, batch, ..
        } = self;
        let text = &rows.row[..std::mem::take(&mut rows.filled)];
        if text.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        // To serde, a list is a row too.
        let is_object = text.trim_ascii_start().starts_with(b"{");
        match serde_json::from_slice::<Spoken<'_>>(text) {
            Ok(spoken) if is_object => {
                let judged = judge.response(rows.line, &spoken.said());
                decide(judge, judged, batch)
            }
            _ => {
                batch.rows += 1;
                batch.refuse(&[Rejection {
                    line: rows.line,
                    field: "row",
                    code: "unreadable",
                    reason: "a JSON object with the fields of the CSV file is needed, as text or numbers, and no others",
                }]);
                Ok(())
            }
        }
    }
}

const NOT_CLOSED: &str = "a row goes over several lines; is a quotation mark not closed?";

const HEADER_NEEDED: &str = "the first line has to be \
    responded_on,setting,organisation_code,site_code,ward_name,score,mode, and may go on with ,touchpoint";

impl Rows {
    /// How many lines end within the row that is being read.
    fn line_ends_within(&self) -> u64 {
        let row = &self.row[..self.filled];
        row.iter().filter(|byte| **byte == b'\n').count() as u64
    }

    /// The bytes without what spreadsheets add: a byte order mark, and carriage returns at the ends of lines.
    fn plain<'a>(&mut self, mut bytes: &'a [u8]) -> Cow<'a, [u8]> {
        if !std::mem::replace(&mut self.begun, true) {
            bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        }
        if !self.held && !bytes.contains(&b'\r') {
            return Cow::Borrowed(bytes);
        }
        let mut plain = Vec::with_capacity(bytes.len() + 1);
        if std::mem::take(&mut self.held) && bytes.first() != Some(&b'\n') {
            plain.push(b'\r');
        }
        let mut rest = bytes;
        while let Some(at) = rest.iter().position(|byte| *byte == b'\r') {
            plain.extend_from_slice(&rest[..at]);
            rest = &rest[at + 1..];
            match rest.first() {
                None => self.held = true,
                Some(b'\n') => {}
                Some(_) => plain.push(b'\r'),
            }
        }
        plain.extend_from_slice(rest);
        Cow::Owned(plain)
    }
}

/// A row as JSON. Both spellings of the fields are taken: that of the files, and that of this service.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Spoken<'a> {
    #[serde(borrow, alias = "respondedOn", default)]
    responded_on: Cell<'a>,
    #[serde(borrow, default)]
    setting: Cell<'a>,
    #[serde(borrow, alias = "organisationCode", default)]
    organisation_code: Cell<'a>,
    #[serde(borrow, alias = "siteCode", default)]
    site_code: Cell<'a>,
    #[serde(borrow, alias = "wardName", default)]
    ward_name: Cell<'a>,
    #[serde(borrow, default)]
    score: Cell<'a>,
    #[serde(borrow, default)]
    mode: Cell<'a>,
    #[serde(borrow, default)]
    touchpoint: Cell<'a>,
}

impl Spoken<'_> {
    fn said(&self) -> Said<'_> {
        Said {
            responded_on: self.responded_on.0.as_bytes(),
            setting: self.setting.0.as_bytes(),
            organisation: self.organisation_code.0.as_bytes(),
            site: self.site_code.0.as_bytes(),
            ward: self.ward_name.0.as_bytes(),
            score: self.score.0.as_bytes(),
            mode: self.mode.0.as_bytes(),
            touchpoint: self.touchpoint.0.as_bytes(),
        }
    }
}

/// Text, a whole number, or nothing.
#[derive(Default)]
struct Cell<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Cell<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Cell<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("text, a whole number or null")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Cell<'de>, E> {
                Ok(Cell(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Cell<'de>, E> {
                Ok(Cell(Cow::Owned(text.to_owned())))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Cell<'de>, E> {
                Ok(Cell(Cow::Owned(number.to_string())))
            }

            fn visit_unit<E>(self) -> Result<Cell<'de>, E> {
                Ok(Cell::default())
            }
        }

        from.deserialize_any(Visitor)
    }
}

/// Takes a row, or tells every field of it that is wrong.
fn decide(judge: &Judge, judged: Option<Response>, batch: &mut Batch) -> Result<(), Problem> {
    batch.rows += 1;
    match judged {
        Some(response) => batch.take(&response, judge.places()),
        None => {
            batch.refuse(judge.wrong());
            Ok(())
        }
    }
}
