//! What can be done with adaptations. `steps` takes them through their lifecycle.

use std::collections::HashMap;

use sea_orm::sea_query::Query;
use sea_orm::{
    ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QueryTrait, Set,
};

use super::entity::{ActiveModel, AdaptationId, Column, Entity, Model};
use super::lifecycle::Status;
use super::views::{
    Adaptation, AdaptationChanges, AdaptationFilter, NewAdaptation, TemplateChange,
};
use crate::access::Caller;
use crate::access::permissions::{AdaptTemplates, ReadAdaptations};
use crate::http::{FieldError, IfMatch, Listing, Newest, Page, Problem, types};
use crate::lifecycle::Lifecycle;
use crate::store::{Event, Work};
use crate::templates::TemplateField;
use crate::templates::differences::differences;
use crate::templates::entity as template;
use crate::templates::text::liberties;
use crate::templates::versions::{Status as VersionStatus, entity as version};
use crate::values::{Prose, Stored};
use crate::workstreams::entity::Status as WorkstreamStatus;

/// One page of the adaptations that the caller may see, the newest first.
pub async fn list(
    caller: &Caller<ReadAdaptations>,
    listing: Listing<AdaptationFilter>,
) -> Result<Page<Adaptation>, Problem> {
    let Listing { filter, paging } = listing;
    let reader = caller.read();
    let query = reader
        .select::<Entity>()
        .apply_if(filter.template_id, |query, template| {
            query.filter(Column::TemplateId.eq(template))
        })
        .apply_if(filter.workstream_id, |query, workstream| {
            query.filter(Column::WorkstreamId.eq(workstream))
        })
        .apply_if(filter.status, |query, status| {
            query.filter(Column::Status.eq(status))
        })
        .apply_if(filter.behind, |query, behind| {
            let current = Query::select()
                .column(template::Column::CurrentVersionId)
                .from(template::Entity)
                .and_where(template::Column::CurrentVersionId.is_not_null())
                .to_owned();
            query.filter(match behind {
                true => Column::TemplateVersionId.not_in_subquery(current),
                false => Column::TemplateVersionId.in_subquery(current),
            })
        });
    let page = reader.page(query, &paging, Newest).await?;
    let published = published(reader.connection(), &page.items).await?;
    Ok(page.map(|row| {
        let behind = behind(&row, &published);
        Adaptation::of(row, behind)
    }))
}

/// One adaptation.
pub async fn get(
    caller: &Caller<ReadAdaptations>,
    id: AdaptationId,
) -> Result<Adaptation, Problem> {
    let reader = caller.read();
    let row = reader.get(id).await?;
    seen(reader.connection(), row).await
}

/// The numbers of the versions that are or were published, by template.
type Published = HashMap<template::TemplateId, Vec<i32>>;

#[expect(
    clippy::disallowed_methods,
    reason = "numbers of versions, of the templates of adaptations in the caller's scope"
)]
async fn published(
    connection: &impl ConnectionTrait,
    rows: &[Model],
) -> Result<Published, Problem> {
    let templates = rows.iter().map(|row| row.template_id);
    let versions = version::Entity::find()
        .filter(version::Column::TemplateId.is_in(templates))
        .filter(version::Column::PublishedAt.is_not_null())
        .all(connection)
        .await?;
    let mut published = Published::new();
    for row in versions {
        published
            .entry(row.template_id)
            .or_default()
            .push(row.number);
    }
    Ok(published)
}

fn behind(row: &Model, published: &Published) -> i64 {
    let numbers = published.get(&row.template_id).into_iter().flatten();
    let newer = numbers.filter(|number| **number > row.template_number);
    i64::try_from(newer.count()).unwrap_or(i64::MAX)
}

/// An adaptation with how far it is behind.
pub(super) async fn seen(
    connection: &impl ConnectionTrait,
    row: Model,
) -> Result<Adaptation, Problem> {
    let published = published(connection, std::slice::from_ref(&row)).await?;
    let behind = behind(&row, &published);
    Ok(Adaptation::of(row, behind))
}

/// Begins an adaptation with what the template says now.
pub async fn add(
    caller: &Caller<AdaptTemplates>,
    new: NewAdaptation,
) -> Result<Adaptation, Problem> {
    caller
        .write(async |work| {
            let NewAdaptation {
                template_id,
                workstream_id,
                title,
            } = new;
            let workstream = work.get(workstream_id).await.map_err(|problem| {
                match *problem.kind() == types::NOT_FOUND {
                    true => {
                        let message = "there is no workstream of yours with this id";
                        Problem::field("/workstreamId", "unknown", message)
                    }
                    false => problem,
                }
            })?;
            if workstream.status != WorkstreamStatus::Active {
                let closed =
                    FieldError::new("/workstreamId", "closed", "reopen the workstream first");
                return Err(Problem::unmet(
                    "A closed workstream adapts nothing",
                    vec![closed],
                ));
            }
            let template = work.named("/templateId", template_id).await?;
            let Some(current) = template.current_version_id else {
                let nothing =
                    FieldError::new("/templateId", "unpublished", "publish a version first");
                return Err(Problem::unmet(
                    "The template has no published version",
                    vec![nothing],
                ));
            };
            let current = work.see(current).await?;
            let row = ActiveModel {
                id: Set(AdaptationId::new()),
                organisation: Set(workstream.organisation),
                workstream_id: Set(workstream_id),
                template_id: Set(template_id),
                template_version_id: Set(current.id),
                template_number: Set(current.number),
                title: Set(title.into()),
                values: Set(Stored(Default::default())),
                sections: Set(current.sections),
                authors: Set(Stored(vec![work.actor()])),
                status: Set(Status::FIRST),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("adaptation.added", row.id);
            Ok((Adaptation::of(row, 0), event))
        })
        .await
}

/// Changes an adaptation that the caller has seen, and that is a draft.
pub async fn change(
    caller: &Caller<AdaptTemplates>,
    id: AdaptationId,
    seen: IfMatch,
    changes: AdaptationChanges,
) -> Result<Adaptation, Problem> {
    caller
        .write(async |work| {
            let before = work.get(id).await?;
            let pinned = pinned(work, &before).await?;
            let AdaptationChanges {
                title,
                values,
                sections,
            } = changes;
            let mut faults = Vec::new();
            if let Some(values) = values.value() {
                let known = |name: &str| {
                    pinned
                        .fields
                        .0
                        .iter()
                        .any(|field| field.name.as_str() == name)
                };
                faults.extend(
                    values
                        .keys()
                        .filter(|name| !known(name.as_str()))
                        .map(|name| {
                            FieldError::new(
                                format!("/values/{name}"),
                                "unknown",
                                "the template has no such field",
                            )
                        }),
                );
            }
            if let Some(sections) = sections.value() {
                faults.extend(liberties(&pinned.sections.0, sections));
                faults.extend(crate::templates::text::faults(&pinned.fields.0, sections));
            }
            if !faults.is_empty() {
                return Err(Problem::fields(faults));
            }
            let (status, mut authors) = (before.status, before.authors.0.clone());
            let mut row = before.into_active_model();
            title.onto(&mut row.title);
            values.map(Stored).onto(&mut row.values);
            sections.map(Stored).onto(&mut row.sections);
            let wrote = matches!(row.title, ActiveValue::Set(_))
                || matches!(row.values, ActiveValue::Set(_))
                || matches!(row.sections, ActiveValue::Set(_));
            if wrote && status != Status::Draft {
                let detail =
                    format!("An adaptation that is {status} is not changed; return it to a draft");
                return Err(Problem::new(&types::TRANSITION_NOT_ALLOWED, detail)
                    .with("state", status.to_string())
                    .with("allowed", status.allowed()));
            }
            if wrote && !authors.contains(&work.actor()) {
                authors.push(work.actor());
                row.authors = Set(Stored(authors));
            }
            let row = work.save::<Entity>(row, &seen).await?;
            let shown = self::seen(work.transaction().await?, row).await?;
            Ok((shown, Event::of("adaptation.changed", id)))
        })
        .await
}

/// The version of the template on which an adaptation stands.
#[expect(
    clippy::disallowed_methods,
    reason = "the adaptation that names it is in the caller's scope"
)]
pub(super) async fn pinned(work: &Work<'_>, row: &Model) -> Result<version::Model, Problem> {
    let pinned = version::Entity::find_by_id(row.template_version_id);
    let pinned = work.one(pinned).await?;
    pinned.ok_or_else(|| Problem::internal("an adaptation stands on no version"))
}

/// What has changed in the template since the version on which an adaptation stands.
#[expect(
    clippy::disallowed_methods,
    reason = "the adaptation that names the template is in the caller's scope"
)]
pub async fn template_changes(
    caller: &Caller<ReadAdaptations>,
    id: AdaptationId,
) -> Result<TemplateChange, Problem> {
    let reader = caller.read();
    let row = reader.get(id).await?;
    let since = version::Entity::find()
        .filter(version::Column::TemplateId.eq(row.template_id))
        .filter(version::Column::PublishedAt.is_not_null())
        .filter(version::Column::Number.gte(row.template_number))
        .order_by_asc(version::Column::Number);
    let since = reader.all(since).await?;
    let pinned = since
        .first()
        .filter(|one| one.number == row.template_number);
    let pinned = pinned.ok_or_else(|| Problem::internal("an adaptation stands on no version"))?;
    let current = since
        .iter()
        .rfind(|one| one.status == VersionStatus::Published);
    let current = current.unwrap_or(pinned);
    let lacks = |all: &[TemplateField], field: &TemplateField| !all.contains(field);
    let (older, newer) = (&pinned.fields.0, &current.fields.0);
    Ok(TemplateChange {
        from_number: pinned.number,
        to_number: current.number,
        change_notes: since
            .iter()
            .skip(1)
            .filter_map(|one| Prose::parse(one.change_note.as_str()).ok())
            .collect(),
        fields_added: newer
            .iter()
            .filter(|one| lacks(older, one))
            .cloned()
            .collect(),
        fields_removed: older
            .iter()
            .filter(|one| lacks(newer, one))
            .cloned()
            .collect(),
        sections: differences(&pinned.sections.0, &current.sections.0),
    })
}
