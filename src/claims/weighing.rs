//! What a claim is weighed against: the appointment, the rates of the day, and what was agreed or claimed
//! before.

use chrono::NaiveDate;
use sea_orm::QueryOrder;

use super::entity::{ClaimId, Column, Model, beside};
use super::findings::{Agreed, Facts, Finding, Other, findings};
use super::lifecycle::Status;
use super::lines::{ClaimedLine, NewLine, Terms};
use crate::appointments;
use crate::http::{FieldError, Problem, types};
use crate::opportunities;
use crate::prior_approvals;
use crate::rate_cards::{self, Policy};
use crate::store::Work;
use crate::values::day_of;

/// What decides about the amounts of a claim.
pub struct Basis {
    /// The role in which it is claimed.
    pub appointment: appointments::entity::Model,
    card: Option<rate_cards::entity::Model>,
}

impl Basis {
    /// The terms of an appointment on a day.
    pub async fn on(
        work: &Work<'_>,
        appointment: appointments::entity::Model,
        day: NaiveDate,
    ) -> Result<Self, Problem> {
        let organisation = appointment.organisation.as_str();
        let card = rate_cards::operations::in_force(work, organisation, day).await?;
        Ok(Self { appointment, card })
    }

    /// What prices are worked out from.
    pub fn terms(&self) -> Terms<'_> {
        Terms {
            rates: self.card.as_ref().map(|card| card.rates.0.as_slice()),
            offered: &self.appointment.payment_offered.0,
            choice: self.appointment.payment_choice,
            reduced: self.appointment.reduced_pence,
            role_level: self.appointment.role_level,
        }
    }

    /// The rules that are numbers.
    pub fn policy(&self) -> Policy {
        self.card
            .as_ref()
            .map(|card| card.policy.0)
            .unwrap_or_default()
    }

    /// The opportunity that the role came from.
    pub async fn role(&self, work: &Work<'_>) -> Result<opportunities::entity::Model, Problem> {
        let appointment = &self.appointment;
        work.reach(&appointment.organisation, appointment.opportunity_id)
            .await
    }

    /// Refuses lines that name an agreement of somebody else, or of another role.
    pub async fn check_approvals(&self, work: &Work<'_>, lines: &[NewLine]) -> Result<(), Problem> {
        let mut wrong = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            let Some(id) = line.prior_approval_id else {
                continue;
            };
            let pointer = format!("/lines/{at}/priorApprovalId");
            let found = work.named(&pointer, id).await?;
            if found.appointment_id != self.appointment.id {
                let message = "there is no prior approval with this id for this appointment";
                wrong.push(FieldError::new(pointer, "unknown", message));
            }
        }
        match wrong.is_empty() {
            true => Ok(()),
            false => Err(Problem::fields(wrong)),
        }
    }

    /// Refuses lines that name an activity which the rate card of the day does not: it is kept with the
    /// accounts, and is no place for what somebody writes.
    pub fn check_activities(&self, lines: &[NewLine]) -> Result<(), Problem> {
        let rates = self.card.as_ref().map(|card| card.rates.0.as_slice());
        let rates = rates.unwrap_or_default();
        let named = |line: &NewLine| {
            line.activity.is_some() && !rates.iter().any(|rate| rate.activity == line.activity)
        };
        let message = "the rate card of the day has no such activity";
        let wrong = lines.iter().enumerate().filter(|(_, line)| named(line));
        let wrong: Vec<_> = wrong
            .map(|(at, _)| FieldError::new(format!("/lines/{at}/activity"), "unknown", message))
            .collect();
        match wrong.is_empty() {
            true => Ok(()),
            false => Err(Problem::fields(wrong)),
        }
    }

    /// Refuses lines that name a receipt of another claim. A claim that is not there yet has none.
    pub async fn check_receipts(
        work: &Work<'_>,
        claim: Option<ClaimId>,
        lines: &[NewLine],
    ) -> Result<(), Problem> {
        for (at, line) in lines.iter().enumerate() {
            let Some(id) = line.receipt_id else {
                continue;
            };
            let pointer = format!("/lines/{at}/receiptId");
            if Some(work.named(&pointer, id).await?.claim_id) != claim {
                let message = "there is no receipt with this id on this claim";
                return Err(Problem::field(&pointer, "unknown", message));
            }
        }
        Ok(())
    }

    /// What somebody should look at.
    pub async fn findings(
        &self,
        work: &Work<'_>,
        claim: &Model,
        lines: &[ClaimedLine],
    ) -> Result<Vec<Finding>, Problem> {
        let others = work
            .all(beside(claim).order_by_asc(Column::ConfirmedAt))
            .await?;
        let others: Vec<Other> = others
            .into_iter()
            .map(|other| Other {
                id: other.id,
                same_appointment: other.appointment_id == claim.appointment_id,
                confirmed: !matches!(other.status, Status::Submitted | Status::Queried),
                activity_date: other.activity_date,
                lines: other.lines.0,
            })
            .collect();
        let agreed = self.agreed(work, lines).await?;
        let appointment = &self.appointment;
        let ends = [appointment.ends_on, appointment.ended_on];
        Ok(findings(&Facts {
            today: work.today(),
            activity_date: claim.activity_date,
            tenth_hours: claim.tenth_hours,
            lines,
            policy: self.policy(),
            caps: self
                .card
                .as_ref()
                .map_or(&[], |card| card.caps.0.as_slice()),
            offered: &appointment.payment_offered.0,
            term: (appointment.starts_on, ends.into_iter().flatten().min()),
            agreed: &agreed,
            others: &others,
        }))
    }

    /// What was agreed beforehand and is named in some lines. What is asked for only, is not agreed.
    async fn agreed(&self, work: &Work<'_>, lines: &[ClaimedLine]) -> Result<Vec<Agreed>, Problem> {
        let mut agreed = Vec::new();
        for id in lines.iter().filter_map(|line| line.prior_approval_id) {
            let found = match work.reach(&self.appointment.organisation, id).await {
                Err(problem) if *problem.kind() == types::NOT_FOUND => continue,
                found => found?,
            };
            let status = prior_approvals::Status::Approved;
            if found.status == status && found.partner_id == self.appointment.partner_id {
                agreed.push(Agreed {
                    id,
                    expense_type: found.expense_type,
                    most_pence: found.most_pence,
                    arrangement: found.arrangement,
                    activity_date: found.activity_date,
                    agreed_on: found.decided_at.map(day_of),
                });
            }
        }
        Ok(agreed)
    }
}
