//! Files of comma-separated values (RFC 4180), written while they are sent.
//!
//! A spreadsheet runs a cell that begins like a formula. Such a cell gets an apostrophe in front, which
//! spreadsheets take for "this is text". To have back what was stored, take one apostrophe away from every
//! cell where what follows it begins like a formula; [`plain`] does. A cell that was stored with an
//! apostrophe before such a text gets a second one, so nothing is taken away that was not added.

use std::borrow::Cow;

use actix_web::body::BoxBody;
use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, Responder};
use futures_util::{Stream, StreamExt, stream};

use super::frame::accepts;
use super::problem::{Problem, types};
use super::respond::{PRIVATE, VARY};

/// The media type of what is sent.
pub const CSV: &str = "text/csv; charset=utf-8";

/// Whether a spreadsheet would run it: the first thing in it that counts, after blanks and quotes, begins a
/// formula, or it begins with a blank that some of them take for the beginning of a cell.
fn runs(cell: &str) -> bool {
    let skipped =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\'' | '"' | '\u{FEFF}');
    let begins = |c: char| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    let counts = cell.trim_start_matches(skipped);
    let quoted = cell.trim_start_matches(['\'', '"']);
    counts.starts_with(begins) || quoted.starts_with(['\t', '\r', '\n'])
}

/// The cell as it is written.
pub fn neutral(cell: &str) -> Cow<'_, str> {
    match runs(cell) {
        true => Cow::Owned(format!("'{cell}")),
        false => Cow::Borrowed(cell),
    }
}

/// The cell as it was stored, from how it was written.
pub fn plain(written: &str) -> &str {
    written
        .strip_prefix('\'')
        .filter(|rest| runs(rest))
        .unwrap_or(written)
}

/// Rows as text, each cell neutral.
fn text_of(rows: impl IntoIterator<Item = Vec<String>>) -> Result<Bytes, Problem> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    for row in rows {
        let cells = row.iter().map(|cell| neutral(cell));
        for cell in cells {
            writer
                .write_field(cell.as_bytes())
                .map_err(Problem::internal)?;
        }
        writer
            .write_record(None::<&[u8]>)
            .map_err(Problem::internal)?;
    }
    let bytes = writer.into_inner().map_err(Problem::internal)?;
    Ok(Bytes::from(bytes))
}

/// Some rows of a file, or what went wrong.
pub type CsvRows = Result<Vec<Vec<String>>, Problem>;

/// A file that is sent portion by portion, and never whole in memory.
pub struct CsvFile<S> {
    /// What it is called when it is saved, without its ending.
    pub name: String,
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows. An error breaks the connection off, so that half a file is not taken for a whole one.
    pub portions: S,
}

impl<S> Responder for CsvFile<S>
where
    S: Stream<Item = CsvRows> + 'static,
{
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        if !accepts(request.headers(), CSV) {
            let problem = Problem::new(&types::NOT_ACCEPTABLE, "The file is text/csv");
            return HttpResponse::from_error(problem);
        }
        let columns = self.columns;
        let first = stream::once(async move { Ok(vec![columns]) });
        let portions = first.chain(self.portions).map(|rows| {
            rows.and_then(text_of)
                .map_err(|problem| problem.to_string())
        });
        let disposition = format!("attachment; filename=\"{}.csv\"", self.name);
        HttpResponse::Ok()
            .content_type(CSV)
            .insert_header((header::CACHE_CONTROL, PRIVATE))
            .insert_header((header::VARY, VARY))
            .insert_header((header::CONTENT_DISPOSITION, disposition))
            .streaming(portions)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_begins_like_a_formula_is_made_text() {
        for cell in [
            "=1+1",
            "+44",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\rx",
            "\tx",
            "  =1",
            "\"=1",
            "'=1",
            "\u{a0}=1",
            "\u{feff}=1",
            "＝1",
            "' \"@x",
        ] {
            assert_eq!(neutral(cell), format!("'{cell}"), "{cell:?}");
        }
        for cell in ["", "Ada", "1-1", "O'Neill", "'quoted'", "a=b", " plain"] {
            assert_eq!(neutral(cell), cell, "{cell:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn what_was_written_reads_as_it_was_stored(
            rows in prop::collection::vec(
                prop::collection::vec("[ \t\r\n'\"=+@,;a-é－\u{feff}-]{0,8}|\\PC{0,12}", 3), 1..6),
        ) {
            // A reader may take a byte order mark off the beginning of a file, which has a header.
            let header = ["one", "two", "three"].map(str::to_owned).to_vec();
            let text = text_of([vec![header], rows.clone()].concat()).unwrap();
            let mut reader = csv::Reader::from_reader(&text[..]);
            let read: Vec<Vec<String>> = reader
                .records()
                .map(|row| row.unwrap().iter().map(|cell| plain(cell).to_owned()).collect())
                .collect();
            prop_assert_eq!(read, rows);
        }

        #[test]
        fn nothing_that_is_written_runs(cell in "[ \t\r\n'\"=+@a-]{0,8}|\\PC{0,12}") {
            let written = neutral(&cell);
            let first = written.chars().next();
            prop_assert!(!matches!(first, Some('=' | '+' | '-' | '@' | '\t' | '\r')), "{:?}", written);
        }
    }
}
