//! What can be done with decisions about the checks of a role.

use sea_orm::{
    ColumnTrait, Condition, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Set,
};

use super::entity::{ActiveModel, CheckRequirementId, Column, Entity, Model};
use super::views::{CheckRequirement, CheckRequirementFilter, NewCheckRequirement};
use crate::access::Caller;
use crate::access::permissions::{DecideCheckRequirements, ReadCheckRequirements};
use crate::appointments::{self, entity as appointment};
use crate::checks;
use crate::http::{IfMatch, Listing, Newest, Page, Problem};
use crate::opportunities::{DbsLevel, OpportunityId};
use crate::partners::without_nhs_number;
use crate::store::{Event, Work};
use crate::users::UserId;

/// One page of the decisions.
pub async fn list(
    caller: &Caller<ReadCheckRequirements>,
    listing: Listing<CheckRequirementFilter>,
) -> Result<Page<CheckRequirement>, Problem> {
    let Listing { filter, paging } = listing;
    let reader = caller.read();
    let query = reader
        .select::<Entity>()
        .apply_if(filter.opportunity_id, |query, id| {
            query.filter(Column::OpportunityId.eq(id))
        });
    let page = reader.page(query, &paging, Newest).await?;
    Ok(page.map(CheckRequirement::from))
}

/// One decision.
pub async fn get(
    caller: &Caller<ReadCheckRequirements>,
    id: CheckRequirementId,
) -> Result<CheckRequirement, Problem> {
    Ok(caller.read().get(id).await?.into())
}

/// Writes a decision down. It holds for the partners who were appointed and wait for their checks too.
pub async fn decide(
    caller: &Caller<DecideCheckRequirements>,
    new: NewCheckRequirement,
) -> Result<CheckRequirement, Problem> {
    caller
        .write(async |work| {
            // The law is read by a person, who answers for it.
            let decided_by = UserId(work.authority().person()?);
            let NewCheckRequirement {
                opportunity_id,
                level,
                workforce,
                legal_basis,
                references_needed,
            } = new;
            let role = work.named("/opportunityId", opportunity_id).await?;
            // What others publish is seen, and is theirs to decide about.
            if work.authority().scope.organisation.as_deref() != Some(&role.organisation) {
                let message = "there is no opportunity of the organisation with this id";
                return Err(Problem::field("/opportunityId", "unknown", message));
            }
            // Who appoints somebody holds the role, so that each waits for the other.
            let role = work.get(opportunity_id).await?;
            without_nhs_number([("/legalBasis", Some(legal_basis.as_str()))])?;
            let row = ActiveModel {
                id: Set(CheckRequirementId::new()),
                organisation: Set(role.organisation),
                opportunity_id: Set(opportunity_id),
                level: Set(level),
                workforce: Set(workforce),
                legal_basis: Set(legal_basis.into()),
                references_needed: Set(references_needed),
                decided_by: Set(decided_by),
                decided_on: Set(work.today()),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            carry_over(work, &row).await?;
            let event = Event::of("check-requirement.decided", row.id);
            Ok((row.into(), event))
        })
        .await
}

/// Lets the appointments that wait for their checks ask for what was decided. A check that was made for less is none
/// for them.
async fn carry_over(work: &mut Work<'_>, decided: &Model) -> Result<(), Problem> {
    let waiting = work
        .select::<appointment::Entity>()
        .filter(appointment::Column::OpportunityId.eq(decided.opportunity_id))
        .filter(appointment::Column::Status.eq(appointments::Status::PendingChecks))
        .filter(
            Condition::any()
                .add(appointment::Column::DbsLevel.ne(decided.level))
                .add(appointment::Column::DbsCheckedOn.is_not_null()),
        )
        .order_by_asc(appointment::Column::Id);
    for found in work.all(waiting).await? {
        let row = work.get(found.id).await?;
        if row.status == appointments::Status::PendingChecks {
            let (level, workforce) = (decided.level, decided.workforce);
            let enough = level == DbsLevel::None
                || checks::operations::has_dbs(work, row.id, level, workforce).await?;
            let mut row = row.into_active_model();
            row.dbs_level.set_if_not_equals(level);
            if !enough {
                row.dbs_checked_on.set_if_not_equals(None);
            }
            work.step::<appointment::Entity>(row, &IfMatch::Absent)
                .await?;
        }
    }
    Ok(())
}

/// The decision that holds for a role, whoever asks.
#[expect(
    clippy::disallowed_methods,
    reason = "the rule that lets a change reach the role is the operation's"
)]
pub async fn of_role(work: &Work<'_>, role: OpportunityId) -> Result<Option<Model>, Problem> {
    use sea_orm::EntityTrait;
    let newest = Entity::find()
        .filter(Column::OpportunityId.eq(role))
        .order_by_desc(Column::Id)
        .limit(1);
    work.one(newest).await
}
