//! What can be done about partners who are in twice.

use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, IntoActiveModel, QueryFilter, Set};

use super::credentials;
use super::views::Duplicate;
use crate::access::Caller;
use crate::access::permissions::MergePartners;
use crate::applications::{self, entity as application};
use crate::http::{FieldError, IfMatch, Listing, Newest, Page, Problem, Unfiltered, types};
use crate::lifecycle::Lifecycle;
use crate::partners::contact_preferences::entity as preference;
use crate::partners::enrolments::entity as enrolment;
use crate::partners::entity::{Column, Entity, Model, PartnerEndReason, PartnerId, PartnerStatus};
use crate::partners::inputs::Merging;
use crate::partners::views::Partner;
use crate::partners::{belongings, leaving, messages, rules};
use crate::store::{Event, Work};

/// One page of the records that may be of the same person.
pub async fn list(
    caller: &Caller<MergePartners>,
    id: PartnerId,
    listing: Listing<Unfiltered>,
) -> Result<Page<Duplicate>, Problem> {
    caller
        .read_recorded(async |reader| {
            let partner = reader.get(id).await?;
            let like = |column: Column, value: &Option<String>| {
                value.as_ref().map(|value| column.eq(value.as_str()))
            };
            let none = Column::Id.is_null();
            let alike = Condition::any()
                .add(none)
                .add_option(like(Column::MatchEmail, &partner.match_email))
                .add_option(like(Column::MatchTelephone, &partner.match_telephone))
                .add_option(like(Column::MatchPerson, &partner.match_person));
            let query = reader
                .select::<Entity>()
                .filter(alike)
                .filter(Column::Organisation.eq(partner.organisation.as_str()))
                .filter(Column::Id.ne(id));
            let page = reader.page(query, &listing.paging, Newest).await?;
            let about = page.items.iter().map(|row| row.id).chain([id]);
            let event = Event::of("partner.duplicatesListed", id).about(about);
            Ok((page.map(|row| Duplicate::of(&partner, row)), event))
        })
        .await
}

/// Makes one record of two. What belongs to the duplicate moves; the duplicate stays, to say where. Its
/// credentials end, unless the person's identity was checked.
pub async fn merge(
    caller: &Caller<MergePartners>,
    id: PartnerId,
    seen: IfMatch,
    merging: Merging,
) -> Result<Partner, Problem> {
    let Merging {
        duplicate_id,
        identity_checked,
    } = merging;
    if duplicate_id == id {
        return Err(Problem::field(
            "/duplicateId",
            "same",
            "another record is needed",
        ));
    }
    let partner = caller
        .write(async |work| {
            work.changes_access().await?;
            let (survivor, duplicate) = both(work, id, duplicate_id).await?;
            seen.honoured(survivor.version)?;
            let status = check(work, &survivor, &duplicate).await?;
            let unchecked = match identity_checked {
                true => {
                    credentials::hand_on(work, duplicate_id, id).await?;
                    false
                }
                false => credentials::take_away(work, duplicate_id).await?,
            };
            settle_enrolments(work, id, duplicate_id).await?;
            settle_preferences(work, id, duplicate_id).await?;
            belongings::move_all(work, id, duplicate_id).await?;
            lead_on(work, id, duplicate_id).await?;
            if died(&survivor) {
                leaving::fall_silent(work, id).await?;
            }
            // Whoever it was that read the notice, nobody knows that it was this person.
            let survivor = match unchecked {
                true => survivor,
                false => take_over(work, survivor, &duplicate).await?,
            };
            let mut row = duplicate.into_active_model();
            row.status = Set(status);
            row.merged_into_id = Set(Some(id.0));
            row.match_person = Set(None);
            row.match_email = Set(None);
            row.match_telephone = Set(None);
            work.step::<Entity>(row, &IfMatch::Absent).await?;
            let event = Event::of("partner.merged", id).about([id, duplicate_id]);
            let event = match identity_checked {
                true => event.because("identityChecked"),
                false => event,
            };
            Ok((Partner::from(survivor), event))
        })
        .await?;
    Ok(partner.seen_by(caller.scope()))
}

/// Both records, locked in the order of their ids, so that two merges never wait for each other.
async fn both(
    work: &Work<'_>,
    id: PartnerId,
    duplicate_id: PartnerId,
) -> Result<(Model, Model), Problem> {
    let duplicate = async || {
        work.get(duplicate_id)
            .await
            .map_err(|problem| match problem.kind() {
                kind if *kind == types::NOT_FOUND => Problem::field(
                    "/duplicateId",
                    "unknown",
                    "there is no partner with this id",
                ),
                _ => problem,
            })
    };
    if id < duplicate_id {
        let survivor = work.get(id).await?;
        return Ok((survivor, duplicate().await?));
    }
    let second = duplicate().await;
    Ok((work.get(id).await?, second?))
}

/// The duplicate's next state, if the two can be merged. Drafts that would come twice are withdrawn.
async fn check(
    work: &mut Work<'_>,
    survivor: &Model,
    duplicate: &Model,
) -> Result<PartnerStatus, Problem> {
    rules::must_go_on(survivor)?;
    let status = duplicate.status.after("merge")?;
    let twice = belongings::both_applied(work, survivor.id, duplicate.id).await?;
    let mut errors = Vec::new();
    let mut unmet = |code: &str, message: &str| {
        errors.push(FieldError::new("/duplicateId", code, message));
    };
    if died(duplicate) && !died(survivor) {
        unmet(
            "deceased",
            "one record says that the person has died; record it here first: `end`, or `record-death` after it",
        );
    }
    if duplicate.status == PartnerStatus::Suspended && survivor.status != PartnerStatus::Suspended {
        unmet(
            "suspended",
            "the other record is suspended; merge into that one, or reinstate it first",
        );
    }
    if survivor.status == PartnerStatus::Ended && duplicate.status != PartnerStatus::Ended {
        unmet(
            "ended",
            "this partner has ended and the other one has not; merge into that one",
        );
    }
    for row in &twice {
        if is_open(row) && row.status != applications::Status::Started {
            let message = format!(
                "both have applied for the opportunity {}; withdraw the application of the record \
                 that ends",
                row.opportunity_id
            );
            unmet("bothApplied", &message);
        }
    }
    if !errors.is_empty() {
        return Err(Problem::unmet(
            "These two records cannot be merged as they stand",
            errors,
        ));
    }
    // Nobody but the person sees a draft, so nobody else could withdraw it.
    let drafts = twice.iter().filter(|row| is_open(row)).map(|row| row.id);
    let drafts = application::of_partner(duplicate.id)
        .filter(application::Column::Id.is_in(drafts.collect::<Vec<_>>()));
    applications::operations::withdraw_open(work, drafts).await?;
    Ok(status)
}

fn is_open(row: &application::Model) -> bool {
    row.status.after("withdraw").is_ok()
}

fn died(row: &Model) -> bool {
    row.end_reason == Some(PartnerEndReason::Deceased)
}

/// Whoever had come further in one of the records has come that far, with the notice that they read.
async fn take_over(
    work: &mut Work<'_>,
    survivor: Model,
    duplicate: &Model,
) -> Result<Model, Problem> {
    let (own, other) = (survivor.status.progress(), duplicate.status.progress());
    let further = own.is_some() && other > own;
    if !further {
        return Ok(survivor);
    }
    let unread = survivor.privacy_notice_version.is_none();
    let mut row = survivor.into_active_model();
    row.status = Set(duplicate.status);
    if unread {
        row.privacy_notice_version = Set(duplicate.privacy_notice_version.clone());
        row.privacy_notice_acknowledged_at = Set(duplicate.privacy_notice_acknowledged_at);
    }
    let row = work.step::<Entity>(row, &IfMatch::Absent).await?;
    if row.status == PartnerStatus::Paused {
        messages::operations::cancel(work, row.id, messages::Sparing::Replies).await?;
    }
    Ok(row)
}

/// A route on which both are goes on once.
async fn settle_enrolments(
    work: &mut Work<'_>,
    survivor: PartnerId,
    duplicate: PartnerId,
) -> Result<(), Problem> {
    use enrolment::EnrolmentStatus::{Active, Ended, Pending};
    let current = work
        .select::<enrolment::Entity>()
        .filter(enrolment::Column::PartnerId.is_in([survivor, duplicate]))
        .filter(enrolment::Column::Status.is_in([Pending, Active]));
    let current = work.all(current).await?;
    for row in current.iter().filter(|row| row.partner_id == duplicate) {
        let again = current
            .iter()
            .any(|own| own.partner_id == survivor && own.route == row.route);
        if again {
            let mut row = row.clone().into_active_model();
            row.status = Set(Ended);
            row.ended_on = Set(Some(work.today()));
            work.step::<enrolment::Entity>(row, &IfMatch::Absent)
                .await?;
        }
    }
    Ok(())
}

/// Of two answers to the same question the later one holds; one consent is enough.
async fn settle_preferences(
    work: &mut Work<'_>,
    survivor: PartnerId,
    duplicate: PartnerId,
) -> Result<(), Problem> {
    let all = work
        .select::<preference::Entity>()
        .filter(preference::Column::PartnerId.is_in([survivor, duplicate]));
    let all = work.all(all).await?;
    for row in all.iter().filter(|row| row.withdrawn_at.is_none()) {
        let other_says_no = all.iter().any(|other| {
            let same = (other.purpose, other.channel) == (row.purpose, row.channel);
            let later = other.withdrawn_at.is_some_and(|at| at >= row.consented_at);
            let again = other.withdrawn_at.is_none() && row.partner_id == duplicate;
            same && other.partner_id != row.partner_id && (later || again)
        });
        if other_says_no {
            let mut row = row.clone().into_active_model();
            row.withdrawn_at = Set(Some(work.now()));
            work.step::<preference::Entity>(row, &IfMatch::Absent)
                .await?;
        }
    }
    Ok(())
}

/// Records that were merged into the duplicate earlier lead to the survivor too.
async fn lead_on(
    work: &Work<'_>,
    survivor: PartnerId,
    duplicate: PartnerId,
) -> Result<(), Problem> {
    let column = |name: &'static str| Expr::col(Alias::new(name));
    let update = Query::update()
        .table(Entity)
        .value(Column::MergedIntoId, survivor.0)
        .value(Column::Version, column("version").add(1))
        .value(Column::UpdatedAt, work.now())
        .and_where(column("merged_into_id").eq(duplicate.0))
        .to_owned();
    work.transaction().await?.execute(&update).await?;
    Ok(())
}
