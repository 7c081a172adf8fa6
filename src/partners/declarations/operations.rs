//! What can be done with declarations of interest.

use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, Set};

use super::entity::{ActiveModel, Column, DeclarationId, Entity, InterestKind, Mitigation};
use super::views::{Declaration, DeclarationChanges, NewDeclaration};
use crate::access::Caller;
use crate::access::permissions::{ManagePartners, ReadPartners};
use crate::http::{Change, FieldError, IfMatch, Listing, Newest, Page, Problem, Unfiltered};
use crate::partners::{PartnerId, rules};
use crate::store::{Event, Work};

/// One page of a partner's declarations.
pub async fn list(
    caller: &Caller<ReadPartners>,
    id: PartnerId,
    listing: Listing<Unfiltered>,
) -> Result<Page<Declaration>, Problem> {
    caller
        .read_recorded(async |reader| {
            rules::held_here(reader, id).await?;
            let query = reader.select::<Entity>().filter(Column::PartnerId.eq(id));
            let page = reader.page(query, &listing.paging, Newest).await?;
            Ok((
                page.map(Declaration::from),
                Event::all("declaration.listed").about([id]),
            ))
        })
        .await
}

/// One declaration.
pub async fn get(caller: &Caller<ReadPartners>, id: DeclarationId) -> Result<Declaration, Problem> {
    caller
        .read_recorded(async |reader| {
            let row = reader.get(id).await?;
            let event = Event::of("declaration.read", id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// Declares an interest, or that there is none.
pub async fn add(
    caller: &Caller<ManagePartners>,
    partner_id: PartnerId,
    new: NewDeclaration,
) -> Result<Declaration, Problem> {
    caller
        .write(async |work| {
            rules::parent(work, partner_id).await?;
            let NewDeclaration {
                kind,
                description,
                from_date,
                to_date,
                mitigation,
            } = new;
            check_mitigation(work, (mitigation != Mitigation::None).then_some(mitigation))?;
            let text = description.as_ref().map(|text| text.as_str());
            rules::without_nhs_number([("/description", text)])?;
            let row = ActiveModel {
                id: Set(DeclarationId::new()),
                partner_id: Set(partner_id),
                kind: Set(kind),
                description: Set(description.map(Into::into)),
                from_date: Set(from_date),
                to_date: Set(to_date),
                mitigation: Set(mitigation),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("declaration.added", row.id).about([partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// What is done about an interest is not for the one who has it to say.
fn check_mitigation(work: &Work<'_>, mitigation: Option<Mitigation>) -> Result<(), Problem> {
    match mitigation.filter(|_| rules::acts_for_self(&work.authority().scope)) {
        Some(_) => Err(rules::staff_only(
            "/mitigation",
            "the engagement team says what is done",
        )),
        None => Ok(()),
    }
}

/// Changes a declaration that the caller has seen.
pub async fn change(
    caller: &Caller<ManagePartners>,
    id: DeclarationId,
    seen: IfMatch,
    changes: DeclarationChanges,
) -> Result<Declaration, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            let DeclarationChanges {
                description,
                to_date,
                mitigation,
            } = changes;
            check_mitigation(work, mitigation.value().copied())?;
            let mut errors = Vec::new();
            if description.value().is_some() && row.kind == InterestKind::Nil {
                let message = "where there is no interest, there is nothing to describe";
                errors.push(FieldError::new("/description", "nil", message));
            }
            if matches!(to_date, Change::To(Some(to)) if to < row.from_date) {
                errors.push(FieldError::new("/toDate", "order", "not before fromDate"));
            }
            if !errors.is_empty() {
                return Err(Problem::fields(errors));
            }
            let text = description.value().map(|text| text.as_str());
            rules::without_nhs_number([("/description", text)])?;
            let partner = row.partner_id;
            let mut row = row.into_active_model();
            description
                .map(|text| Some(String::from(text)))
                .onto(&mut row.description);
            to_date.onto(&mut row.to_date);
            mitigation.onto(&mut row.mitigation);
            let row = work.save::<Entity>(row, &seen).await?;
            Ok((
                row.into(),
                Event::of("declaration.changed", id).about([partner]),
            ))
        })
        .await
}
