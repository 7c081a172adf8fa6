//! How published tables are reached over HTTP.

use actix_web::body::BoxBody;
use actix_web::{HttpRequest, HttpResponse, Responder, get};

use super::operations::{self, Table};
use super::views::{PublishedTable, PublishedTableQuery};
use crate::access::Caller;
use crate::access::permissions::ReadFriendsAndFamily;
use crate::http::{CSV, Done, Parameters, Problem, Routes, attachment, preferred, types};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config.service(get_published_table);
}

/// Read a published table
///
/// Responses of a month, with small numbers suppressed by NHS England's rule over all of England: every place has a
/// row, those without responses too. The root organisation, ENGLAND, sees all rows; others those of their own
/// organisation and of what belongs to it. With `Accept: text/csv` it is the file that is published: `*` where a
/// number is suppressed, `-` where there is no percentage, percentages as fractions with four decimals.
#[utoipa::path(tag = "Friends and Family Test", security(("bearer" = [ReadFriendsAndFamily])),
    params(PublishedTableQuery),
    responses((status = OK, description = "The table", content(
        (PublishedTable = "application/json"), (String = "text/csv; charset=utf-8")))))]
#[get("/v1/feedback/friends-and-family/published-tables")]
async fn get_published_table(
    caller: Caller<ReadFriendsAndFamily>,
    asked: Parameters<PublishedTableQuery>,
) -> Result<Table, Problem> {
    operations::table(&caller, asked.0).await
}

impl Responder for Table {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        match preferred(request.headers(), &["application/json", CSV]) {
            Some(CSV) => match self.file() {
                Ok(file) => attachment(CSV, &format!("{}.csv", self.name()), file),
                Err(problem) => HttpResponse::from_error(problem),
            },
            Some(_) => Done(self.view()).respond_to(request),
            None => {
                let detail = "The table is application/json or text/csv";
                HttpResponse::from_error(Problem::new(&types::NOT_ACCEPTABLE, detail))
            }
        }
    }
}
