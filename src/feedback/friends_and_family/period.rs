//! Months: what is published, and what is sent to the national collection.

use std::fmt::{self, Display};
use std::ops::RangeInclusive;
use std::str::FromStr;

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;
use utoipa::openapi::schema::{SchemaType, Type};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};

use crate::http::{FieldError, Problem, types};

/// A month, written `2026-09`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period(NaiveDate);

impl Period {
    /// The month of a day.
    pub fn of(day: NaiveDate) -> Self {
        Self(day.with_day(1).unwrap_or(day))
    }

    /// Its first day.
    pub fn first(self) -> NaiveDate {
        self.0
    }

    /// What it is called for people: `September 2026`.
    pub fn name(self) -> String {
        self.0.format("%B %Y").to_string()
    }

    /// Its last day.
    pub fn last(self) -> NaiveDate {
        let next = self.0.checked_add_months(Months::new(1));
        let last = next.and_then(|next| next.checked_sub_days(Days::new(1)));
        last.unwrap_or(self.0)
    }

    /// Its days.
    pub fn days(self) -> RangeInclusive<NaiveDate> {
        self.first()..=self.last()
    }

    /// The months from this one to another, both among them.
    pub fn until(self, last: Self) -> impl Iterator<Item = Self> {
        let after = |month: &Self| month.0.checked_add_months(Months::new(1)).map(Self);
        std::iter::successors(Some(self), after).take_while(move |month| *month <= last)
    }
}

/// Months that are asked for together at the most: ten years.
const LONGEST: usize = 120;

/// The months from one to another, as the parameters `from` and `to` ask for them.
pub fn asked_for(from: Period, to: Period) -> Result<Vec<Period>, Problem> {
    let months: Vec<Period> = from.until(to).take(LONGEST + 1).collect();
    let wrong = match months.len() {
        0 => "not before the first month",
        count if count > LONGEST => "120 months at the most",
        _ => return Ok(months),
    };
    let error = FieldError::new("/to", "range", wrong);
    let detail = format!("The last month is wrong: {wrong}");
    Err(Problem::new(&types::INVALID_PARAMETER, detail).with_errors(vec![error]))
}

impl Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

impl FromStr for Period {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let day = (text.len() == 7).then(|| NaiveDate::from_str(&format!("{text}-01")));
        match day {
            Some(Ok(day)) if (2000..=2200).contains(&day.year()) => Ok(Self(day)),
            _ => Err("a month such as 2026-09 is needed"),
        }
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

impl utoipa::__dev::ComposeSchema for Period {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .description(Some("A month."))
            .pattern(Some("^2[01][0-9]{2}-(0[1-9]|1[0-2])$"))
            .min_length(Some(7))
            .max_length(Some(7))
            .examples(["2026-09"])
            .into()
    }
}

impl ToSchema for Period {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_goes_from_its_first_day_to_its_last() {
        let month: Period = "2028-02".parse().unwrap();
        assert_eq!(month.name(), "February 2028");
        assert_eq!(month.first().to_string(), "2028-02-01");
        assert_eq!(month.last().to_string(), "2028-02-29");
        assert_eq!(Period::of(month.last()).to_string(), "2028-02");
        let until: Vec<String> = month
            .until("2028-04".parse().unwrap())
            .map(|one| one.to_string())
            .collect();
        assert_eq!(until, ["2028-02", "2028-03", "2028-04"]);
        assert_eq!(month.until("2028-01".parse().unwrap()).count(), 0);
        for text in ["2026-9", "2026-13", "2026-09-01", "1999-12", "", "२०२६-०९"] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }
}
