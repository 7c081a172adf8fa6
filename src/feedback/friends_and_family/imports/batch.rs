//! What an import holds when all of it has arrived: sums, blocks of responses, and the rows that were not taken. It
//! grows with the number of places and months, and by some bytes a response.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::super::counts::{Counted, MODES, SCORES};
use super::super::period::Period;
use super::super::settings::{Mode, Setting, Touchpoint};
use super::blocks::{Block, Filling, Response};
use super::places::Places;
use crate::http::Problem;

/// Rows that are told one by one at the most.
pub const MOST_TOLD: usize = 100_000;

/// What is wrong with a field of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The line of the file, from 1.
    pub line: u64,
    /// The field, or `row` for the row as a whole.
    pub field: &'static str,
    /// A word for programs.
    pub code: &'static str,
    /// What is needed.
    pub reason: &'static str,
}

/// What sums of an import are told apart by, but for the answer and the mode.
type Sort = (Period, Setting, Option<Touchpoint>, u32);

/// An import as far as it has been read.
pub struct Batch {
    /// Rows that were read.
    pub rows: u64,
    /// Responses that were taken.
    pub accepted: u64,
    /// Rows that were not.
    pub rejected: u64,
    /// Why they were not; the first ones, if there are very many.
    pub rejections: Vec<Rejection>,
    /// Whether the file as a whole cannot be read.
    pub unreadable: bool,
    /// The first and the last day on which somebody answered.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// The responses.
    pub blocks: Vec<Block>,
    sums: HashMap<Sort, Box<[u32; SCORES * MODES]>>,
    filling: Filling,
}

impl Batch {
    /// An empty one, for responses from so many places.
    pub fn new(places: usize) -> Self {
        Self {
            rows: 0,
            accepted: 0,
            rejected: 0,
            rejections: Vec::new(),
            unreadable: false,
            days: None,
            blocks: Vec::new(),
            sums: HashMap::new(),
            filling: Filling::new(places),
        }
    }

    /// Takes a response.
    pub fn take(&mut self, response: &Response, places: &Places) -> Result<(), Problem> {
        let Response {
            day,
            setting,
            place,
            touchpoint,
            score,
            mode,
        } = *response;
        self.accepted += 1;
        let (first, last) = self.days.unwrap_or((day, day));
        self.days = Some((first.min(day), last.max(day)));
        let sort = (Period::of(day), setting, touchpoint, place);
        let none = || Box::new([0; SCORES * MODES]);
        let sums = self.sums.entry(sort).or_insert_with(none);
        sums[usize::from(score) * MODES + mode as usize] += 1;
        if self.filling.put(response) {
            self.blocks.extend(self.filling.take(places)?);
        }
        Ok(())
    }

    /// Notes what is wrong with a row; it counts as one row, whatever number of fields is wrong.
    pub fn refuse(&mut self, wrong: &[Rejection]) {
        self.rejected += 1;
        let room = MOST_TOLD.saturating_sub(self.rejections.len());
        self.rejections.extend(wrong.iter().take(room));
    }

    /// Everything has arrived.
    pub fn end(&mut self, places: &Places) -> Result<(), Problem> {
        self.blocks.extend(self.filling.take(places)?);
        Ok(())
    }

    /// The months in which people answered.
    pub fn months(&self) -> HashSet<Period> {
        self.sums.keys().map(|(month, ..)| *month).collect()
    }

    /// What it adds to the sums. Of which months some are locked, the caller of this knows.
    pub fn counts(
        &self,
        places: &Places,
        is_late: impl Fn(&str, Setting, Period) -> bool,
    ) -> Vec<(Counted, [i64; SCORES])> {
        let mut rows = Vec::new();
        for ((period, setting, touchpoint, place), sums) in &self.sums {
            let place = places.place(*place);
            let late = is_late(&place.organisation, *setting, *period);
            for (at, mode) in Mode::ALL.iter().enumerate() {
                let mut answers = [0; SCORES];
                for (score, answer) in answers.iter_mut().enumerate() {
                    *answer = i64::from(sums[score * MODES + at]);
                }
                if answers == [0; SCORES] {
                    continue;
                }
                let counted = Counted {
                    setting: *setting,
                    period: *period,
                    place: place.clone(),
                    touchpoint: *touchpoint,
                    mode: *mode,
                    late,
                };
                rows.push((counted, answers));
            }
        }
        rows
    }
}
