//! Who may call as a partner whose record is merged into another one.
//!
//! Anyone may register in anybody's name and is given credentials for what they wrote. So these end with
//! the duplicate, unless staff have checked that it is the same person who holds them.

use sea_orm::{IntoActiveModel, Set};

use crate::api_clients::{entity as client, operations as clients};
use crate::http::{IfMatch, Problem};
use crate::partners::{PartnerId, leaving};
use crate::store::Work;
use crate::users::{entity as user, operations as users};

/// Takes the credentials of a duplicate away. What their holder arranged so that others act for the
/// person or see the record, and what they consented to, ends with them. Answers whether there were any.
pub async fn take_away(work: &mut Work<'_>, duplicate: PartnerId) -> Result<bool, Problem> {
    let issued = clients::of_partner(work, duplicate).await?;
    let linked = users::of_partner(work, duplicate).await?;
    let held = !issued.is_empty() || !linked.is_empty();
    if held {
        leaving::revoke_shares(work, duplicate).await?;
        leaving::end_representatives(work, duplicate).await?;
        leaving::withdraw_preferences(work, duplicate, None).await?;
    }
    clients::revoke_all(work, issued).await?;
    link(work, linked, None).await?;
    Ok(held)
}

/// Lets those who called as the duplicate call as the record that goes on.
pub async fn hand_on(
    work: &mut Work<'_>,
    duplicate: PartnerId,
    survivor: PartnerId,
) -> Result<(), Problem> {
    for row in clients::of_partner(work, duplicate).await? {
        let mut row = row.into_active_model();
        row.partner_id = Set(Some(survivor.0));
        work.step::<client::Entity>(row, &IfMatch::Absent).await?;
    }
    let linked = users::of_partner(work, duplicate).await?;
    link(work, linked, Some(survivor)).await
}

async fn link(
    work: &mut Work<'_>,
    users: Vec<user::Model>,
    to: Option<PartnerId>,
) -> Result<(), Problem> {
    for row in users {
        let mut row = row.into_active_model();
        row.partner_id = Set(to.map(|partner| partner.0));
        work.step::<user::Entity>(row, &IfMatch::Absent).await?;
    }
    Ok(())
}
