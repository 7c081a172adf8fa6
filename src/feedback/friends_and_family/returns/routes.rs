//! How returns are reached over HTTP.

use actix_web::body::BoxBody;
use actix_web::{HttpRequest, HttpResponse, Responder, get, post};

use super::content;
use super::entity::FriendsAndFamilyReturnId;
use super::operations::{self, Content};
use super::views::{
    FriendsAndFamilyReturn, NewFriendsAndFamilyReturn, ReturnContent, ReturnFilter,
};
use super::workbook::XLSX;
use crate::access::Caller;
use crate::access::permissions::{
    ManageFriendsAndFamilyReturns, ReadFriendsAndFamily, SubmitFriendsAndFamilyReturns,
};
use crate::http::{
    CSV, Changed, Created, Done, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery,
    Problem, Routes, attachment, preferred, types,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_friends_and_family_returns)
        .service(begin_friends_and_family_return)
        .service(get_friends_and_family_return)
        .service(get_friends_and_family_return_content)
        .service(lock_friends_and_family_return)
        .service(submit_friends_and_family_return);
}

/// List returns
///
/// The newest first, with the days on which they are due.
#[utoipa::path(tag = "Friends and Family Test", security(("bearer" = [ReadFriendsAndFamily])),
    params(PageQuery, ReturnFilter),
    responses((status = OK, description = "A page of returns", body = Page<FriendsAndFamilyReturn>)))]
#[get("/v1/feedback/friends-and-family/returns")]
async fn list_friends_and_family_returns(
    caller: Caller<ReadFriendsAndFamily>,
    listing: Listing<ReturnFilter>,
) -> Result<Listed<FriendsAndFamilyReturn>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Begin a return
///
/// For a setting and a month; there is one of each. A trust or provider begins it, at which people are asked.
#[utoipa::path(tag = "Friends and Family Test", security(("bearer" = [ManageFriendsAndFamilyReturns])),
    responses((status = CREATED, description = "The return", body = FriendsAndFamilyReturn)))]
#[post("/v1/feedback/friends-and-family/returns")]
async fn begin_friends_and_family_return(
    caller: Caller<ManageFriendsAndFamilyReturns>,
    new: Json<NewFriendsAndFamilyReturn>,
) -> Result<Created<FriendsAndFamilyReturn>, Problem> {
    operations::begin(&caller, new.0).await.map(Created)
}

/// Read a return
///
/// Where it stands, and when it is due.
#[utoipa::path(tag = "Friends and Family Test", security(("bearer" = [ReadFriendsAndFamily])),
    responses((status = OK, description = "The return", body = FriendsAndFamilyReturn)))]
#[get("/v1/feedback/friends-and-family/returns/{id}")]
async fn get_friends_and_family_return(
    caller: Caller<ReadFriendsAndFamily>,
    id: Id<FriendsAndFamilyReturnId>,
) -> Result<Found<FriendsAndFamilyReturn>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Read what a return holds
///
/// One row for each place at the finest level of the setting, those without responses too: what was locked, or what
/// has come in so far. With `Accept: text/csv` it has the columns of the national collection, and so it has as
/// a workbook (`application/vnd.openxmlformats-officedocument.spreadsheetml.sheet`).
#[utoipa::path(tag = "Friends and Family Test", security(("bearer" = [ReadFriendsAndFamily])),
    responses((status = OK, description = "What it holds", content(
        (ReturnContent = "application/json"), (String = "text/csv; charset=utf-8"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
#[get("/v1/feedback/friends-and-family/returns/{id}/content")]
async fn get_friends_and_family_return_content(
    caller: Caller<ReadFriendsAndFamily>,
    id: Id<FriendsAndFamilyReturnId>,
) -> Result<Content, Problem> {
    operations::content(&caller, id.0).await
}

impl Responder for Content {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let (rows, rule, period) = (&self.rows, self.rule, self.of.period);
        let (kind, ending, file) =
            match preferred(request.headers(), &["application/json", CSV, XLSX]) {
                Some(CSV) => (CSV, "csv", content::csv(rows, rule, period)),
                Some(XLSX) => (XLSX, "xlsx", content::xlsx(rows, rule, period)),
                Some(_) => return Done(self.view()).respond_to(request),
                None => {
                    let detail = "The return is application/json, text/csv or a workbook";
                    return HttpResponse::from_error(Problem::new(&types::NOT_ACCEPTABLE, detail));
                }
            };
        match file {
            Ok(file) => attachment(kind, &format!("{}.{ending}", self.name()), file),
            Err(problem) => HttpResponse::from_error(problem),
        }
    }
}

/// Lock a return
///
/// After its month. What is in it stays in it; responses that come later count in results, and not in the return.
#[utoipa::path(tag = "Friends and Family Test", security(("bearer" = [ManageFriendsAndFamilyReturns])),
    responses((status = OK, description = "The return, locked", body = FriendsAndFamilyReturn)))]
#[post("/v1/feedback/friends-and-family/returns/{id}/lock")]
async fn lock_friends_and_family_return(
    caller: Caller<ManageFriendsAndFamilyReturns>,
    id: Id<FriendsAndFamilyReturnId>,
    seen: IfMatch,
) -> Result<Changed<FriendsAndFamilyReturn>, Problem> {
    operations::lock(&caller, id.0, seen).await.map(Changed)
}

/// Submit a return
///
/// Notes that it was sent to the national collection, by another person than the one who locked it.
#[utoipa::path(tag = "Friends and Family Test", security(("bearer" = [SubmitFriendsAndFamilyReturns])),
    responses((status = OK, description = "The return, submitted", body = FriendsAndFamilyReturn)))]
#[post("/v1/feedback/friends-and-family/returns/{id}/submit")]
async fn submit_friends_and_family_return(
    caller: Caller<SubmitFriendsAndFamilyReturns>,
    id: Id<FriendsAndFamilyReturnId>,
    seen: IfMatch,
) -> Result<Changed<FriendsAndFamilyReturn>, Problem> {
    operations::submit(&caller, id.0, seen).await.map(Changed)
}
