//! The removal of everything that could tell who a partner was. It takes two people.

use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, Set};
use uuid::Uuid;

use super::entity::{Column, Entity, Model, PartnerEndReason, PartnerId, PartnerStatus};
use super::inputs::ProposedStep;
use super::steps::{confirmed, proposal};
use super::views::Partner;
use super::{belongings, leaving};
use crate::access::permissions::{ErasePartners, ProposeErasure};
use crate::access::{Caller, Role};
use crate::api_clients::operations as clients;
use crate::claims::entity as claims;
use crate::http::{FieldError, IfMatch, Problem};
use crate::lifecycle::Lifecycle;
use crate::store::{Event, Work};
use crate::users::{entity as user, operations as users};
use crate::values::Stored;

/// Proposes that a partner's personal data is removed. Another person confirms it with `anonymise`.
pub async fn propose(
    caller: &Caller<ProposeErasure>,
    id: PartnerId,
    seen: IfMatch,
    proposed: ProposedStep,
) -> Result<Partner, Problem> {
    let partner = caller
        .write(async |work| {
            let partner = work.get(id).await?;
            partner.status.after("anonymise")?;
            let mut row = partner.into_active_model();
            row.erasure = Set(Some(Stored(proposal(work, proposed)?)));
            let row = work.step::<Entity>(row, &seen).await?;
            let event = Event::of("partner.erasureProposed", id).about([id]);
            Ok((Partner::from(row), event))
        })
        .await?;
    Ok(partner.seen_by(caller.scope()))
}

/// Removes a partner's personal data, here and in the records that were merged into this one. Their
/// credentials stop working; the ledger keeps the id, which tells nobody who it was.
pub async fn anonymise(
    caller: &Caller<ErasePartners>,
    id: PartnerId,
    seen: IfMatch,
) -> Result<Partner, Problem> {
    let partner = caller
        .write(async |work| {
            work.changes_access().await?;
            let partner = work.get(id).await?;
            let status = partner.status.after("anonymise")?;
            confirmed(
                work,
                partner.erasure.clone(),
                "POST /v1/partners/{id}/propose-erasure",
            )?;
            must_owe_nothing(work, id).await?;
            let merged = work
                .select::<Entity>()
                .filter(Column::MergedIntoId.eq(id.0));
            let mut ids = vec![id];
            for duplicate in work.all(merged).await? {
                if duplicate.status != PartnerStatus::Anonymised {
                    must_owe_nothing(work, duplicate.id).await?;
                    ids.push(duplicate.id);
                    erase(work, duplicate, status, &IfMatch::Absent).await?;
                }
            }
            let row = erase(work, partner, status, &seen).await?;
            Ok((
                Partner::from(row),
                Event::of("partner.anonymised", id).about(ids),
            ))
        })
        .await?;
    Ok(partner.seen_by(caller.scope()))
}

/// Whose money is on its way is known by name until it has arrived.
async fn must_owe_nothing(work: &Work<'_>, id: PartnerId) -> Result<(), Problem> {
    match work.one(claims::open_of(id)).await? {
        None => Ok(()),
        Some(_) => {
            let message = "claims are not settled yet: see them paid, rejected or withdrawn first";
            let owed = FieldError::new("/claims", "open", message);
            Err(Problem::unmet("The partner is owed money", vec![owed]))
        }
    }
}

/// What stands in place of a name.
const NOBODY: (&str, &str) = ("Anonymised", "Partner");

async fn erase(
    work: &mut Work<'_>,
    partner: Model,
    status: PartnerStatus,
    seen: &IfMatch,
) -> Result<Model, Problem> {
    let id = partner.id;
    // What was written goes, so nothing may wait for it.
    let reason = partner.end_reason.unwrap_or(PartnerEndReason::OwnChoice);
    leaving::end_roles(work, id, reason).await?;
    belongings::erase_all(work, id).await?;
    revoke_clients(work, id).await?;
    remove_users(work, id).await?;
    let mut row = partner.into_active_model();
    row.given_name = Set(NOBODY.0.to_owned());
    row.family_name = Set(NOBODY.1.to_owned());
    row.preferred_name = Set(None);
    row.pronouns = Set(None);
    row.email = Set(None);
    row.telephone = Set(None);
    row.postal_address = Set(None);
    row.postcode = Set(None);
    row.lived_experience = Set(Stored(Vec::new()));
    row.interests = Set(Stored(Vec::new()));
    row.skills = Set(Stored(Vec::new()));
    row.availability = Set(None);
    row.travel_limits = Set(None);
    row.emergency_contact = Set(None);
    row.named_contact_id = Set(None);
    row.suspension = Set(None);
    row.erasure = Set(None);
    row.match_person = Set(None);
    row.match_email = Set(None);
    row.match_telephone = Set(None);
    row.search_name = Set(String::new());
    row.status = Set(status);
    work.step::<Entity>(row, seen).await
}

async fn revoke_clients(work: &mut Work<'_>, id: PartnerId) -> Result<(), Problem> {
    let theirs = clients::of_partner(work, id).await?;
    for row in &theirs {
        belongings::erase_secrets(work, row.id.0).await?;
    }
    clients::revoke_all(work, theirs).await
}

/// A user who was nothing but the partner is nobody any more; one who has other roles keeps those.
async fn remove_users(work: &mut Work<'_>, id: PartnerId) -> Result<(), Problem> {
    for row in users::of_partner(work, id).await? {
        let roles: Vec<Role> = row
            .roles
            .0
            .iter()
            .copied()
            .filter(|role| *role != Role::Partner)
            .collect();
        let nothing_else = roles.is_empty();
        let mut row = row.into_active_model();
        row.partner_id = Set(None);
        row.roles = Set(Stored(roles));
        if nothing_else {
            row.subject = Set(format!("anonymised:{}", Uuid::new_v4()));
            row.display_name = Set(NOBODY.0.to_owned());
            row.email = Set(None);
            row.status = Set(user::Status::Removed);
        }
        work.step::<user::Entity>(row, &IfMatch::Absent).await?;
    }
    Ok(())
}
