//! What can be done with templates.

use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, QueryTrait, Set};

use super::entity::{ActiveModel, Column, Entity, TemplateId};
use super::views::{NewTemplate, Template, TemplateChanges, TemplateFilter, TemplateSort};
use crate::access::Caller;
use crate::access::permissions::{ManageTemplates, ReadTemplates};
use crate::http::{IfMatch, Listing, Page, Problem};
use crate::store::Event;

/// One page of the templates that the caller may see.
pub async fn list(
    caller: &Caller<ReadTemplates>,
    listing: Listing<TemplateFilter>,
) -> Result<Page<Template>, Problem> {
    let Listing { filter, paging } = listing;
    let reader = caller.read();
    let query = reader
        .select::<Entity>()
        .apply_if(filter.kind, |query, kind| {
            query.filter(Column::Kind.eq(kind))
        });
    let sort = filter.sort.unwrap_or(TemplateSort::Title);
    let page = reader.page(query, &paging, sort).await?;
    Ok(page.map(Template::from))
}

/// One template.
pub async fn get(caller: &Caller<ReadTemplates>, id: TemplateId) -> Result<Template, Problem> {
    caller.read().get(id).await.map(Template::from)
}

/// Adds a template, without a version.
pub async fn add(caller: &Caller<ManageTemplates>, new: NewTemplate) -> Result<Template, Problem> {
    caller
        .write(async |work| {
            let NewTemplate {
                title,
                kind,
                summary,
            } = new;
            let row = ActiveModel {
                id: Set(TemplateId::new()),
                title: Set(title.into()),
                kind: Set(kind),
                summary: Set(summary.into()),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("template.added", row.id);
            Ok((row.into(), event))
        })
        .await
}

/// Changes a template that the caller has seen.
pub async fn change(
    caller: &Caller<ManageTemplates>,
    id: TemplateId,
    seen: IfMatch,
    changes: TemplateChanges,
) -> Result<Template, Problem> {
    caller
        .write(async |work| {
            let mut row = work.seen(id, &seen).await?.into_active_model();
            let TemplateChanges { title, summary } = changes;
            title.onto(&mut row.title);
            summary.onto(&mut row.summary);
            let row = work.save::<Entity>(row, &seen).await?;
            Ok((row.into(), Event::of("template.changed", id)))
        })
        .await
}
