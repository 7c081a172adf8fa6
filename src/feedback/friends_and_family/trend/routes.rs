//! How a trend is reached over HTTP.

use actix_web::get;

use super::operations;
use super::views::{FriendsAndFamilyTrend, TrendQuery};
use crate::access::Caller;
use crate::access::permissions::ReadFriendsAndFamily;
use crate::http::{Done, Parameters, Problem, Routes};
use crate::pictures::Picture;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(get_friends_and_family_trend)
        .service(show_friends_and_family_trend);
}

/// Read results month by month
///
/// How many answered in each month, and how many found it good or poor, at the caller's organisation and all that
/// belonged to it in that month: all responses so far, those that came after their month was locked among them. Nothing is suppressed;
/// what is published is another table.
#[utoipa::path(tag = "Friends and Family Test", security(("bearer" = [ReadFriendsAndFamily])), params(TrendQuery),
    responses((status = OK, description = "The trend", body = FriendsAndFamilyTrend)))]
#[get("/v1/feedback/friends-and-family/trend")]
async fn get_friends_and_family_trend(
    caller: Caller<ReadFriendsAndFamily>,
    asked: Parameters<TrendQuery>,
) -> Result<Done<FriendsAndFamilyTrend>, Problem> {
    operations::trend(&caller, asked.0).await.map(Done)
}

/// Look at results month by month
///
/// The same figures as a picture, with its description in words; with `Accept: text/html` as a page with a table.
#[utoipa::path(tag = "Friends and Family Test", security(("bearer" = [ReadFriendsAndFamily])), params(TrendQuery),
    responses((status = OK, description = "The picture", content(
        (String = "image/svg+xml"), (String = "text/html; charset=utf-8")))))]
#[get("/v1/feedback/friends-and-family/trend/picture")]
async fn show_friends_and_family_trend(
    caller: Caller<ReadFriendsAndFamily>,
    asked: Parameters<TrendQuery>,
) -> Result<Picture, Problem> {
    let trend = operations::trend(&caller, asked.0).await?;
    Ok(trend.picture())
}
