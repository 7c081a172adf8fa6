//! What callers see of a story: everything but its words, which are in its versions.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::consents::UseScope;
use super::entity::{Column, Entity, Model, Represented, StoryAbout, StoryFormat, StoryId};
use super::lifecycle::Status;
use crate::http::{Sort, Versioned};
use crate::partners::PartnerId;
use crate::store::{Reach, Scope};
use crate::values::{ItemCode, Line, OdsCode, PersonName, Prose, Reason, Title, choices};

/// A story, without its words.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Story {
    /// Its id.
    pub id: StoryId,
    /// The organisation.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was offered.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Whether this caller may know who tells it. For others, the teller, who represents them, how they are
    /// supported and why the story ended are null.
    pub tells_whose: bool,
    /// The teller, if they are a partner.
    pub partner_id: Option<PartnerId>,
    /// The teller's name, if they are not.
    pub teller_name: Option<PersonName>,
    /// What it is called meanwhile; null once it was erased.
    pub title: Option<Title>,
    /// In which form it is told.
    pub format: StoryFormat,
    /// Whose story it is.
    pub about: StoryAbout,
    /// Who consents for the teller.
    pub represented: Option<Represented>,
    /// About which kind of service.
    pub service: Option<ItemCode>,
    /// What it is about.
    #[schema(max_items = 10)]
    pub themes: Vec<ItemCode>,
    /// What supports the teller.
    pub support_plan: Option<Prose>,
    /// Whether the teller wants to be there.
    pub teller_attends: bool,
    /// What the organisation learns from it.
    pub learning: Option<Prose>,
    /// The number of its latest version; 0 before there is one.
    #[schema(minimum = 0)]
    pub latest: i32,
    /// The number of the version that the teller has approved.
    #[schema(minimum = 1)]
    pub approved: Option<i32>,
    /// Where it stands.
    pub status: Status,
    /// Whether the Board hears it in public or in private.
    pub audience: Option<UseScope>,
    /// When the Board hears it.
    pub scheduled_for: Option<NaiveDate>,
    /// In which meeting.
    pub meeting: Option<Line>,
    /// When the Board heard it.
    pub presented_on: Option<NaiveDate>,
    /// By when the teller is thanked and asked how they are.
    pub debrief_due_at: Option<DateTime<Utc>>,
    /// When they were.
    pub debriefed_at: Option<DateTime<Utc>>,
    /// By when the teller is told what changed.
    pub report_due_on: Option<NaiveDate>,
    /// When they were told.
    pub reported_back_at: Option<DateTime<Utc>>,
    /// What they were told.
    pub report_back: Option<Prose>,
    /// Since when everyone can read it.
    pub published_at: Option<DateTime<Utc>>,
    /// When it was taken back, or declined.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why, if somebody said.
    pub end_reason: Option<Reason>,
}

impl Story {
    /// What somebody sees of a row.
    pub fn seen_by(scope: &Scope, row: Model) -> Self {
        let theirs = row.is_theirs(scope);
        let over = row.status.is_over();
        // What is over is nobody's to look at any more, but for where copies went.
        let tells_whose = theirs || (scope.reach >= Reach::Organisation && !over);
        Self::told(row, tells_whose, theirs || !over)
    }

    /// What those who bring stories to the Board see of a row, however far another permission reaches.
    pub(super) fn for_board(row: Model) -> Self {
        Self::told(row, false, true)
    }

    fn told(row: Model, tells_whose: bool, tells_what: bool) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            partner_id,
            teller_name,
            title,
            format,
            about,
            represented,
            service,
            themes,
            support_plan,
            teller_attends,
            learning,
            latest,
            approved,
            audience,
            scheduled_for,
            meeting,
            presented_on,
            debrief_due_at,
            debriefed_at,
            report_due_on,
            reported_back_at,
            report_back,
            published_at,
            ended_at,
            end_reason,
            status,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            tells_whose,
            partner_id: partner_id.filter(|_| tells_whose),
            teller_name: teller_name.filter(|_| tells_whose),
            title: title.filter(|_| tells_what),
            format,
            about,
            represented: represented.filter(|_| tells_whose).map(|stored| stored.0),
            service,
            themes: themes.0,
            support_plan: support_plan.filter(|_| tells_whose),
            teller_attends,
            learning: learning.filter(|_| tells_what),
            latest,
            approved,
            status,
            audience,
            scheduled_for,
            meeting,
            presented_on,
            debrief_due_at,
            debriefed_at,
            report_due_on,
            reported_back_at,
            report_back: report_back.filter(|_| tells_what),
            published_at,
            ended_at,
            end_reason: end_reason.filter(|_| tells_whose),
        }
    }
}

impl Versioned for Story {
    fn tag(&self) -> String {
        match self.tells_whose {
            true => self.version.to_string(),
            false => format!("{}-other", self.version),
        }
    }

    fn location(&self) -> String {
        format!("/v1/stories/{}", self.id)
    }
}

choices! {
    /// The orders of the list.
    pub enum StorySort {
        /// The newest first.
        Newest,
        /// By the day on which the Board hears it; those without one come last.
        Scheduled,
        /// By the day on which the teller is owed a report back; those to whom none is owed come last.
        ReportDue,
    }
}

impl Sort<Entity> for StorySort {
    fn order(self) -> (Column, bool) {
        match self {
            // Ids sort by the time at which they were made.
            Self::Newest => (Column::Id, true),
            Self::Scheduled => (Column::ScheduledFor, false),
            Self::ReportDue => (Column::ReportDueOn, false),
        }
    }

    fn has_gaps(self) -> bool {
        self != Self::Newest
    }
}

/// Which stories to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StoryFilter {
    /// The order; newest first without it.
    #[param(inline)]
    pub sort: Option<StorySort>,
    /// Only those in this state. Stories that were taken back or declined are in no list.
    #[param(inline)]
    pub status: Option<Status>,
    /// Only those of which something is overdue: a debrief, or a report back; or, with false, only the others.
    pub overdue: Option<bool>,
}
