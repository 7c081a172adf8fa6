//! How rules and deadlines are reached over HTTP.

use actix_web::body::BoxBody;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, Responder, get};

use super::calendar::calendar;
use super::views::{FriendsAndFamilyRules, RulesQuery};
use crate::access::Caller;
use crate::access::permissions::ReadFriendsAndFamilyRules;
use crate::http::{Done, Parameters, Problem, Routes, VARY, accepts, types};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(get_friends_and_family_rules)
        .service(get_friends_and_family_deadlines);
}

/// Read how the question is asked
///
/// Its wording and answers on a day, where it is asked and how answers may be collected: what a front end shows.
#[utoipa::path(tag = "Friends and Family Test", security(("bearer" = [ReadFriendsAndFamilyRules])), params(RulesQuery),
    responses((status = OK, description = "What holds on the day", body = FriendsAndFamilyRules)))]
#[get("/v1/feedback/friends-and-family/rules")]
async fn get_friends_and_family_rules(
    caller: Caller<ReadFriendsAndFamilyRules>,
    asked: Parameters<RulesQuery>,
) -> Result<Done<FriendsAndFamilyRules>, Problem> {
    let day = asked.0.on.unwrap_or(caller.scope().today);
    FriendsAndFamilyRules::on(day).map(Done)
}

/// Follow when returns are due
///
/// As a calendar (iCalendar, RFC 5545) to subscribe to: the last three months and the next twelve, on working days of
/// England.
#[utoipa::path(tag = "Friends and Family Test", security(("bearer" = [ReadFriendsAndFamilyRules])),
    responses((status = OK, description = "The calendar", body = String, content_type = "text/calendar; charset=utf-8")))]
#[get("/v1/feedback/friends-and-family/deadlines")]
async fn get_friends_and_family_deadlines(
    caller: Caller<ReadFriendsAndFamilyRules>,
) -> Result<Calendar, Problem> {
    let scope = caller.scope();
    Ok(Calendar(calendar(scope.today, scope.now)))
}

/// A calendar to subscribe to.
struct Calendar(String);

const CALENDAR: &str = "text/calendar; charset=utf-8";

impl Responder for Calendar {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        if !accepts(request.headers(), CALENDAR) {
            let problem = Problem::new(&types::NOT_ACCEPTABLE, "The calendar is text/calendar");
            return HttpResponse::from_error(problem);
        }
        HttpResponse::Ok()
            .content_type(CALENDAR)
            .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
            .insert_header((header::VARY, VARY))
            .insert_header((
                header::CONTENT_DISPOSITION,
                "inline; filename=\"friends-and-family-deadlines.ics\"",
            ))
            .body(self.0)
    }
}
