//! Partners who may want an opportunity, ranked. The number of statements does not grow with partners.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Duration, Utc};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, FromQueryResult, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::entity::OpportunityId;
use super::matching::{self, Available, Ground, MatchReason, Said, Wanted, Words};
use crate::access::Caller;
use crate::access::permissions::MatchPartners;
use crate::http::Problem;
use crate::partners::contact_preferences::entity as preferences;
use crate::partners::entity::{self as partners, Availability};
use crate::partners::messages::entity::{self as messages, MessagePurpose, MessageStatus};
use crate::partners::{PartnerId, PartnerStatus};
use crate::store::{Event, Reader};
use crate::values::{Perspective, Stored};

/// How far back what was asked of a partner counts.
const LATELY: Duration = Duration::days(90);

/// How many partners to rank.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MatchQuery {
    /// How many partners to list at the most; 20 without it. Each is told who looked.
    #[param(minimum = 1, maximum = 200, default = 20)]
    pub limit: Option<u64>,
}

/// A partner who may want an opportunity.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Match {
    /// The partner.
    pub partner_id: PartnerId,
    /// Their name, as they prefer it.
    #[schema(max_length = 201)]
    pub name: String,
    /// How well they fit, from -30 to 100: the sum of the reasons' points.
    #[schema(minimum = -30, maximum = 100)]
    pub score: i32,
    /// How often they were asked or took part in the last 90 days.
    #[schema(minimum = 0, maximum = 100_000)]
    pub asked_lately: u32,
    /// What speaks for and against asking them.
    #[schema(max_items = 9)]
    pub reasons: Vec<MatchReason>,
}

/// The partners who fit an opportunity best.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Matches {
    /// The best first; of equals those who were asked less.
    #[schema(max_items = 200)]
    pub partners: Vec<Match>,
    /// How many active partners were compared.
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub compared: u64,
    /// How many active partners were left out: they have applied, or do not want to hear of opportunities.
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub left_out: u64,
}

/// What is read of a partner: what they said of themselves, and their name for those listed.
#[derive(FromQueryResult)]
struct Candidate {
    id: PartnerId,
    given_name: String,
    family_name: String,
    preferred_name: Option<String>,
    perspectives: Stored<Vec<Perspective>>,
    interests: Stored<Vec<String>>,
    skills: Stored<Vec<String>>,
    availability: Option<Stored<Availability>>,
}

/// Ranks the organisation's active partners for an opportunity; the read is recorded for each who is
/// listed.
pub async fn rank(
    caller: &Caller<MatchPartners>,
    id: OpportunityId,
    query: MatchQuery,
) -> Result<Matches, Problem> {
    let limit = usize::try_from(query.limit.unwrap_or(20)).unwrap_or(20);
    caller
        .read_recorded(async |reader| {
            let matches = ranking(reader, id, limit).await?;
            let listed: Vec<PartnerId> =
                matches.partners.iter().map(|one| one.partner_id).collect();
            Ok((matches, Event::of("opportunity.matched", id).about(listed)))
        })
        .await
}

async fn ranking(reader: &Reader<'_>, id: OpportunityId, limit: usize) -> Result<Matches, Problem> {
    let wanted = Wanted::by(&reader.get(id).await?);
    let organisation = reader.scope().organisation.clone().unwrap_or_default();
    let candidates = candidates(reader, &organisation).await?;
    let asked = asked_lately(reader, &organisation, reader.now() - LATELY).await?;
    let wishes = wishes(reader, &organisation).await?;
    let applied = applied(reader, id).await?;
    let active = candidates.len();
    let mut compared: Vec<(i32, u32, Candidate, Vec<MatchReason>)> = candidates
        .into_iter()
        .filter(|candidate| !applied.contains(&candidate.id.0))
        .filter_map(|candidate| {
            let contact = match wishes.get(&candidate.id.0) {
                None => {
                    "has not said whether they want to hear of opportunities: ask first".to_owned()
                }
                Some(ways) if ways.is_empty() => return None,
                Some(ways) => format!("wants to hear of opportunities by {}", ways.join(", ")),
            };
            let asked = asked.get(&candidate.id.0).copied().unwrap_or(0);
            let mut reasons = matching::reasons(&wanted, &said(&candidate, asked));
            let score = matching::score(&reasons);
            reasons.push(MatchReason {
                ground: Ground::Contact,
                points: 0,
                text: contact,
            });
            Some((score, asked, candidate, reasons))
        })
        .collect();
    compared.sort_by(|a, b| (b.0, a.1, a.2.id).cmp(&(a.0, b.1, b.2.id)));
    let count = compared.len();
    compared.truncate(limit);
    let partners = compared
        .into_iter()
        .map(|(score, asked_lately, candidate, reasons)| Match {
            partner_id: candidate.id,
            name: name(candidate),
            score,
            asked_lately,
            reasons,
        })
        .collect();
    let counted = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    Ok(Matches {
        partners,
        compared: counted(count),
        left_out: counted(active - count),
    })
}

fn name(candidate: Candidate) -> String {
    let Candidate {
        given_name,
        family_name,
        preferred_name,
        ..
    } = candidate;
    format!("{} {family_name}", preferred_name.unwrap_or(given_name))
}

fn said(candidate: &Candidate, asked: u32) -> Said {
    let words = |texts: &[String]| {
        texts
            .iter()
            .map(|text| Words::from(text.as_str()))
            .collect()
    };
    let available = candidate.availability.as_ref().map(|Stored(available)| {
        let Availability {
            days,
            times,
            modes,
            hours_per_month,
            notice_days: _,
        } = available;
        Available {
            modes: modes.iter().copied().collect(),
            days: days.iter().copied().collect(),
            times: times.iter().copied().collect(),
            hours: *hours_per_month,
        }
    });
    Said {
        interests: words(&candidate.interests.0),
        skills: words(&candidate.skills.0),
        perspectives: candidate.perspectives.0.iter().copied().collect(),
        available,
        asked,
    }
}

/// The organisation's active partners, with the columns that count here and no others.
async fn candidates(reader: &Reader<'_>, organisation: &str) -> Result<Vec<Candidate>, Problem> {
    use partners::Column;
    let query = reader
        .select::<partners::Entity>()
        .filter(Column::Organisation.eq(organisation))
        .filter(Column::Status.eq(PartnerStatus::Active))
        .select_only()
        .columns([
            Column::Id,
            Column::GivenName,
            Column::FamilyName,
            Column::PreferredName,
            Column::Perspectives,
            Column::Interests,
            Column::Skills,
            Column::Availability,
        ]);
    Ok(query.into_model().all(reader.connection()).await?)
}

fn column(name: &'static str) -> Expr {
    Expr::col(Alias::new(name))
}

/// Messages that asked for something, applications, and appointments since a time, added up for each
/// partner. An appointment whose application counts already does not count again.
async fn asked_lately(
    reader: &Reader<'_>,
    organisation: &str,
    since: DateTime<Utc>,
) -> Result<HashMap<Uuid, u32>, Problem> {
    let lately = |table: &'static str| {
        Query::select()
            .from(Alias::new(table))
            .and_where(column("organisation").eq(organisation))
            .and_where(column("created_at").gte(since))
            .to_owned()
    };
    let purposes = MessagePurpose::ALL.iter().copied();
    let messages = lately("messages")
        .and_where(messages::Column::Purpose.is_in(purposes.filter(|purpose| purpose.asks())))
        .and_where(messages::Column::Status.ne(MessageStatus::Cancelled))
        .to_owned();
    let applications = lately("applications");
    let counted = applications.clone().column(Alias::new("id")).to_owned();
    let appointments = lately("appointments")
        .and_where(column("application_id").not_in_subquery(counted))
        .to_owned();
    let mut asked = HashMap::new();
    for mut statement in [messages, applications, appointments] {
        statement
            .column(Alias::new("partner_id"))
            .expr(column("id").count())
            .group_by_col(Alias::new("partner_id"));
        for row in reader.rows(&statement).await? {
            let times: i64 = row.try_get_by_index(1)?;
            *asked.entry(row.try_get_by_index(0)?).or_insert(0) +=
                u32::try_from(times).unwrap_or(u32::MAX);
        }
    }
    Ok(asked)
}

/// By which ways partners want to hear of opportunities: none for those who do not want to any more.
async fn wishes(
    reader: &Reader<'_>,
    organisation: &str,
) -> Result<BTreeMap<Uuid, Vec<String>>, Problem> {
    use preferences::{Channel, Column, ContactPurpose};
    let statement: SelectStatement = Query::select()
        .columns([Column::PartnerId, Column::Channel, Column::WithdrawnAt])
        .from(preferences::Entity)
        .and_where(Column::Organisation.eq(organisation))
        .and_where(Column::Purpose.eq(ContactPurpose::Opportunities))
        .order_by(Column::Channel, sea_orm::Order::Asc)
        .to_owned();
    let mut wishes: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
    for row in reader.rows(&statement).await? {
        let channel: Channel = row.try_get_by_index(1)?;
        let withdrawn: Option<DateTime<Utc>> = row.try_get_by_index(2)?;
        let ways = wishes.entry(row.try_get_by_index(0)?).or_default();
        if withdrawn.is_none() && !ways.contains(&channel.word()) {
            ways.push(channel.word());
        }
    }
    Ok(wishes)
}

/// Who has applied already.
async fn applied(reader: &Reader<'_>, id: OpportunityId) -> Result<HashSet<Uuid>, Problem> {
    let statement = Query::select()
        .column(Alias::new("partner_id"))
        .from(Alias::new("applications"))
        .and_where(column("opportunity_id").eq(id.0))
        .to_owned();
    let rows = reader.rows(&statement).await?;
    Ok(rows
        .iter()
        .map(|row| row.try_get_by_index(0))
        .collect::<Result<_, _>>()?)
}
