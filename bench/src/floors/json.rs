//! The JSON of a workstream, written without a copy of its texts.

use anyhow::Result;
use chrono::{DateTime, Datelike, Timelike, Utc};
use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::{New, One, Page};

/// A workstream as a database row holds it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Workstream<'a, T> {
    pub id: Uuid,
    pub organisation: &'a str,
    pub version: i64,
    pub created_at: T,
    pub updated_at: T,
    pub name: &'a str,
    pub purpose: &'a str,
    pub lead_id: Option<Uuid>,
    pub status: &'a str,
}

/// A time as text in UTC with its offset, as the embedded database keeps it.
pub struct Kept<'a>(pub &'a str);

impl Serialize for Kept<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let time = self.0.split(['+', 'Z']).next().unwrap_or_default();
        let mut text = [0; 32];
        match text.get_mut(..=time.len()) {
            Some(text) => {
                text[..time.len()].copy_from_slice(time.as_bytes());
                text[time.len()] = b'Z';
                serializer.serialize_str(std::str::from_utf8(text).unwrap_or_default())
            }
            None => serializer.serialize_str(self.0),
        }
    }
}

/// A time with its milliseconds, written digit by digit: chrono's own way costs more than the rest of a row.
pub struct Fast(pub DateTime<Utc>);

impl Serialize for Fast {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = *b"0000-00-00T00:00:00.000Z";
        let (date, time) = (self.0.naive_utc().date(), self.0.time());
        put(&mut text[0..4], date.year().unsigned_abs());
        put(&mut text[5..7], date.month());
        put(&mut text[8..10], date.day());
        put(&mut text[11..13], time.hour());
        put(&mut text[14..16], time.minute());
        put(&mut text[17..19], time.second());
        put(&mut text[20..23], time.nanosecond() / 1_000_000);
        serializer.serialize_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

fn put(digits: &mut [u8], mut number: u32) {
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

impl<T: Serialize> Workstream<'_, T> {
    /// The workstream alone.
    pub fn one(&self) -> Result<One> {
        let mut body = Vec::with_capacity(512);
        serde_json::to_writer(&mut body, self)?;
        Ok(One {
            id: self.id,
            version: self.version,
            body,
        })
    }
}

/// The answer to a create.
pub fn of_new(id: Uuid, organisation: &str, now: DateTime<Utc>, new: &New) -> Result<Vec<u8>> {
    let row = Workstream {
        id,
        organisation,
        version: 1,
        created_at: Fast(now),
        updated_at: Fast(now),
        name: &new.name,
        purpose: &new.purpose,
        lead_id: None,
        status: "active",
    };
    Ok(row.one()?.body)
}

/// A page that grows row by row.
pub struct Pages {
    body: Vec<u8>,
    rows: usize,
    last: Uuid,
    more: bool,
}

impl Pages {
    pub fn new() -> Self {
        let mut body = Vec::with_capacity(32 * 1024);
        body.extend_from_slice(b"{\"items\":[");
        Self {
            body,
            rows: 0,
            last: Uuid::nil(),
            more: false,
        }
    }

    /// Adds a row; the one after a full page only tells that there is another page.
    pub fn add(&mut self, row: &Workstream<'_, impl Serialize>) -> Result<()> {
        if self.rows + 1 == super::LIMIT {
            self.more = true;
            return Ok(());
        }
        if self.rows > 0 {
            self.body.push(b',');
        }
        serde_json::to_writer(&mut self.body, row)?;
        self.rows += 1;
        self.last = row.id;
        Ok(())
    }

    pub fn end(mut self) -> Page {
        let next = self.more.then_some(self.last);
        self.body.extend_from_slice(b"],\"next\":");
        match next {
            Some(next) => self
                .body
                .extend_from_slice(format!("\"{next}\"}}").as_bytes()),
            None => self.body.extend_from_slice(b"null}"),
        }
        Page {
            body: self.body,
            next,
        }
    }
}
