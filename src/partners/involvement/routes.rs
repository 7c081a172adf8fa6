//! How a partner's involvement is reached over HTTP.

use actix_web::{Responder, get};
use futures_util::stream;

use super::operations;
use super::views::{COLUMNS, Involvement, InvolvementItem};
use crate::access::Caller;
use crate::access::permissions::ReadInvolvement;
use crate::http::{CsvFile, Done, Id, Problem, Routes};
use crate::partners::PartnerId;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(get_involvement)
        .service(download_involvement);
}

/// Read what a partner took part in
///
/// What, when, how long, and what changed because of it: added up from the records each time it is asked for.
/// What the partner said in one-to-ones is shown to the partner only. The read is recorded.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadInvolvement])),
    responses((status = OK, description = "The involvement", body = Involvement)))]
#[get("/v1/partners/{id}/involvement")]
async fn get_involvement(
    caller: Caller<ReadInvolvement>,
    id: Id<PartnerId>,
) -> Result<Done<Involvement>, Problem> {
    operations::get(&caller, id.0).await.map(Done)
}

/// Download what a partner took part in
///
/// The same as comma-separated values in UTF-8, to take along. A cell that a spreadsheet would run as a formula
/// has an apostrophe in front. The read is recorded.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadInvolvement])),
    responses((status = OK, description = "The file", body = String, content_type = "text/csv; charset=utf-8")))]
#[get("/v1/partners/{id}/involvement/content")]
async fn download_involvement(
    caller: Caller<ReadInvolvement>,
    id: Id<PartnerId>,
) -> Result<impl Responder, Problem> {
    let involvement = operations::get(&caller, id.0).await?;
    let rows = involvement.items.into_iter().map(InvolvementItem::row);
    let rows: Vec<Vec<String>> = rows.collect();
    Ok(CsvFile {
        name: format!("involvement-{}", involvement.as_of),
        columns: COLUMNS.iter().map(ToString::to_string).collect(),
        portions: stream::iter([Ok(rows)]),
    })
}
