//! Which rows are responses, by the rules of their setting on their day and by the hierarchy. Whatever comes in, by file
//! or one by one, is judged here.

use chrono::{Days, NaiveDate};

use super::super::settings::{ASKED_SINCE, Level, Mode, Rule, Setting, Touchpoint, in_files};
use super::batch::Rejection;
use super::blocks::Response;
use super::places::{Misplaced, Places};

/// Words of a choice as files may have them.
struct Words<T>(Vec<(Vec<u8>, T)>);

impl<T: Copy> Words<T> {
    fn of(all: &[T], word: impl Fn(T) -> String) -> Self {
        // The national files have their own spelling; callers may use that of this service too.
        let both = all.iter().flat_map(|one| {
            let ours = word(*one);
            [in_files(&ours), ours].map(|word| (word.into_bytes(), *one))
        });
        Self(both.collect())
    }

    fn find(&self, word: &[u8]) -> Option<T> {
        let found = self.0.iter().find(|(known, _)| known == word);
        found.map(|(_, one)| *one)
    }
}

/// What a row says, field by field; empty where it says nothing.
#[derive(Default)]
pub struct Said<'a> {
    pub responded_on: &'a [u8],
    pub setting: &'a [u8],
    pub organisation: &'a [u8],
    pub site: &'a [u8],
    pub ward: &'a [u8],
    pub score: &'a [u8],
    pub mode: &'a [u8],
    pub touchpoint: &'a [u8],
}

/// What decides whether a row can be taken.
pub struct Judge {
    places: Places,
    settings: Words<Setting>,
    modes: Words<Mode>,
    touchpoints: Words<Touchpoint>,
    last: NaiveDate,
    name: Vec<u8>,
    wrong: Vec<Rejection>,
}

impl Judge {
    /// A judge of responses from these places. Nobody has answered later than tomorrow, by the clocks of England.
    pub fn new(places: Places, today: NaiveDate) -> Self {
        Self {
            places,
            settings: Words::of(Setting::ALL, Setting::word),
            modes: Words::of(Mode::ALL, Mode::word),
            touchpoints: Words::of(Touchpoint::ALL, Touchpoint::word),
            last: today.checked_add_days(Days::new(1)).unwrap_or(today),
            name: Vec::new(),
            wrong: Vec::new(),
        }
    }

    /// The places.
    pub fn places(&self) -> &Places {
        &self.places
    }

    /// The places, when there is nothing more to judge.
    pub fn into_places(self) -> Places {
        self.places
    }

    /// What was wrong with the last row that was not a response.
    pub fn wrong(&self) -> &[Rejection] {
        &self.wrong
    }

    /// The response that a row is, if nothing of it is wrong.
    pub fn response(&mut self, line: u64, said: &Said<'_>) -> Option<Response> {
        self.wrong.clear();
        let response = self.look_at(line, said);
        response.filter(|_| self.wrong.is_empty())
    }

    fn look_at(&mut self, line: u64, said: &Said<'_>) -> Option<Response> {
        let wrong = &mut self.wrong;
        let mut refuse = |field, code, reason| {
            wrong.push(Rejection {
                line,
                field,
                code,
                reason,
            });
        };
        let day = day_of(said.responded_on);
        let asked_since = NaiveDate::from_ymd_opt(ASKED_SINCE.0, ASKED_SINCE.1, ASKED_SINCE.2);
        match day {
            None => refuse(
                "responded_on",
                "invalid",
                "a day such as 2026-09-30 is needed",
            ),
            Some(day) if Some(day) < asked_since => refuse(
                "responded_on",
                "range",
                "before April 2020 another question was asked, whose answers are another series",
            ),
            Some(day) if day > self.last => {
                refuse(
                    "responded_on",
                    "future",
                    "nobody has answered on a day to come",
                );
            }
            Some(_) => {}
        }
        let setting = self.settings.find(said.setting);
        if setting.is_none() {
            refuse("setting", "unknown", "there is no such setting");
        }
        let score = match said.score {
            [digit @ b'1'..=b'6'] => Some(digit - b'1'),
            _ => {
                refuse(
                    "score",
                    "range",
                    "1, very good, to 5, very poor, or 6, don't know",
                );
                None
            }
        };
        let mode = self.modes.find(said.mode);
        let rule = setting
            .zip(day)
            .and_then(|(setting, day)| Rule::of(setting, day));
        match (mode, rule) {
            (None, _) => refuse("mode", "unknown", "there is no such mode of collection"),
            (Some(mode), Some(rule)) if !rule.modes.contains(&mode) => {
                refuse(
                    "mode",
                    "notAllowed",
                    "this setting has no such mode of collection",
                );
            }
            _ => {}
        }
        let finest = rule.map_or(Level::Trust, |rule| rule.finest);
        let missing = match (finest, said.site.is_empty(), said.ward.is_empty()) {
            (Level::Site | Level::Ward, true, _) => {
                Some(("site_code", "responses of this setting name their site"))
            }
            (Level::Ward, _, true) => {
                Some(("ward_name", "responses of this setting name their ward"))
            }
            _ => None,
        };
        if let Some((field, reason)) = missing {
            refuse(field, "required", reason);
        }
        let place = self
            .places
            .find(&mut self.name, said.organisation, said.site, said.ward);
        match place {
            Ok(_) => {}
            Err(Misplaced::Organisation) => {
                refuse(
                    "organisation_code",
                    "unknown",
                    "there is no trust or provider with this code",
                );
            }
            Err(Misplaced::Outside) => refuse(
                "organisation_code",
                "outside",
                "this place does not belong to the organisation that imports",
            ),
            Err(Misplaced::Site | Misplaced::Ward) if missing.is_some() => {}
            Err(Misplaced::Site) => {
                refuse(
                    "site_code",
                    "unknown",
                    "the trust or provider has no site with this code",
                );
            }
            Err(Misplaced::Ward) => {
                refuse(
                    "ward_name",
                    "unknown",
                    "the site has no ward with this name, letter by letter",
                );
            }
        }
        let told = !said.touchpoint.is_empty();
        let touchpoint = self.touchpoints.find(said.touchpoint);
        let touchpoints = rule.map_or(&[][..], |rule| rule.touchpoints);
        match touchpoint {
            _ if rule.is_none() => {}
            None if told => refuse("touchpoint", "unknown", "there is no such touchpoint"),
            None if !touchpoints.is_empty() => {
                refuse(
                    "touchpoint",
                    "required",
                    "responses of this setting name their touchpoint",
                );
            }
            Some(one) if !touchpoints.contains(&one) => {
                refuse(
                    "touchpoint",
                    "notAllowed",
                    "this setting has no such touchpoint",
                );
            }
            _ => {}
        }
        Some(Response {
            day: day?,
            setting: setting?,
            place: place.ok()?,
            touchpoint,
            score: score?,
            mode: mode?,
        })
    }
}

/// A day as it is written in files, and in no other way.
fn day_of(text: &[u8]) -> Option<NaiveDate> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text else {
        return None;
    };
    let number = |digits: &[u8]| {
        let digit = |sum: Option<u32>, byte: &u8| {
            byte.is_ascii_digit()
                .then(|| sum.map(|sum| sum * 10 + u32::from(byte - b'0')))?
        };
        digits.iter().fold(Some(0), digit)
    };
    let year = i32::try_from(number(&[y1, y2, y3, y4])?).ok()?;
    NaiveDate::from_ymd_opt(year, number(&[m1, m2])?, number(&[d1, d2])?)
}
