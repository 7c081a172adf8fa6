//! What can be done with single responses.

use std::collections::HashSet;

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, QueryTrait, Set};

use super::super::counts::{self, Counted, SCORES};
use super::super::imports::Places;
use super::super::imports::judge::{Judge, Said};
use super::super::period::Period;
use super::super::returns::locks;
use super::super::screening::{Found, is_urgent, personal, redacted};
use super::super::settings::Question;
use super::entity::{ActiveModel, Column, Entity, FriendsAndFamilyResponseId, Respondent, Urgency};
use super::views::{
    DealingWith, FriendsAndFamilyResponse, NewFriendsAndFamilyResponse, ResponseFilter,
    WrittenComments,
};
use crate::access::Caller;
use crate::access::permissions::{
    ModerateFriendsAndFamily, ReadFriendsAndFamilyComments, RespondFriendsAndFamily,
};
use crate::http::{FieldError, IfMatch, Listing, Newest, Page, Problem, camel_case};
use crate::lifecycle::Lifecycle;
use crate::organisations::{ROOT, Tree};
use crate::store::Event;
use crate::values::{Stored, begins, day_of};
use crate::working_days::{self, is_working_day};

/// How many days ago somebody may have answered who answers without credentials. Whoever sends paper home has it back
/// within weeks; earlier months are published, and nobody whom we do not know changes them.
const ANYBODY_SINCE: u64 = 60;

/// Until which hour of a working day somebody looks at what cannot wait; what comes later is the next one's.
const LOOKED_AT_UNTIL: i64 = 17;

/// The day on which a person has to have looked at what cannot wait.
fn due_on(arrived: DateTime<Utc>) -> NaiveDate {
    let day = day_of(arrived);
    let in_time = arrived < begins(day) + Duration::hours(LOOKED_AT_UNTIL);
    match is_working_day(day) && in_time {
        true => day,
        false => working_days::after(day, 1),
    }
}

/// Takes a response: of anybody, or of a system that asks for its own organisation.
pub async fn respond(
    caller: &Caller<RespondFriendsAndFamily>,
    new: NewFriendsAndFamilyResponse,
) -> Result<FriendsAndFamilyResponse, Problem> {
    let organisation = new.organisation.as_str().to_owned();
    if let Some(own) = &caller.scope().organisation
        && *own != organisation
    {
        let message =
            "with credentials, it is the caller's own organisation; files are imported for others";
        return Err(Problem::field("/organisation", "notYours", message));
    }
    let reader = caller.read();
    let site = new.site_code.as_ref().map(|code| code.as_str());
    let tree = Tree::around(&reader, &organisation, site).await?;
    let today = reader.today();
    let mut judge = Judge::new(Places::of(&tree, ROOT), today);
    let response = judged(&mut judge, &new, new.responded_on.unwrap_or(today))?;
    let since = today.checked_sub_days(Days::new(ANYBODY_SINCE));
    if caller.scope().organisation.is_none() && Some(response.day) < since {
        let message = "without credentials, it is at most 60 days ago";
        return Err(Problem::field("/respondedOn", "tooLongAgo", message));
    }
    let place = judge.places().place(response.place).clone();
    let NewFriendsAndFamilyResponse {
        responded_on: _,
        setting: _,
        organisation: _,
        site_code,
        ward_name,
        touchpoint: _,
        score,
        mode: _,
        respondent,
        language,
        why,
        better,
        may_be_published,
    } = new;
    let [why, better] = [why, better].map(|text| text.map(Screened::of));
    let written = || [&why, &better].into_iter().flatten();
    let mut kinds: Vec<_> = written()
        .flat_map(|one| &one.found)
        .map(|one| one.what)
        .collect();
    kinds.sort();
    kinds.dedup();
    let urgency = match written().any(|one| is_urgent(&one.text)) {
        true => Urgency::FIRST.after("screen")?,
        false => Urgency::FIRST,
    };
    let question = Question::asked_on(response.day);
    let question = question.ok_or_else(|| Problem::internal("no question was asked"))?;
    let shown = |one: &Option<Screened>| one.as_ref().map(|one| redacted(&one.text, &one.found));
    let row = ActiveModel {
        id: Set(FriendsAndFamilyResponseId::new()),
        organisation: Set(organisation.clone()),
        responded_on: Set(response.day),
        setting: Set(response.setting),
        site: Set(site_code.map(Into::into)),
        unit: Set((!place.unit.is_nil()).then_some(place.unit)),
        ward_name: Set(ward_name.map(Into::into)),
        touchpoint: Set(response.touchpoint),
        score: Set(score),
        mode: Set(response.mode),
        question: Set(question.code.to_owned()),
        respondent: Set(respondent.unwrap_or(Respondent::Patient)),
        language: Set(language.map(Into::into)),
        may_be_published: Set(may_be_published.unwrap_or(false)),
        why_shown: Set(shown(&why)),
        better_shown: Set(shown(&better)),
        why: Set(why.map(|one| one.text)),
        better: Set(better.map(|one| one.text)),
        personal: Set(Stored(kinds)),
        urgency: Set(urgency),
        due_on: Set((urgency == Urgency::Waiting).then(|| due_on(reader.now()))),
        dealt_with: Set(None),
        dealt_with_at: Set(None),
        ..Default::default()
    };
    let counted = Counted {
        setting: response.setting,
        period: Period::of(response.day),
        place,
        touchpoint: response.touchpoint,
        mode: response.mode,
        late: false,
    };
    let mut answers = [0; SCORES];
    answers[usize::from(response.score)] = 1;
    caller
        .write(async |work| {
            let (mut row, mut counted) = (row, counted);
            let locked = locks::held(work, HashSet::from([counted.period])).await?;
            counted.late = locked.has(&organisation, counted.setting, counted.period);
            row.late = Set(counted.late);
            let row = work.add::<Entity>(row).await?;
            counts::add(work, vec![(counted, answers)]).await?;
            let event = Event::of("friendsAndFamilyResponse.given", row.id).within(organisation);
            Ok((row.into(), event))
        })
        .await
}

/// What was written, with what is personal in it.
struct Screened {
    text: String,
    found: Vec<Found>,
}

impl Screened {
    fn of(text: impl Into<String>) -> Self {
        let text = text.into();
        let found = personal(&text);
        Self { text, found }
    }
}

/// The response, by the same rules as the rows of files.
fn judged(
    judge: &mut Judge,
    new: &NewFriendsAndFamilyResponse,
    day: NaiveDate,
) -> Result<super::super::imports::blocks::Response, Problem> {
    let (day, score) = (day.to_string(), new.score.to_string());
    let (setting, mode) = (new.setting.word(), new.mode.word());
    let touchpoint = new.touchpoint.map(|one| one.word()).unwrap_or_default();
    let site = new.site_code.as_ref().map_or("", |code| code.as_str());
    let ward = new.ward_name.as_ref().map_or("", |name| name.as_str());
    let said = Said {
        responded_on: day.as_bytes(),
        setting: setting.as_bytes(),
        organisation: new.organisation.as_str().as_bytes(),
        site: site.as_bytes(),
        ward: ward.as_bytes(),
        score: score.as_bytes(),
        mode: mode.as_bytes(),
        touchpoint: touchpoint.as_bytes(),
    };
    judge.response(1, &said).ok_or_else(|| {
        let wrong = judge.wrong().iter().map(|one| {
            let pointer = match one.field {
                "organisation_code" => "/organisation".to_owned(),
                field => format!("/{}", camel_case(field)),
            };
            FieldError::new(pointer, one.code, one.reason)
        });
        Problem::fields(wrong.collect())
    })
}

/// One page of the responses, the newest first, without what may tell who somebody is.
pub async fn list(
    caller: &Caller<ReadFriendsAndFamilyComments>,
    listing: Listing<ResponseFilter>,
) -> Result<Page<FriendsAndFamilyResponse>, Problem> {
    let Listing { filter, paging } = listing;
    let ResponseFilter {
        setting,
        urgency,
        overdue,
        from,
        to,
    } = filter;
    let reader = caller.read();
    let late = Condition::all()
        .add(Column::Urgency.eq(Urgency::Waiting))
        .add(Column::DueOn.is_not_null())
        .add(Column::DueOn.lt(reader.today()));
    let query = reader
        .select::<Entity>()
        .apply_if(setting, |query, setting| {
            query.filter(Column::Setting.eq(setting))
        })
        .apply_if(urgency, |query, urgency| {
            query.filter(Column::Urgency.eq(urgency))
        })
        .apply_if(overdue, |query, overdue| match overdue {
            true => query.filter(late),
            false => query.filter(late.not()),
        })
        .apply_if(from, |query, day| {
            query.filter(Column::RespondedOn.gte(day))
        })
        .apply_if(to, |query, day| query.filter(Column::RespondedOn.lte(day)));
    let page = reader.page(query, &paging, Newest).await?;
    Ok(page.map(FriendsAndFamilyResponse::from))
}

/// One response, without what may tell who somebody is.
pub async fn get(
    caller: &Caller<ReadFriendsAndFamilyComments>,
    id: FriendsAndFamilyResponseId,
) -> Result<FriendsAndFamilyResponse, Problem> {
    caller.read().get(id).await.map(Into::into)
}

/// What was written, as it was written. Whoever reads it is remembered.
pub async fn as_written(
    caller: &Caller<ModerateFriendsAndFamily>,
    id: FriendsAndFamilyResponseId,
) -> Result<WrittenComments, Problem> {
    caller
        .read_recorded(async |reader| {
            let row = reader.get(id).await?;
            let written = WrittenComments {
                why: row.why,
                better: row.better,
                dealt_with: row.dealt_with,
            };
            Ok((written, Event::of("friendsAndFamilyResponse.read", id)))
        })
        .await
}

/// Notes what was done about something that could not wait.
pub async fn deal_with(
    caller: &Caller<ModerateFriendsAndFamily>,
    id: FriendsAndFamilyResponseId,
    seen: IfMatch,
    done: DealingWith,
) -> Result<FriendsAndFamilyResponse, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            let next = row.urgency.after("deal-with")?;
            let mut row = row.into_active_model();
            row.urgency = Set(next);
            row.dealt_with = Set(Some(done.dealt_with.into()));
            row.dealt_with_at = Set(Some(work.now()));
            let row = work.step::<Entity>(row, &seen).await?;
            let event = Event::of("friendsAndFamilyResponse.dealtWith", id);
            Ok((row.into(), event))
        })
        .await
}
