//! How results are reached over HTTP.

use actix_web::get;

use super::operations;
use super::views::{FriendsAndFamilyResults, ResultQuery};
use crate::access::Caller;
use crate::access::permissions::ReadFriendsAndFamily;
use crate::http::{Done, Parameters, Problem, Routes};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config.service(get_friends_and_family_results);
}

/// Read results
///
/// How many gave which answer, and what that comes to, over any months and at any level: all responses so far, those
/// that came after their month was locked among them. Nothing is suppressed; what is published is another table.
#[utoipa::path(tag = "Friends and Family Test", security(("bearer" = [ReadFriendsAndFamily])), params(ResultQuery),
    responses((status = OK, description = "The results", body = FriendsAndFamilyResults)))]
#[get("/v1/feedback/friends-and-family/results")]
async fn get_friends_and_family_results(
    caller: Caller<ReadFriendsAndFamily>,
    asked: Parameters<ResultQuery>,
) -> Result<Done<FriendsAndFamilyResults>, Problem> {
    operations::results(&caller, asked.0).await.map(Done)
}
