//! What callers see of the ledger.

use chrono::{DateTime, Utc};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::Condition;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::{FieldError, Problem, types};
use crate::store::ledger::entry::{Column, Model};
use crate::users::entity as user;
use crate::values::{Label, choices};

choices! {
    /// Whether something was changed or looked at.
    pub enum EntryKind {
        /// Something was changed.
        Write,
        /// Personal data was read.
        Access,
    }
}

/// A record that a change touched.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TouchedRecord {
    /// What kind of record.
    #[schema(max_length = 60, example = "workstream")]
    pub record: String,
    /// Which one, by its id or code; of a document, its SHA-256 in hexadecimal.
    #[schema(max_length = 64)]
    pub id: String,
    /// Its version after the change.
    #[schema(minimum = 1)]
    pub version: i64,
    /// The names of the fields that changed; empty for a new record. Never their values.
    #[schema(max_items = 100, value_type = Vec<Label>)]
    pub fields: Vec<String>,
}

/// An entry of the ledger, for the auditor.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LedgerEntry {
    /// Its place in the chain, without gaps.
    #[schema(minimum = 1)]
    pub seq: i64,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// Whether something was changed or looked at.
    pub kind: EntryKind,
    /// What happened.
    #[schema(max_length = 60, example = "application.accepted")]
    pub action: String,
    /// What kind of record.
    #[schema(max_length = 60, example = "application")]
    pub record: String,
    /// Which one; none for a list.
    #[schema(max_length = 60)]
    pub record_id: Option<String>,
    /// Its version after the change.
    #[schema(minimum = 1)]
    pub record_version: Option<i64>,
    /// The records that the change touched; of an import, the first 1000.
    #[schema(max_items = 1000)]
    pub touched: Vec<TouchedRecord>,
    /// Who vouches for the subject.
    #[schema(max_length = 500)]
    pub issuer: Option<String>,
    /// The person, as the issuer knows them now; `anonymised:…` once their data has been removed.
    #[schema(max_length = 500)]
    pub subject: Option<String>,
    /// The API client.
    #[schema(max_length = 500)]
    pub client_id: Option<String>,
    /// Why, in the caller's words.
    #[schema(max_length = 2000)]
    pub purpose: Option<String>,
    /// Method and route.
    #[schema(max_length = 200, example = "POST /v1/applications/{id}/accept")]
    pub route: String,
    /// The request, as the log knows it.
    #[schema(max_length = 36)]
    pub request_id: String,
    /// SHA-256 of the entry before and this one, in hexadecimal.
    #[schema(max_length = 64)]
    pub hash: String,
}

/// A change, for an integrator: thin, without personal data. Read the record for more.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangeNotice {
    /// Its place in the chain.
    #[schema(minimum = 1)]
    pub seq: i64,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// What happened.
    #[schema(max_length = 60, example = "application.accepted")]
    pub action: String,
    /// What kind of record.
    #[schema(max_length = 60, example = "application")]
    pub record: String,
    /// Which one.
    #[schema(max_length = 60)]
    pub record_id: Option<String>,
    /// Its version after the change.
    #[schema(minimum = 1)]
    pub record_version: Option<i64>,
}

impl LedgerEntry {
    /// The view of a row, with the user who acted, if it was one; `own` is the name under which this
    /// service is served.
    pub fn of(row: Model, who: Option<&user::Model>, own: &str) -> Result<Self, Problem> {
        let (issuer, subject) = match who {
            Some(user) if user.issuer == user::OWN => {
                (Some(own.to_owned()), Some(user.subject.clone()))
            }
            Some(user) => (Some(user.issuer.clone()), Some(user.subject.clone())),
            None => (row.issuer, row.subject),
        };
        Ok(Self {
            seq: row.seq.unwrap_or_default(),
            occurred_at: row.occurred_at,
            kind: if row.kind == "access" {
                EntryKind::Access
            } else {
                EntryKind::Write
            },
            action: row.action,
            record: row.record,
            record_id: row.record_id,
            record_version: row.record_version,
            touched: serde_json::from_str::<Vec<_>>(&row.touched)
                .map_err(Problem::internal)?
                .into_iter()
                .take(1000)
                .collect(),
            issuer,
            subject,
            client_id: row.client_id,
            purpose: row.purpose,
            route: row.route,
            request_id: row.request_id,
            hash: row
                .hash
                .unwrap_or_default()
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        })
    }
}

impl From<Model> for ChangeNotice {
    fn from(row: Model) -> Self {
        Self {
            seq: row.seq.unwrap_or_default(),
            occurred_at: row.occurred_at,
            action: row.action,
            record: row.record,
            record_id: row.record_id,
            record_version: row.record_version,
        }
    }
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LedgerFilter {
    /// Only changes, or only reads of personal data.
    #[param(inline)]
    pub kind: Option<EntryKind>,
    /// Only this kind of record.
    #[param(max_length = 60)]
    pub record: Option<String>,
    /// Only this record.
    #[param(max_length = 60)]
    pub record_id: Option<String>,
    /// Only this action.
    #[param(max_length = 60)]
    pub action: Option<String>,
    /// Only what this person did.
    #[param(max_length = 500)]
    pub subject: Option<String>,
    /// Only from this time on.
    pub from: Option<DateTime<Utc>>,
    /// Only before this time.
    pub to: Option<DateTime<Utc>>,
}

impl LedgerFilter {
    /// The condition; `subjects` are those under which the ledger keeps the one that was asked for.
    pub(super) fn condition(&self, subjects: Option<Vec<String>>) -> Condition {
        let text = |column: Column, value: &Option<String>| {
            value.as_ref().map(|value| column.eq(value.as_str()))
        };
        Condition::all()
            .add_option(self.kind.map(|kind| Column::Kind.eq(kind.word())))
            .add_option(text(Column::Record, &self.record))
            .add_option(text(Column::RecordId, &self.record_id))
            .add_option(text(Column::Action, &self.action))
            .add_option(subjects.map(|subjects| Column::Subject.is_in(subjects)))
            .add_option(self.from.map(|time| Column::OccurredAt.gte(time)))
            .add_option(self.to.map(|time| Column::OccurredAt.lt(time)))
    }
}

/// Which changes to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChangeFilter {
    /// Only this kind of record.
    #[param(max_length = 60)]
    pub record: Option<String>,
    /// Only this action.
    #[param(max_length = 60)]
    pub action: Option<String>,
}

impl ChangeFilter {
    pub(super) fn condition(&self) -> Condition {
        let text = |column: Column, value: &Option<String>| {
            value.as_ref().map(|value| column.eq(value.as_str()))
        };
        Condition::all()
            .add(Column::Kind.eq("write"))
            .add_option(text(Column::Record, &self.record))
            .add_option(text(Column::Action, &self.action))
    }
}

/// The place in the chain after which to go on. Unlike other lists' cursors it is a plain number, so
/// that a feed can be followed for years: the last page's `next` is where to ask again.
pub(super) fn place(after: Option<&str>) -> Result<i64, Problem> {
    match after.map(str::parse::<i64>) {
        None => Ok(0),
        Some(Ok(seq)) if seq >= 0 => Ok(seq),
        Some(_) => Err(Problem::new(
            &types::INVALID_CURSOR,
            "`after` is a number that this feed gave",
        )
        .with_errors(vec![FieldError::new(
            "/after",
            "invalid",
            "a number that this feed gave",
        )])),
    }
}
