//! Finding opportunities: by words, by filters, and by what there is of each kind.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{ColumnTrait, QueryFilter, QuerySelect, QueryTrait, Select};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::entity::{Column, Entity, Kind, ParticipationLevel, tag};
use super::index::{Facet, folded};
use super::operations::Staff;
use super::role::{AccessOffer, PaymentKind};
use super::status::Status;
use super::views::Opportunity;
use crate::access::Caller;
use crate::access::permissions::ReadOpportunities;
use crate::http::{Listing, Page, Problem, Sort};
use crate::store::{Reach, Reader, Record};
use crate::values::{Label, Line, Mode, OdsCode, Perspective, choices};
use crate::workstreams::WorkstreamId;

choices! {
    /// The orders of the list.
    pub enum OpportunitySort {
        /// The newest first: published last, or drafted last among one's own.
        Newest,
        /// Those that close soonest first; those without a closing time come last.
        ClosingSoon,
        /// By title.
        Title,
    }
}

choices! {
    /// Which part of what the caller may see.
    pub enum Audience {
        /// One's own organisation's, in every state.
        Organisation,
        /// What other organisations share with one's own.
        Shared,
        /// What everyone sees.
        Public,
    }
}

/// What to look for. The order of a list is read apart, so unknown names are refused by the document.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct OpportunityFilter {
    /// Only those that hold all these words.
    #[param(max_length = 200)]
    pub q: Option<String>,
    /// Only those about this topic, in small or capital letters.
    pub topic: Option<Label>,
    /// Only those in this town or area, in small or capital letters.
    pub place: Option<Line>,
    /// Only those in which one takes part in this way.
    #[param(inline)]
    pub mode: Option<Mode>,
    /// Only those that take at most so many hours a month.
    #[param(minimum = 1, maximum = 160)]
    pub max_hours_per_month: Option<i32>,
    /// Only those that are paid, pay expenses, or pay nothing.
    #[param(inline)]
    pub payment: Option<PaymentKind>,
    /// Only those that offer this without being asked.
    #[param(inline)]
    pub access: Option<AccessOffer>,
    /// Only those that want this perspective.
    #[param(inline)]
    pub perspective: Option<Perspective>,
    /// Only those of this kind.
    #[param(inline)]
    pub kind: Option<Kind>,
    /// Only those of this role level.
    #[param(minimum = 1, maximum = 4)]
    pub role_level: Option<i32>,
    /// Only those in which partners have this much say.
    #[param(inline)]
    pub participation_level: Option<ParticipationLevel>,
    /// Only those of this organisation, by ODS code.
    #[param(value_type = Option<String>, min_length = 3, max_length = 10, pattern = "^[A-Z0-9]{3,10}$")]
    pub organisation: Option<OdsCode>,
    /// Only those that close before this time.
    pub closing_before: Option<DateTime<Utc>>,
    /// Only those of this workstream.
    pub workstream_id: Option<WorkstreamId>,
    /// Only those in this state.
    #[param(inline)]
    pub status: Option<Status>,
    /// Which part of what one may see: for staff their own organisation's, for everyone else what is
    /// public.
    #[param(inline)]
    pub audience: Option<Audience>,
}

/// What to list, and in which order.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct OpportunityOrder {
    /// The order; newest first without it.
    #[param(inline)]
    pub sort: Option<OpportunitySort>,
}

/// The columns behind an order, which for the newest depend on who looks.
#[derive(Clone, Copy)]
struct Ordered(OpportunitySort, Audience);

impl Sort<Entity> for Ordered {
    fn order(self) -> (Column, bool) {
        match self {
            Self(OpportunitySort::Newest, Audience::Public) => (Column::PublishedAt, true),
            Self(OpportunitySort::Newest, _) => (Column::CreatedAt, true),
            Self(OpportunitySort::ClosingSoon, _) => (Column::ClosesAt, false),
            Self(OpportunitySort::Title, _) => (Column::Title, false),
        }
    }

    fn has_gaps(self) -> bool {
        // What is public has a closing time; a draft may have none yet.
        matches!(
            self,
            Self(
                OpportunitySort::ClosingSoon,
                Audience::Organisation | Audience::Shared
            )
        )
    }
}

/// The state as it is at a time: past its closing time an opportunity is closed.
fn in_state(status: Status, now: DateTime<Utc>) -> Condition {
    let stands = Condition::all().add(Column::Status.eq(status));
    match status {
        Status::Published | Status::Paused => stands.add(Column::ClosesAt.gt(now)),
        Status::Closed => Condition::any().add(stands).add(
            Condition::all()
                .add(Column::Status.is_in([Status::Published, Status::Paused]))
                .add(Column::ClosesAt.lte(now)),
        ),
        _ => stands,
    }
}

/// The opportunities that have a value of a facet.
fn tagged(facet: Facet, value: &str) -> SelectStatement {
    Query::select()
        .column(tag::Column::OpportunityId)
        .from(tag::Entity)
        .and_where(tag::Column::Facet.eq(facet.word()))
        .and_where(tag::Column::Value.eq(value))
        .to_owned()
}

/// What the filter leaves of what the caller may see, and for whom it is.
fn found(reader: &Reader<'_>, filter: &OpportunityFilter) -> (Select<Entity>, Audience) {
    let scope = reader.scope();
    let OpportunityFilter {
        q,
        topic,
        place,
        mode,
        max_hours_per_month,
        payment,
        access,
        perspective,
        kind,
        role_level,
        participation_level,
        organisation,
        closing_before,
        workstream_id,
        status,
        audience,
    } = filter;
    let usual = match scope.reach {
        Reach::Published => Audience::Public,
        _ => Audience::Organisation,
    };
    let audience = audience.unwrap_or(usual);
    let within = match audience {
        Audience::Organisation => Some(Entity::writable(scope)),
        Audience::Shared => Entity::shared(scope),
        Audience::Public => Entity::published(scope),
    };
    let nothing = || Condition::all().add(Column::Id.is_null());
    let has = |facet, value: Option<String>| {
        value.map(|value| Column::Id.in_subquery(tagged(facet, &value)))
    };
    let condition = Condition::all()
        .add(within.unwrap_or_else(nothing))
        .add_option(q.as_deref().map(|words| reader.matching::<Entity>(words)))
        .add_option(has(
            Facet::Topic,
            topic.as_ref().map(|text| folded(text.as_str())),
        ))
        .add_option(has(
            Facet::Place,
            place.as_ref().map(|text| folded(text.as_str())),
        ))
        .add_option(has(Facet::Access, access.map(AccessOffer::word)))
        .add_option(has(Facet::Perspective, perspective.map(Perspective::word)))
        .add_option(mode.map(|mode| Column::Mode.eq(mode)))
        .add_option(max_hours_per_month.map(|hours| Column::HoursPerMonth.lte(hours)))
        .add_option(payment.map(|kind| Column::PaymentKind.eq(kind)))
        .add_option(kind.map(|kind| Column::Kind.eq(kind)))
        .add_option(role_level.map(|level| Column::RoleLevel.eq(level)))
        .add_option(participation_level.map(|level| Column::ParticipationLevel.eq(level)))
        .add_option(
            organisation
                .as_ref()
                .map(|code| Column::Organisation.eq(code.as_str())),
        )
        .add_option(closing_before.map(|time| Column::ClosesAt.lt(time)))
        .add_option(workstream_id.map(|id| Column::WorkstreamId.eq(id)))
        .add_option(status.map(|status| in_state(status, scope.now)));
    (reader.select::<Entity>().filter(condition), audience)
}

/// One page of the opportunities that the caller may see.
pub async fn list(
    caller: &Caller<ReadOpportunities>,
    listing: Listing<OpportunityFilter>,
    order: OpportunityOrder,
) -> Result<Page<Opportunity>, Problem> {
    let reader = caller.read();
    let (query, audience) = found(&reader, &listing.filter);
    let sort = order.sort.unwrap_or(OpportunitySort::Newest);
    let page = reader
        .narrow_page(query, &listing.paging, Ordered(sort, audience))
        .await?;
    // Who looks as the public does sees what the public sees.
    let staff = match audience {
        Audience::Public => Staff::Nobody,
        _ => Staff::of(&reader).await?,
    };
    Ok(page.map(|row| {
        let by_staff = staff.reads(&row);
        Opportunity::seen(row, reader.now(), by_staff)
    }))
}

/// A value, and how many opportunities have it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct FacetCount {
    /// The value, for the filter of the same name.
    #[schema(max_length = 200)]
    pub value: String,
    /// How many opportunities have it.
    #[schema(minimum = 1)]
    pub count: i64,
}

/// How many opportunities there are of each kind, the most frequent values first.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Facets {
    /// By topic, in small letters.
    #[schema(max_items = 200)]
    pub topic: Vec<FacetCount>,
    /// By place, in small letters.
    #[schema(max_items = 200)]
    pub place: Vec<FacetCount>,
    /// By the way of taking part.
    #[schema(max_items = 200)]
    pub mode: Vec<FacetCount>,
    /// By payment.
    #[schema(max_items = 200)]
    pub payment: Vec<FacetCount>,
    /// By what makes taking part possible.
    #[schema(max_items = 200)]
    pub access: Vec<FacetCount>,
    /// By perspective.
    #[schema(max_items = 200)]
    pub perspective: Vec<FacetCount>,
    /// By what a partner does.
    #[schema(max_items = 200)]
    pub kind: Vec<FacetCount>,
    /// By the level of the role.
    #[schema(max_items = 200)]
    pub role_level: Vec<FacetCount>,
    /// By organisation.
    #[schema(max_items = 200)]
    pub organisation: Vec<FacetCount>,
}

/// Values of a facet that are told at the most.
const MOST: usize = 200;

impl Facets {
    fn of(&mut self, facet: Facet) -> &mut Vec<FacetCount> {
        match facet {
            Facet::Topic => &mut self.topic,
            Facet::Place => &mut self.place,
            Facet::Mode => &mut self.mode,
            Facet::Payment => &mut self.payment,
            Facet::Access => &mut self.access,
            Facet::Perspective => &mut self.perspective,
            Facet::Kind => &mut self.kind,
            Facet::RoleLevel => &mut self.role_level,
            Facet::Organisation => &mut self.organisation,
        }
    }
}

/// How many of the opportunities that a filter leaves have each value. One statement, however many rows.
pub async fn facets(
    caller: &Caller<ReadOpportunities>,
    filter: OpportunityFilter,
) -> Result<Facets, Problem> {
    let reader = caller.read();
    let (query, _) = found(&reader, &filter);
    let ids = query.select_only().column(Column::Id).into_query();
    let number = Alias::new("number");
    let statement = Query::select()
        .columns([tag::Column::Facet, tag::Column::Value])
        .expr_as(
            Expr::col(tag::Column::OpportunityId).count(),
            number.clone(),
        )
        .from(tag::Entity)
        .and_where(tag::Column::OpportunityId.in_subquery(ids))
        .group_by_columns([tag::Column::Facet, tag::Column::Value])
        .order_by(number, Order::Desc)
        .order_by(tag::Column::Value, Order::Asc)
        .to_owned();
    let mut facets = Facets::default();
    for row in reader.rows(&statement).await? {
        let name: String = row.try_get_by_index(0)?;
        let Some(facet) = Facet::ALL.iter().find(|facet| facet.word() == name) else {
            continue;
        };
        let values = facets.of(*facet);
        if values.len() < MOST {
            values.push(FacetCount {
                value: row.try_get_by_index(1)?,
                count: row.try_get_by_index(2)?,
            });
        }
    }
    Ok(facets)
}
