//! Responses as they are kept: in columns, many together, and compressed. An anonymous response is five facts, which
//! take some three bytes this way; as a row of a table it would take a hundred.

use chrono::{Datelike, NaiveDate};
use uuid::Uuid;

use super::super::counts::{MODES, Place, SCORES};
use super::super::settings::{Mode, Setting, Touchpoint};
use super::places::Places;
use crate::http::Problem;

/// Responses in one block.
pub const MOST: usize = 1 << 17;
/// The form in which blocks are written.
const FORM: u8 = 1;
/// What stands for no touchpoint.
const NONE: u8 = u8::MAX;

/// A response without words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Response {
    /// The day on which somebody answered.
    pub day: NaiveDate,
    /// Where they were asked.
    pub setting: Setting,
    /// At which place, by its number.
    pub place: u32,
    /// When in maternity care.
    pub touchpoint: Option<Touchpoint>,
    /// From 0, very good, to 5, don't know.
    pub score: u8,
    /// By which mode.
    pub mode: Mode,
}

/// A block that is full or at the end.
pub struct Block {
    /// How many responses are in it.
    pub responses: usize,
    /// What is kept.
    pub columns: Vec<u8>,
}

/// A block that is being filled.
pub struct Filling {
    places: Vec<u32>,
    /// By the number of a place: one more than where it stands in this block; 0 if it does not.
    known: Vec<u32>,
    named: Vec<u32>,
    days: Vec<u8>,
    settings: Vec<u8>,
    touchpoints: Vec<u8>,
    answers: Vec<u8>,
}

impl Filling {
    /// An empty block, for responses from so many places.
    pub fn new(places: usize) -> Self {
        Self {
            places: Vec::new(),
            known: vec![0; places],
            named: Vec::new(),
            days: Vec::new(),
            settings: Vec::new(),
            touchpoints: Vec::new(),
            answers: Vec::new(),
        }
    }

    /// Puts a response in; answers whether the block is full.
    pub fn put(&mut self, response: &Response) -> bool {
        let known = &mut self.known[response.place as usize];
        if *known == 0 {
            self.named.push(response.place);
            *known = u32::try_from(self.named.len()).unwrap_or(u32::MAX);
        }
        self.places.push(*known - 1);
        let day = response.day.num_days_from_ce();
        self.days.extend(day.to_le_bytes());
        self.settings.push(response.setting as u8);
        self.touchpoints
            .push(response.touchpoint.map_or(NONE, |one| one as u8));
        self.answers
            .push(response.score * MODES as u8 + response.mode as u8);
        self.answers.len() >= MOST
    }

    /// Takes out what is in it, and leaves it empty.
    pub fn take(&mut self, places: &Places) -> Result<Option<Block>, Problem> {
        if self.answers.is_empty() {
            return Ok(None);
        }
        let responses = self.answers.len();
        let mut plain = vec![FORM];
        let mut number = |count: usize| {
            let count = u32::try_from(count).unwrap_or(u32::MAX);
            plain.extend(count.to_le_bytes());
        };
        number(responses);
        number(self.named.len());
        for at in &self.named {
            let Place {
                organisation,
                site,
                unit,
            } = places.place(*at);
            for code in [organisation, site] {
                plain.push(u8::try_from(code.len()).map_err(Problem::internal)?);
                plain.extend(code.as_bytes());
            }
            plain.extend(unit.as_bytes());
        }
        // Bytes of the same weight stand together, so that most of them repeat.
        for byte in 0..4 {
            plain.extend(self.places.iter().map(|at| at.to_le_bytes()[byte]));
        }
        for byte in 0..4 {
            plain.extend(self.days.iter().skip(byte).step_by(4));
        }
        for column in [&self.settings, &self.touchpoints, &self.answers] {
            plain.extend(column);
        }
        let columns = zstd::encode_all(plain.as_slice(), 1).map_err(Problem::internal)?;
        for at in self.named.drain(..) {
            self.known[at as usize] = 0;
        }
        self.places.clear();
        for column in [
            &mut self.days,
            &mut self.settings,
            &mut self.touchpoints,
            &mut self.answers,
        ] {
            column.clear();
        }
        Ok(Some(Block { responses, columns }))
    }
}

/// What a block holds: its places, and its responses, whose place is a number among them.
pub fn read(columns: &[u8]) -> Result<(Vec<Place>, Vec<Response>), Problem> {
    let plain = zstd::decode_all(columns).map_err(Problem::internal)?;
    parse(&plain).ok_or_else(|| Problem::internal("a block of responses cannot be read"))
}

fn parse(plain: &[u8]) -> Option<(Vec<Place>, Vec<Response>)> {
    let (form, mut rest) = plain.split_first()?;
    if *form != FORM {
        return None;
    }
    let mut take = |count: usize| -> Option<&[u8]> {
        let (taken, left) = rest.split_at_checked(count)?;
        rest = left;
        Some(taken)
    };
    let number = |bytes: &[u8]| Some(u32::from_le_bytes(bytes.try_into().ok()?) as usize);
    let responses = number(take(4)?)?;
    let named = number(take(4)?)?;
    let mut places = Vec::new();
    for _ in 0..named {
        let mut code = || {
            let length = usize::from(*take(1)?.first()?);
            String::from_utf8(take(length)?.to_vec()).ok()
        };
        let (organisation, site) = (code()?, code()?);
        let unit = Uuid::from_slice(take(16)?).ok()?;
        places.push(Place {
            organisation,
            site,
            unit,
        });
    }
    let mut columns: Vec<&[u8]> = Vec::with_capacity(11);
    for _ in 0..11 {
        columns.push(take(responses)?);
    }
    let wide = |first: usize, at: usize| {
        let byte = |byte: usize| columns[first + byte][at];
        [byte(0), byte(1), byte(2), byte(3)]
    };
    let each = (0..responses).map(|at| {
        let place = u32::from_le_bytes(wide(0, at));
        let answer = usize::from(columns[10][at]);
        let touchpoint = match columns[9][at] {
            NONE => None,
            other => Some(*Touchpoint::ALL.get(usize::from(other))?),
        };
        Some(Response {
            day: NaiveDate::from_num_days_from_ce_opt(i32::from_le_bytes(wide(4, at)))?,
            setting: *Setting::ALL.get(usize::from(columns[8][at]))?,
            place: (place as usize).lt(&places.len()).then_some(place)?,
            touchpoint,
            score: u8::try_from(answer / MODES)
                .ok()
                .filter(|score| usize::from(*score) < SCORES)?,
            mode: Mode::ALL[answer % MODES],
        })
    });
    let responses = each.collect::<Option<Vec<Response>>>()?;
    Some((places, responses))
}
