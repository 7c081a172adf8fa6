//! From an approved role description to a draft of an opportunity.

use super::entity::{AdaptationId, Model};
use super::operations::pinned;
use super::views::OpportunityOfAdaptation;
use crate::access::Caller;
use crate::access::permissions::DraftOpportunities;
use crate::http::{FieldError, Problem, types};
use crate::lifecycle::Lifecycle;
use crate::opportunities::operations::{Origin, draft};
use crate::opportunities::role::{Contact, DbsLevel, RoleDescription};
use crate::opportunities::{ApplyMethod, NewOpportunity, Opportunity};
use crate::store::Event;
use crate::templates::entity::TemplateKind;
use crate::templates::text::{RolePart, filled};
use crate::values::{Line, Prose};

/// Drafts an opportunity whose role description is what the adaptation says; it remembers the version of the template.
pub async fn make(
    caller: &Caller<DraftOpportunities>,
    id: AdaptationId,
    new: OpportunityOfAdaptation,
) -> Result<Opportunity, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            row.status.after("make-opportunity")?;
            let template = work.see(row.template_id).await?;
            if template.kind != TemplateKind::RoleDescription {
                let kind = FieldError::new("/kind", "unfit", "a template for role descriptions");
                return Err(Problem::unmet("No role comes of this template", vec![kind]));
            }
            let pinned = pinned(work, &row).await?;
            let origin = Origin {
                adaptation_id: id,
                template_version_id: pinned.id,
            };
            let opportunity = draft(work, of(&row, new)?, Some(origin)).await?;
            let event = Event::of("opportunity.added", opportunity.id);
            Ok((opportunity, event))
        })
        .await
}

fn of(row: &Model, new: OpportunityOfAdaptation) -> Result<NewOpportunity, Problem> {
    let OpportunityOfAdaptation {
        title,
        summary,
        kind,
        participation_level,
        mode,
        place,
        role_level,
        payment,
        hours_per_month,
        places,
        influence_statement,
        named_contact_id,
        closes_at,
        starts_on,
    } = new;
    Ok(NewOpportunity {
        workstream_id: row.workstream_id,
        title,
        summary,
        kind,
        participation_level,
        mode,
        place,
        topics: Vec::new(),
        perspectives_wanted: Vec::new(),
        access: Vec::new(),
        role_level,
        payment,
        hours_per_month,
        places: places.unwrap_or(1),
        role: role(row)?,
        apply_methods: vec![ApplyMethod::Online, ApplyMethod::Phone, ApplyMethod::Post],
        contact: Contact::default(),
        influence_statement,
        named_contact_id,
        budget_code: None,
        internal_notes: None,
        panel: Vec::new(),
        dbs_level: DbsLevel::None,
        opens_at: None,
        closes_at,
        starts_on,
    })
}

/// The parts of a role description that the sections fill.
fn role(row: &Model) -> Result<RoleDescription, Problem> {
    let (mut role, mut unfit) = (RoleDescription::default(), Vec::new());
    for (at, section) in row.sections.0.iter().enumerate() {
        let Some(part) = section.fills else { continue };
        let text = filled(section.text.as_str(), &row.values.0);
        let mut wrong = |message: &str| {
            unfit.push(FieldError::new(
                format!("/sections/{at}/text"),
                "tooLong",
                message,
            ));
        };
        let mut lines = Vec::new();
        let is_list = matches!(
            part,
            RolePart::WhatYouWillDo
                | RolePart::WhatYouWillNotDo
                | RolePart::SkillsEssential
                | RolePart::SkillsDesirable
        );
        if is_list {
            let each = text
                .lines()
                .map(|line| line.trim_start_matches(['-', '*', '•', ' ']).trim());
            for line in each.filter(|line| !line.is_empty()) {
                match Line::parse(line) {
                    Ok(line) => lines.push(line),
                    Err(_) => wrong("a line of it is longer than 200 characters"),
                }
            }
            if lines.len() > 20 {
                wrong("at most 20 lines");
            }
        }
        let prose = Prose::parse(text);
        if prose.is_err() {
            wrong("it is longer than 5000 characters");
        }
        let prose = prose.ok();
        match part {
            RolePart::Purpose => role.purpose = prose,
            RolePart::Background => role.background = prose,
            RolePart::ExperienceWanted => role.experience_wanted = prose,
            RolePart::Training => role.training = prose,
            RolePart::AccessSupportStatement => role.access_support_statement = prose,
            RolePart::HowFeedbackWillBeGiven => role.how_feedback_will_be_given = prose,
            RolePart::EqualityStatement => role.equality_statement = prose,
            RolePart::WhatYouWillDo => role.what_you_will_do = lines,
            RolePart::WhatYouWillNotDo => role.what_you_will_not_do = lines,
            RolePart::SkillsEssential => role.skills_essential = lines,
            RolePart::SkillsDesirable => role.skills_desirable = lines,
        }
    }
    match unfit.is_empty() {
        true => Ok(role),
        false => {
            let detail = "What the adaptation says does not fit a role description";
            Err(Problem::new(&types::RULE_NOT_MET, detail).with_errors(unfit))
        }
    }
}
