//! Who signs in as a partner: one person proposes the link between a user and a partner's record, another one confirms
//! it, and the partner is told of both.
//!
//! Whoever is linked to a partner reads and changes what is the partner's own, and signs for them. So nobody links
//! anybody alone, nobody links themself, and where a partner signs in already, it is the partner who confirms: what is
//! theirs is not shared with another account behind their back.

use super::entity::{Entity, ProposedLink, Status, UserId};
use super::operations::{of_partner, view};
use super::views::User;
use crate::access::permissions::{ConfirmUserLinks, ManagePartners, ManageUsers, ReadAccessNeeds};
use crate::access::{Caller, Permission};
use crate::api_clients::{entity as client, operations as clients};
use crate::http::{FieldError, IfMatch, Problem, types};
use crate::partners::messages::{MessagePurpose, queue};
use crate::partners::{PartnerId, entity as partner, rules};
use crate::store::{Event, Reach, Record, Work};
use sea_orm::{IntoActiveModel, Set};

/// The link to a partner that the caller proposes. Only those who may read and change the partner's records themselves
/// do, and only with a partner whose record their organisation holds.
pub(super) async fn proposed(
    caller: &Caller<ManageUsers>,
    work: &Work<'_>,
    user: Option<UserId>,
    partner: PartnerId,
) -> Result<ProposedLink, Problem> {
    let grants = &caller.principal().grants;
    let needed = [ManagePartners::SCOPE, ReadAccessNeeds::SCOPE];
    if let Some(scope) = needed
        .iter()
        .find(|scope| grants.get(**scope) < Some(&Reach::Organisation))
    {
        let detail = format!("To link a person to a partner, you need the permission `{scope}`");
        return Err(Problem::new(&types::NOT_YOURS_TO_GIVE, detail));
    }
    not_oneself(work, user)?;
    let found = work.named("/partnerId", partner).await?;
    if caller.scope().organisation.as_deref() != Some(&found.organisation) {
        let message = "there is no partner with this id";
        return Err(Problem::field("/partnerId", "unknown", message));
    }
    rules::must_go_on(&found)?;
    Ok(ProposedLink {
        partner_id: partner,
        proposed_by: work.actor(),
    })
}

fn not_oneself(work: &Work<'_>, user: Option<UserId>) -> Result<(), Problem> {
    match user.is_some_and(|user| work.authority().scope.user == Some(user.0)) {
        false => Ok(()),
        true => {
            let detail = "Nobody links themself to a partner";
            Err(Problem::new(&types::SAME_PERSON, detail))
        }
    }
}

/// Tells a partner what is done about who signs in as them.
pub(super) async fn tell(
    work: &mut Work<'_>,
    partner: Option<PartnerId>,
    template: &'static str,
    user: UserId,
) -> Result<(), Problem> {
    if let Some(partner) = partner {
        let facts = [("userId", user.to_string())];
        queue(work, partner, MessagePurpose::Service, template, facts).await?;
    }
    Ok(())
}

/// Whether somebody can sign in as a partner, by an account or with credentials of their own.
async fn signs_in(work: &Work<'_>, partner: &partner::Model) -> Result<bool, Problem> {
    let accounts = of_partner(work, partner.id).await?;
    let credentials = clients::of_partner(work, partner.id).await?;
    Ok(accounts.iter().any(|row| row.status == Status::Active)
        || credentials
            .iter()
            .any(|row| row.status == client::Status::Active))
}

/// Confirms a link that somebody else proposed: the partner does, and as long as nobody signs in as them, a second
/// member of staff.
pub async fn confirm(
    caller: &Caller<ConfirmUserLinks>,
    id: UserId,
    seen: IfMatch,
) -> Result<User, Problem> {
    caller
        .write(async |work| {
            work.changes_access().await?;
            let scope = &work.authority().scope;
            let (own, reach) = (scope.partner.map(PartnerId), scope.reach);
            let organisation = scope.organisation.clone().unwrap_or_default();
            let row = work.reach::<Entity>(&organisation, id).await?;
            let link = row.proposed_link.clone().map(|link| link.0);
            let theirs = link
                .as_ref()
                .is_some_and(|link| Some(link.partner_id) == own);
            // What is proposed about others is none of a partner's business.
            if reach <= Reach::Own && !theirs {
                return Err(Problem::not_found(<Entity as Record>::NOUN));
            }
            let Some(link) = link else {
                let message = "another person has to propose it first, with `partnerId`";
                let none = FieldError::new("/partnerId", "notProposed", message);
                return Err(Problem::unmet("Nobody has proposed a link", vec![none]));
            };
            let partner = work.reach(&organisation, link.partner_id).await?;
            rules::must_go_on(&partner)?;
            if !theirs {
                by_a_second_person(work, id, &link, &partner).await?;
            }
            let about = [row.partner_id, Some(link.partner_id.0)];
            let mut row = row.into_active_model();
            row.partner_id = Set(Some(link.partner_id.0));
            row.proposed_link = Set(None);
            let row = work.step::<Entity>(row, &seen).await?;
            tell(work, Some(link.partner_id), "accountLinked", id).await?;
            let event = Event::of("user.linked", id).about(about.into_iter().flatten());
            Ok((view(caller, row), event))
        })
        .await
}

async fn by_a_second_person(
    work: &Work<'_>,
    user: UserId,
    link: &ProposedLink,
    partner: &partner::Model,
) -> Result<(), Problem> {
    let detail = "You proposed this; another person has to confirm it";
    work.second_person([&link.proposed_by], detail)?;
    not_oneself(work, Some(user))?;
    match signs_in(work, partner).await? {
        false => Ok(()),
        true => {
            let detail = "The partner signs in already, and confirms it themself";
            Err(Problem::new(&types::NOT_YOURS, detail))
        }
    }
}
