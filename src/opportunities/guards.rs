//! What an opportunity needs before others see it, and what it may never say: as tables.

use chrono::{DateTime, Utc};

use super::entity::{Column, Kind, Model};
use super::plain_english::{self, SUMMARY_WORDS};
use super::role::PaymentKind;
use super::status::Status;
use crate::http::FieldError;

/// A condition, the field that would meet it, and what to do.
struct Guard {
    pointer: &'static str,
    code: &'static str,
    message: &'static str,
    holds: fn(&Model) -> bool,
}

/// What a second person approves (domain rules for opportunities).
const APPROVAL: &[Guard] = &[
    Guard {
        pointer: "/summary",
        code: "tooManyWords",
        message: "a plain-English summary of at most 150 words is needed",
        holds: |row| plain_english::measure(&row.summary).words <= SUMMARY_WORDS,
    },
    Guard {
        pointer: "/influenceStatement",
        code: "required",
        message: "say what partners can and cannot change",
        holds: |row| row.influence_statement.is_some(),
    },
    Guard {
        pointer: "/namedContactId",
        code: "required",
        message: "name the member of staff who looks after the partners",
        holds: |row| row.named_contact_id.is_some(),
    },
    Guard {
        pointer: "/contact",
        code: "required",
        message: "give a name, and an e-mail address, a telephone number or a postal address",
        holds: |row| row.contact.0.is_reachable(),
    },
    Guard {
        pointer: "/payment",
        code: "required",
        message: "give a rate, or say `expenses` or `unpaid`",
        holds: |row| row.payment.0.is_settled(),
    },
    Guard {
        pointer: "/budgetCode",
        code: "required",
        message: "a paid role needs a budget code",
        holds: |row| row.payment_kind != Some(PaymentKind::Paid) || row.budget_code.is_some(),
    },
    Guard {
        pointer: "/role/accessSupportStatement",
        code: "required",
        message: "say how access needs are met",
        holds: |row| row.role.0.access_support_statement.is_some(),
    },
    Guard {
        pointer: "/applyMethods",
        code: "required",
        message: "say how somebody may apply",
        holds: |row| !row.apply_methods.0.is_empty(),
    },
];

/// What may not be said together, in any state.
const CONTRADICTIONS: &[Guard] = &[
    Guard {
        pointer: "/closesAt",
        code: "order",
        message: "the closing time has to be after the opening",
        holds: |row| !matches!((row.opens_at, row.closes_at), (Some(opens), Some(closes)) if closes <= opens),
    },
    Guard {
        pointer: "/kind",
        code: "contradiction",
        // A free check by the DBS is for those who are unpaid beyond expenses.
        message: "a paid role may not be called a volunteer role",
        holds: |row| {
            let paid = row.payment_kind == Some(PaymentKind::Paid);
            !(paid && row.kind == Kind::VolunteerRole)
        },
    },
    Guard {
        pointer: "/role/interviewsUntil",
        code: "order",
        message: "the last day of the chats may not be before the first",
        holds: |row| {
            let role = &row.role.0;
            !matches!((role.interviews_from, role.interviews_until), (Some(from), Some(until)) if until < from)
        },
    },
];

fn failing(guards: &[Guard], row: &Model) -> Vec<FieldError> {
    let failing = guards.iter().filter(|guard| !(guard.holds)(row));
    failing
        .map(|guard| FieldError::new(guard.pointer, guard.code, guard.message))
        .collect()
}

/// What is still missing for approval.
pub fn before_approval(row: &Model) -> Vec<FieldError> {
    failing(APPROVAL, row)
}

/// What is still missing for publication at a time.
pub fn before_publication(row: &Model, now: DateTime<Utc>) -> Vec<FieldError> {
    let closing = match row.closes_at {
        None => Some(FieldError::new(
            "/closesAt",
            "required",
            "a closing time is needed",
        )),
        Some(closes) if closes <= now => Some(FieldError::new(
            "/closesAt",
            "past",
            "the closing time has to be in the future",
        )),
        Some(_) => None,
    };
    before_approval(row).into_iter().chain(closing).collect()
}

/// What the opportunity says against itself.
pub fn contradictions(row: &Model) -> Vec<FieldError> {
    failing(CONTRADICTIONS, row)
}

/// Whether a field may be changed in a state, by a plain change.
///
/// What a second person approved stays as it was approved until it is published or returned to draft;
/// the closing time moves by extension only; the panel may need a member until the very end.
pub fn may_change(column: Column, status: Status) -> bool {
    use Status::{
        Approved, Closed, Draft, Filled, InReview, Paused, Published, Shortlisting, Unfilled,
    };
    let states: &[Status] = match column {
        Column::WorkstreamId | Column::OpensAt | Column::ClosesAt => &[Draft],
        // Until the very end: somebody has to give the last answers.
        Column::Panel => &[
            Draft,
            InReview,
            Approved,
            Published,
            Paused,
            Closed,
            Shortlisting,
            Filled,
            Unfilled,
        ],
        Column::InternalNotes | Column::NamedContactId | Column::Contact | Column::BudgetCode => &[
            Draft,
            InReview,
            Approved,
            Published,
            Paused,
            Closed,
            Shortlisting,
        ],
        Column::Places => &[Draft, Published, Paused, Closed, Shortlisting],
        _ => &[Draft, Published, Paused],
    };
    states.contains(&status)
}

/// Whether the field says something that a second person approves: all that others read, and what approval
/// asks for. Who sits on the panel and what colleagues note is neither.
pub fn is_approved(column: Column) -> bool {
    !matches!(
        column,
        Column::Panel | Column::InternalNotes | Column::Authors
    )
}

/// Whether the field is the organisation's own affair: nobody outside reads it.
pub fn is_internal(column: Column) -> bool {
    matches!(
        column,
        Column::Panel | Column::InternalNotes | Column::NamedContactId | Column::BudgetCode
    )
}
