//! What callers see of an import, and how they send one.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::batch::{Batch, Rejection};
use super::entity::{Acceptance, FriendsAndFamilyImportId, Model, Status, rejection};
use crate::http::Versioned;
use crate::values::{Label, OdsCode};

/// Rejections in one answer; the list has them all.
pub(super) const SHOWN: usize = 1_000;

/// How a file is taken.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// The caller's own name for the import: the same name with the same file is counted once, however often it is
    /// sent, and after whatever went wrong. Visible ASCII.
    #[param(inline, min_length = 1, max_length = 100, pattern = "^[!-~]{1,100}$")]
    pub import_id: Option<String>,
    /// Whether a row that cannot be taken stops the whole file. Without it, it does.
    #[param(inline)]
    pub acceptance: Option<Acceptance>,
    /// Whether to tell what would be taken, and take nothing.
    pub dry_run: Option<bool>,
}

/// A file of responses that was taken.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FriendsAndFamilyImport {
    /// Its id here.
    pub id: FriendsAndFamilyImportId,
    /// Who imported.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was taken.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// The caller's own name for it.
    #[schema(value_type = Label)]
    pub import_id: String,
    /// The media type of the file.
    #[schema(value_type = Label)]
    pub media_type: String,
    /// SHA-256 of the file, in hexadecimal digits.
    #[schema(min_length = 64, max_length = 64, pattern = "^[0-9a-f]{64}$")]
    pub digest: String,
    /// What was to become of it with rows that cannot be taken.
    pub acceptance: Acceptance,
    /// Rows in the file.
    #[schema(minimum = 0)]
    pub rows: i64,
    /// Responses that count.
    #[schema(minimum = 0)]
    pub accepted: i64,
    /// Rows that were not taken.
    #[schema(minimum = 0)]
    pub rejected: i64,
    /// Responses that came after their month was locked: they count in results, and not in the month's return.
    #[schema(minimum = 0)]
    pub late: i64,
    /// The first day on which somebody answered.
    pub first_on: Option<NaiveDate>,
    /// The last day on which somebody answered.
    pub last_on: Option<NaiveDate>,
    /// Whether it counts.
    pub status: Status,
}

impl From<Model> for FriendsAndFamilyImport {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            import_id,
            media_type,
            digest,
            acceptance,
            rows,
            accepted,
            rejected,
            late,
            first_on,
            last_on,
            status,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            import_id,
            media_type,
            digest,
            acceptance,
            rows,
            accepted,
            rejected,
            late,
            first_on,
            last_on,
            status,
        }
    }
}

impl Versioned for FriendsAndFamilyImport {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/feedback/friends-and-family/imports/{}", self.id)
    }
}

/// What is wrong with a field of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RejectedRow {
    /// The line of the file, from 1.
    #[schema(minimum = 1)]
    pub line: i64,
    /// The column, or `row` for the row as a whole.
    #[schema(value_type = Label)]
    pub field: String,
    /// A word for programs.
    #[schema(value_type = Label)]
    pub code: String,
    /// What is needed. What was sent is not repeated.
    #[schema(max_length = 500)]
    pub reason: String,
}

impl From<&Rejection> for RejectedRow {
    fn from(rejection: &Rejection) -> Self {
        Self {
            line: i64::try_from(rejection.line).unwrap_or(i64::MAX),
            field: rejection.field.to_owned(),
            code: rejection.code.to_owned(),
            reason: rejection.reason.to_owned(),
        }
    }
}

impl From<rejection::Model> for RejectedRow {
    fn from(row: rejection::Model) -> Self {
        let rejection::Model {
            id: _,
            import_id: _,
            line,
            field,
            code,
            reason,
        } = row;
        Self {
            line,
            field,
            code,
            reason,
        }
    }
}

/// An import with the first of its rows that were not taken.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportedResponses {
    /// The import.
    #[serde(flatten)]
    pub import: FriendsAndFamilyImport,
    /// The first rows that were not taken; its list of rejections has them all.
    #[schema(max_items = 1000)]
    pub rejections: Vec<RejectedRow>,
}

impl Versioned for ImportedResponses {
    fn tag(&self) -> String {
        self.import.tag()
    }

    fn location(&self) -> String {
        self.import.location()
    }
}

/// What would become of a file. Nothing was taken.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckedResponses {
    /// SHA-256 of the file, in hexadecimal digits.
    #[schema(min_length = 64, max_length = 64, pattern = "^[0-9a-f]{64}$")]
    pub digest: String,
    /// Rows in the file.
    #[schema(minimum = 0)]
    pub rows: u64,
    /// Responses that would count, in an import that leaves other rows out.
    #[schema(minimum = 0)]
    pub accepted: u64,
    /// Rows that cannot be taken.
    #[schema(minimum = 0)]
    pub rejected: u64,
    /// The first day on which somebody answered.
    pub first_on: Option<NaiveDate>,
    /// The last day on which somebody answered.
    pub last_on: Option<NaiveDate>,
    /// The first rows that cannot be taken.
    #[schema(max_items = 1000)]
    pub rejections: Vec<RejectedRow>,
}

impl CheckedResponses {
    pub(super) fn of(batch: &Batch, digest: String) -> Self {
        let (first_on, last_on) = batch.days.unzip();
        Self {
            digest,
            rows: batch.rows,
            accepted: batch.accepted,
            rejected: batch.rejected,
            first_on,
            last_on,
            rejections: shown(batch),
        }
    }
}

/// The first rejections.
pub(super) fn shown(batch: &Batch) -> Vec<RejectedRow> {
    let first = batch.rejections.iter().take(SHOWN);
    first.map(RejectedRow::from).collect()
}

/// The order in which rejections are listed: that of the file.
#[derive(Clone, Copy)]
pub(super) struct ByLine;

impl crate::http::Sort<rejection::Entity> for ByLine {
    fn order(self) -> (rejection::Column, bool) {
        (rejection::Column::Line, false)
    }
}

/// Responses, one a row, in UTF-8 with a header. `score` is 1, very good, to 5, very poor, or 6, don't know. A last
/// column `touchpoint` may follow, for maternity care.
#[derive(ToSchema)]
#[schema(value_type = String, max_length = 1_000_000_000, example = "responded_on,setting,organisation_code,site_code,ward_name,score,mode\n2026-09-11,inpatient,RXL,RXL01,AMU1,1,sms\n")]
#[expect(dead_code, reason = "it stands for the file in the document")]
pub struct ResponsesFile(String);

/// Responses, one JSON object a line, with the columns of the CSV file as fields, `organisation_code` or
/// `organisationCode`. What is not known is left out or null.
#[derive(ToSchema)]
#[schema(value_type = String, max_length = 1_000_000_000, example = "{\"respondedOn\":\"2026-09-11\",\"setting\":\"inpatient\",\"organisationCode\":\"RXL\",\"siteCode\":\"RXL01\",\"wardName\":\"AMU1\",\"score\":1,\"mode\":\"sms\"}\n")]
#[expect(dead_code, reason = "it stands for the file in the document")]
pub struct ResponsesLines(String);
