//! Lists in pages: a sealed cursor that belongs to one list, one filter, one order, one organisation.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Condition, Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, ModelTrait, Value};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::problem::{Problem, types};
use crate::store::{Cut, Record, Seal};

/// One page of a list.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The records of this page.
    #[schema(max_items = 200)]
    pub items: Vec<T>,
    /// The cursor of the next page, for `after`; null on the last page.
    #[schema(max_length = 2000)]
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// The same page with every record turned into another type.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(turn).collect(),
            next: self.next,
        }
    }
}

/// What every list takes.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// How many records a page holds at the most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u64>,
    /// The `next` cursor of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

/// The orders that a list offers: words for `?sort=`, with a leading hyphen for descending.
pub trait Sort<E: EntityTrait>: Copy {
    /// The column behind the order, and whether it descends. The id breaks ties.
    fn order(self) -> (E::Column, bool);

    /// Whether records may have no value there. They come last, at a cost that other orders are spared.
    fn has_gaps(self) -> bool {
        false
    }
}

/// The order of lists that offer no choice: the newest first.
#[derive(Clone, Copy, Debug)]
pub struct Newest;

impl<E: Record> Sort<E> for Newest {
    fn order(self) -> (E::Column, bool) {
        (E::CREATED_AT, true)
    }
}

/// The filter of lists that have none.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unfiltered {}

/// A request for a page, checked: how many, from where, sealed to which list.
#[derive(Debug)]
pub struct Paging {
    /// How many records the page holds at the most.
    pub limit: u64,
    /// The cursor as it was sent, still sealed.
    pub after: Option<String>,
    /// What the cursor is bound to: path, filter and sort, as the caller wrote them.
    pub bound_to: String,
}

/// Where a page ends: the value sorted by, which may be none, and the key that breaks ties.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Position(Option<Key>, Key);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Key {
    Text(String),
    Number(i64),
    Time(DateTime<Utc>),
    Date(NaiveDate),
    Id(Uuid),
}

impl Key {
    fn of(value: Value) -> Option<Self> {
        match value {
            Value::String(Some(text)) => Some(Self::Text(text.to_string())),
            Value::Int(Some(number)) => Some(Self::Number(number.into())),
            Value::BigInt(Some(number)) => Some(Self::Number(number)),
            Value::ChronoDateTimeUtc(Some(time)) => Some(Self::Time(time)),
            Value::ChronoDate(Some(date)) => Some(Self::Date(date)),
            Value::Uuid(Some(id)) => Some(Self::Id(id)),
            _ => None,
        }
    }

    fn value(&self) -> Value {
        match self {
            Self::Text(text) => text.clone().into(),
            Self::Number(number) => (*number).into(),
            Self::Time(time) => (*time).into(),
            Self::Date(date) => (*date).into(),
            Self::Id(id) => (*id).into(),
        }
    }
}

impl Paging {
    /// Where the page may begin: any of these conditions has to hold. Each of them follows an index in the
    /// order of the list.
    pub(crate) fn starts<E: EntityTrait>(
        &self,
        id: E::Column,
        sort: impl Sort<E>,
        seal: &Seal,
        reader: &str,
    ) -> Result<Vec<Condition>, Problem> {
        let cursor = self.after.as_deref();
        let from = cursor.map(|cursor| self.open(cursor, seal, reader));
        Ok(starts(id, sort, from.transpose()?))
    }

    /// What was asked for, as one word.
    pub fn words(&self) -> String {
        let after = self.after.as_deref().unwrap_or("-");
        format!("{} {after} {}", self.limit, self.bound_to)
    }

    /// The order, and one row more than the page holds.
    pub(crate) fn cut<E: EntityTrait>(&self, sort: impl Sort<E>) -> Cut<E::Column> {
        let (column, descending) = sort.order();
        Cut {
            column,
            descending,
            gaps: sort.has_gaps(),
            limit: self.limit + 1,
        }
    }

    /// The page, from what the query gave; `row` says which row stands behind an item.
    pub fn page<E: EntityTrait, T>(
        &self,
        mut rows: Vec<T>,
        row: impl Fn(&T) -> &E::Model,
        id: E::Column,
        sort: impl Sort<E>,
        seal: &Seal,
        reader: &str,
    ) -> Result<Page<T>, Problem> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let position = |last: &E::Model| {
            let key = Key::of(last.get(sort.order().0));
            // An order that does not say that it has gaps would hide what comes after one.
            if key.is_none() && !sort.has_gaps() {
                return None;
            }
            let position = Position(key, Key::of(last.get(id))?);
            self.close(&position, seal, reader)
        };
        let next = match rows.last().map(row).filter(|_| more) {
            // A list that ended here without a word would hide rows.
            Some(last) => Some(
                position(last)
                    .ok_or_else(|| Problem::internal("sorted by a column that can be null"))?,
            ),
            None => None,
        };
        Ok(Page { items: rows, next })
    }

    /// Encrypted, because the value sorted by can be a name, and addresses end up in other people's logs.
    fn close(&self, position: &Position, seal: &Seal, reader: &str) -> Option<String> {
        let bytes = serde_json::to_vec(position).ok()?;
        let sealed = seal
            .close(&["cursor", reader, &self.bound_to], bytes)
            .ok()?;
        Some(URL_SAFE_NO_PAD.encode(sealed))
    }

    fn open(&self, cursor: &str, seal: &Seal, reader: &str) -> Result<Position, Problem> {
        let open = || {
            let sealed = URL_SAFE_NO_PAD.decode(cursor).ok()?;
            let bytes = seal.open(&["cursor", reader, &self.bound_to], sealed)?;
            serde_json::from_slice(&bytes).ok()
        };
        let detail = "`after` is not a cursor of this list";
        open().ok_or_else(|| Problem::new(&types::INVALID_CURSOR, detail))
    }
}

/// The conditions under which a record comes after a position, or at all.
fn starts<E: EntityTrait>(
    id: E::Column,
    sort: impl Sort<E>,
    from: Option<Position>,
) -> Vec<Condition> {
    let (column, descending) = sort.order();
    let beyond = |columns: Vec<E::Column>, values: Vec<Value>| {
        let columns = Expr::tuple(
            columns
                .into_iter()
                .map(|one| Expr::col(one.as_column_ref())),
        );
        let values = Expr::tuple(values.into_iter().map(Expr::val));
        match descending {
            true => columns.lt(values),
            false => columns.gt(values),
        }
    };
    let without = || Condition::all().add(column.is_null());
    let with = match from {
        None if sort.has_gaps() => Condition::all().add(column.is_not_null()),
        None => Condition::all(),
        Some(Position(Some(key), tie)) => {
            let position = vec![key.value(), tie.value()];
            Condition::all().add(beyond(vec![column, id], position))
        }
        // Among those without a value, which come last.
        Some(Position(None, tie)) => {
            return vec![without().add(beyond(vec![id], vec![tie.value()]))];
        }
    };
    match sort.has_gaps() {
        true => vec![with, without()],
        false => vec![with],
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use proptest::prelude::*;

    use super::*;

    fn key() -> impl Strategy<Value = Key> {
        prop_oneof![
            ".{0,40}".prop_map(Key::Text),
            any::<i64>().prop_map(Key::Number),
            (0i64..4_000_000_000_000)
                .prop_map(|at| Key::Time(Utc.timestamp_millis_opt(at).unwrap())),
            (0i32..700_000).prop_filter_map("a day", |day| {
                NaiveDate::from_num_days_from_ce_opt(day).map(Key::Date)
            }),
            any::<u128>().prop_map(|id| Key::Id(Uuid::from_u128(id))),
        ]
    }

    fn paging(bound_to: &str) -> Paging {
        Paging {
            limit: 50,
            after: None,
            bound_to: bound_to.to_owned(),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn a_cursor_leads_back_to_where_it_was_made_and_nowhere_else(
            key in prop::option::of(key()), id in any::<u128>(), list in "[a-c]{0,2}", reader in "[a-c]{0,2}",
            other in ("[a-c]{0,2}", "[a-c]{0,2}"),
        ) {
            let (seal, position) = (Seal::made_of(b"secret"), Position(key, Key::Id(Uuid::from_u128(id))));
            let cursor = paging(&list).close(&position, &seal, &reader).unwrap();
            let back = paging(&list).open(&cursor, &seal, &reader).ok();
            prop_assert_eq!(back.as_ref(), Some(&position));
            let elsewhere = paging(&other.0).open(&cursor, &seal, &other.1).ok();
            prop_assert_eq!(elsewhere.is_some(), (&other.0, &other.1) == (&list, &reader));
        }

        #[test]
        fn an_altered_cursor_is_refused(
            key in prop::option::of(key()), at in any::<prop::sample::Index>(), byte in any::<u8>(), text in ".{0,80}",
        ) {
            let (seal, position) = (Seal::made_of(b"secret"), Position(key, Key::Id(Uuid::nil())));
            let cursor = paging("list").close(&position, &seal, "reader").unwrap();
            let mut bytes = URL_SAFE_NO_PAD.decode(&cursor).unwrap();
            let at = at.index(bytes.len());
            prop_assume!(bytes[at] != byte);
            bytes[at] = byte;
            let altered = URL_SAFE_NO_PAD.encode(bytes);
            prop_assert!(paging("list").open(&altered, &seal, "reader").is_err());
            prop_assert!(paging("list").open(&text, &seal, "reader").is_err());
        }
    }
}
