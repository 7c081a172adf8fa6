//! What can be done with users.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryTrait, Set};
use uuid::Uuid;

use super::entity::{ActiveModel, Column, Entity, Model, OWN, Status, UserId};
use super::linking;
use super::roles::Roles;
use super::views::{NewUser, User, UserChanges, UserFilter, UserSort};
use crate::access::permissions::{ManageUsers, ReadUsers};
use crate::access::{Caller, Permission, Role, TABLE};
use crate::http::{Change, FieldError, IfMatch, Listing, Page, Problem, types};
use crate::lifecycle::Lifecycle;
use crate::organisations;
use crate::store::ledger::{entry, subject_of, user_of};
use crate::store::{Authority, Event, Reach, Reader, Store, Work};
use crate::values::Stored;

/// One page of the organisation's users.
pub async fn list(
    caller: &Caller<ReadUsers>,
    listing: Listing<UserFilter>,
) -> Result<Page<User>, Problem> {
    let Listing { filter, paging } = listing;
    caller
        .read_recorded(async |reader| {
            let query = reader
                .select::<Entity>()
                .apply_if(filter.status, |query, status| {
                    query.filter(Column::Status.eq(status))
                })
                .apply_if(filter.subject, |query, subject| {
                    query.filter(Column::Subject.eq(subject))
                })
                .apply_if(filter.role, |query, role| {
                    query.filter(reader.holding::<Entity>(Column::Roles, &role.word()))
                });
            let sort = filter.sort.unwrap_or(UserSort::DisplayName);
            let page = reader.page(query, &paging, sort).await?;
            let partners: Vec<Uuid> = page.items.iter().filter_map(|row| row.partner_id).collect();
            let page = page.map(|row| view(caller, row));
            Ok((page, Event::all("user.listed").about(partners)))
        })
        .await
}

/// One user.
pub async fn get(caller: &Caller<ReadUsers>, id: UserId) -> Result<User, Problem> {
    caller
        .read_recorded(async |reader| {
            let row = reader.get(id).await?;
            let partner = row.partner_id;
            Ok((view(caller, row), Event::of("user.read", id).about(partner)))
        })
        .await
}

/// Gives a person roles in the organisation.
pub async fn add(caller: &Caller<ManageUsers>, new: NewUser) -> Result<User, Problem> {
    caller
        .write(async |work| {
            work.changes_access().await?;
            let NewUser {
                issuer,
                subject,
                display_name,
                email,
                roles,
                partner_id,
            } = new;
            may_give(caller, &roles)?;
            let proposed = match partner_id {
                Some(partner) => Some(linking::proposed(caller, work, None, partner).await?),
                None => None,
            };
            let own = &caller.state().config.public_url;
            let issuer = issuer.map(String::from).filter(|issuer| issuer != own);
            let row = ActiveModel {
                id: Set(UserId::new()),
                issuer: Set(issuer.unwrap_or_else(|| OWN.to_owned())),
                subject: Set(subject.into()),
                display_name: Set(display_name.into()),
                email: Set(email.map(String::from)),
                roles: Set(Stored(roles.list().to_vec())),
                partner_id: Set(None),
                proposed_link: Set(proposed.map(Stored)),
                status: Set(Status::FIRST),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            linking::tell(work, partner_id, "accountLinkProposed", row.id).await?;
            let event = Event::of("user.added", row.id).about(partner_id);
            Ok((view(caller, row), event))
        })
        .await
}

/// Changes a user that the caller has seen.
pub async fn change(
    caller: &Caller<ManageUsers>,
    id: UserId,
    seen: IfMatch,
    changes: UserChanges,
) -> Result<User, Problem> {
    caller
        .write(async |work| {
            work.changes_access().await?;
            let before = work.get(id).await?;
            let UserChanges {
                display_name,
                email,
                roles,
                partner_id,
            } = changes;
            if let Change::To(roles) = &roles {
                may_give(caller, roles)?;
                if !roles.list().contains(&Role::EngagementAdmin) {
                    keeps_an_admin(work, &before).await?;
                }
            }
            let mut row = before.clone().into_active_model();
            display_name.onto(&mut row.display_name);
            email
                .map(|email| email.map(String::from))
                .onto(&mut row.email);
            roles
                .map(|roles| Stored(roles.list().to_vec()))
                .onto(&mut row.roles);
            let mut proposed = None;
            match partner_id {
                Change::To(Some(partner)) if before.partner_id != Some(partner.0) => {
                    let link = linking::proposed(caller, work, Some(id), partner).await?;
                    row.proposed_link.set_if_not_equals(Some(Stored(link)));
                    proposed = Some(partner);
                }
                Change::To(None) => {
                    row.partner_id.set_if_not_equals(None);
                    row.proposed_link.set_if_not_equals(None);
                }
                Change::To(Some(_)) | Change::Keep => {}
            }
            let row = work.save::<Entity>(row, &seen).await?;
            linking::tell(work, proposed, "accountLinkProposed", id).await?;
            let about = before
                .partner_id
                .into_iter()
                .chain(proposed.map(Uuid::from));
            let event = Event::of("user.changed", id).about(about);
            Ok((view(caller, row), event))
        })
        .await
}

/// Takes a step of the lifecycle: a removed user may not call; what they did stays theirs.
pub async fn step(
    caller: &Caller<ManageUsers>,
    id: UserId,
    seen: IfMatch,
    verb: &'static str,
    event: &'static str,
) -> Result<User, Problem> {
    caller
        .write(async |work| {
            work.changes_access().await?;
            let before = work.get(id).await?;
            let status = before.status.after(verb)?;
            match status {
                Status::Removed => keeps_an_admin(work, &before).await?,
                Status::Active => may_give(
                    caller,
                    &Roles::parse(before.roles.0.clone()).map_err(Problem::internal)?,
                )?,
            }
            let mut row = before.into_active_model();
            row.status = Set(status);
            let row = work.step::<Entity>(row, &seen).await?;
            let event = Event::of(event, id).about(row.partner_id);
            Ok((view(caller, row), event))
        })
        .await
}

pub(super) fn view<P: Permission>(caller: &Caller<P>, row: Model) -> User {
    User::of(row, &caller.state().config.public_url)
}

/// An engagement administrator gives out every role. An API client gives none that reaches further than
/// it does itself: otherwise the permission to manage users would be all of them. What is published is
/// everyone's, and nobody's to give.
fn may_give(caller: &Caller<ManageUsers>, roles: &Roles) -> Result<(), Problem> {
    let principal = caller.principal();
    if principal.roles.contains(&Role::EngagementAdmin) {
        return Ok(());
    }
    let beyond = TABLE.iter().find(|row| {
        let held = principal.grants.get(row.scope).copied();
        let held = held.unwrap_or(Reach::Published);
        row.grants
            .iter()
            .any(|(role, reach)| roles.list().contains(role) && *reach > held)
    });
    match beyond {
        None => Ok(()),
        Some(row) => {
            let detail = format!(
                "These roles hold the permission `{}`, which you don't",
                row.scope
            );
            Err(Problem::new(&types::NOT_YOURS_TO_GIVE, detail))
        }
    }
}

/// Without an administrator nobody could give out roles any more. Changes of access wait for one
/// another, so two administrators cannot remove each other at the same time.
async fn keeps_an_admin(work: &Work<'_>, user: &Model) -> Result<(), Problem> {
    if user.status != Status::Active || !user.roles.0.contains(&Role::EngagementAdmin) {
        return Ok(());
    }
    let admin = Role::EngagementAdmin.word();
    let others = work
        .select::<Entity>()
        .filter(Column::Id.ne(user.id))
        .filter(Column::Status.eq(Status::Active))
        .filter(work.holding::<Entity>(Column::Roles, &admin));
    match work.count(others).await? {
        0 => Err(Problem::unmet(
            "An organisation keeps at least one engagement administrator",
            vec![FieldError::new(
                "/roles",
                "lastAdministrator",
                "give the role to somebody else first",
            )],
        )),
        _ => Ok(()),
    }
}

/// The users who are a partner, for a change of who may call as them.
pub async fn of_partner(work: &Work<'_>, partner: impl Into<Uuid>) -> Result<Vec<Model>, Problem> {
    let theirs = work
        .select::<Entity>()
        .filter(Column::PartnerId.eq(partner.into()));
    work.all(theirs).await
}

/// The users whom entries of the ledger name, of whichever organisation: who may read an entry may know
/// who acted.
#[expect(
    clippy::disallowed_methods,
    reason = "the entries have been filtered; whoever acted may be of another organisation"
)]
pub async fn who_acted(
    reader: &Reader<'_>,
    entries: &[entry::Model],
) -> Result<BTreeMap<Uuid, Model>, Problem> {
    let ids: BTreeSet<Uuid> = entries
        .iter()
        .filter_map(|row| user_of(row.subject.as_deref()))
        .collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let users = reader
        .all(Entity::find().filter(Column::Id.is_in(ids)))
        .await?;
    Ok(users.into_iter().map(|user| (user.id.0, user)).collect())
}

/// The subjects under which the ledger keeps those whom an issuer knows by this one.
#[expect(
    clippy::disallowed_methods,
    reason = "the entries are filtered; whoever acted may be of another organisation"
)]
pub async fn kept_as(reader: &Reader<'_>, subject: &str) -> Result<Vec<String>, Problem> {
    let users = Entity::find().filter(Column::Subject.eq(subject));
    let users = reader.all(users).await?;
    let kept = users.into_iter().map(|user| subject_of(user.id.0));
    Ok(kept.chain([subject.to_owned()]).collect())
}

/// Makes sure that a person known to this service itself is a user with a role: what an operator does
/// on the command line.
pub async fn ensure(
    store: &Store,
    organisation: &str,
    subject: &str,
    role: Role,
) -> Result<UserId, Problem> {
    organisations::operations::must_exist(store, organisation).await?;
    let authority = Authority::system("issue-token").within(organisation);
    store
        .write(&authority, async |work| {
            work.changes_access().await?;
            let known = work
                .select::<Entity>()
                .filter(Column::Organisation.eq(organisation))
                .filter(Column::Issuer.eq(OWN))
                .filter(Column::Subject.eq(subject));
            let (row, event): (Model, _) = match work.one(known).await? {
                None => {
                    let row = ActiveModel {
                        id: Set(UserId::new()),
                        issuer: Set(OWN.to_owned()),
                        subject: Set(subject.to_owned()),
                        display_name: Set(subject.to_owned()),
                        email: Set(None),
                        roles: Set(Stored(vec![role])),
                        partner_id: Set(None),
                        proposed_link: Set(None),
                        status: Set(Status::FIRST),
                        ..Default::default()
                    };
                    (work.add::<Entity>(row).await?, "user.added")
                }
                Some(row) => {
                    let mut roles = row.roles.0.clone();
                    if !roles.contains(&role) {
                        roles.push(role);
                    }
                    let mut row = row.into_active_model();
                    row.roles.set_if_not_equals(Stored(roles));
                    row.status.set_if_not_equals(Status::Active);
                    (
                        work.save::<Entity>(row, &IfMatch::Any).await?,
                        "user.changed",
                    )
                }
            };
            Ok((row.id, Event::of(event, row.id)))
        })
        .await
}

/// The users of an organisation who may call, and have a role.
#[expect(
    clippy::disallowed_methods,
    reason = "whoever a record concerns, colleagues are known"
)]
pub async fn active_with(
    work: &Work<'_>,
    organisation: &str,
    role: Role,
) -> Result<Vec<UserId>, Problem> {
    let query = Entity::find()
        .filter(Column::Organisation.eq(organisation))
        .filter(Column::Status.eq(Status::Active))
        .filter(work.holding::<Entity>(Column::Roles, &role.word()));
    let found = work.all(query).await?;
    Ok(found.into_iter().map(|row| row.id).collect())
}
