//! What an agreement says, in order: the wording, the particulars and the acceptances. Pure.

use chrono::{DateTime, NaiveDate, Utc};

use super::acceptance::{Acceptance, AcceptanceMethod};
use super::entity::Model;
use super::particulars::Particulars;
use crate::agreement_texts::AgreementKind;
use crate::agreement_texts::entity::Model as Text;
use crate::appointments::PaymentChoice;
use crate::opportunities::PaymentKind;
use crate::papers::{Clause, Paper};
use crate::values::{Pence, Stored};

/// An agreement in its wording, as a paper.
pub fn paper(row: &Model, text: &Text) -> Paper {
    Paper {
        id: row.id.to_string(),
        title: text.title.to_string(),
        at: row.in_force_at.unwrap_or(row.created_at),
        clauses: of(row, text),
    }
}

/// What an agreement says.
fn of(row: &Model, text: &Text) -> Vec<Clause> {
    let mut clauses = Vec::new();
    if let Some(introduction) = &text.introduction {
        clauses.extend(paragraphs(introduction.as_str()));
    }
    clauses.push(Clause::Heading("The particulars".to_owned()));
    clauses.push(Clause::Facts(facts(row.kind, &row.particulars.0)));
    for section in &text.sections.0 {
        clauses.push(Clause::Heading(section.heading.to_string()));
        let written = section.paragraphs.iter();
        clauses.extend(written.flat_map(|one| paragraphs(one.as_str())));
        if !section.points.is_empty() {
            let points = section.points.iter().map(|one| one.as_str());
            clauses.push(Clause::Points(points.map(one_line).collect()));
        }
    }
    let sides = [
        ("Accepted by the partner", &row.partner_acceptance),
        (
            "Accepted for the organisation",
            &row.organisation_acceptance,
        ),
    ];
    for (heading, acceptance) in sides {
        clauses.push(Clause::Heading(heading.to_owned()));
        match acceptance {
            Some(Stored(acceptance)) => clauses.extend(signature(acceptance)),
            None => clauses.push(Clause::Paragraph("Not yet.".to_owned())),
        }
    }
    clauses.push(Clause::Heading("This document".to_owned()));
    let mut about = vec![
        fact("Agreement", row.id),
        fact(
            "Wording",
            format!("revision {}", text.revision.unwrap_or_default()),
        ),
    ];
    if let Some(at) = row.in_force_at {
        about.push(fact("In force since", moment(at)));
    }
    clauses.push(Clause::Facts(about));
    clauses
}

fn fact(name: &str, value: impl ToString) -> (String, String) {
    (name.to_owned(), value.to_string())
}

/// Empty lines part paragraphs.
fn paragraphs(text: &str) -> Vec<Clause> {
    let text = text.replace("\r\n", "\n");
    let parts = text.split("\n\n").map(one_line);
    let parts = parts.filter(|part| !part.is_empty());
    parts.map(Clause::Paragraph).collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

fn moment(at: DateTime<Utc>) -> String {
    at.format("%-d %B %Y, %H:%M UTC").to_string()
}

fn money(Pence(pence): Pence) -> String {
    format!("£{}.{:02}", pence / 100, pence % 100)
}

/// A word of this service in plain letters: `publicTransport` is `public transport`.
fn plain(word: &str) -> String {
    let mut text = String::new();
    for letter in word.chars() {
        if letter.is_ascii_uppercase() {
            text.push(' ');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

fn facts(kind: AgreementKind, particulars: &Particulars) -> Vec<(String, String)> {
    let ends = particulars.ends_on.map_or("no end is set".to_owned(), day);
    let mut facts = vec![
        fact("Organisation", &particulars.organisation_name),
        fact("Partner", &particulars.partner_name),
        fact("Role", &particulars.role),
        fact("From", day(particulars.starts_on)),
        fact("Until", ends),
        fact("Looked at together on", day(particulars.review_on)),
    ];
    if kind == AgreementKind::Involvement {
        facts.extend(money_facts(particulars));
        let terms = &particulars.terms;
        facts.extend(terms.meetings.as_ref().map(|text| fact("Meetings", text)));
        let notice = terms.absence_notice_hours;
        facts.extend(
            notice.map(|hours| fact("Notice if you cannot come", format!("{hours} hours"))),
        );
        let offered = terms.support_offered.as_ref();
        facts.extend(offered.map(|text| fact("What else we offer", one_line(text.as_str()))));
    }
    let support = &particulars.terms.support;
    let mut reached = vec![support.name.to_string()];
    reached.extend(support.telephone.as_ref().map(ToString::to_string));
    reached.extend(support.email.as_ref().map(ToString::to_string));
    facts.push(fact("Who supports you", reached.join(", ")));
    facts
}

fn money_facts(particulars: &Particulars) -> Vec<(String, String)> {
    let payment = &particulars.payment;
    let paid = match (payment.kind, payment.pence, payment.unit) {
        (Some(PaymentKind::Paid), Some(pence), Some(unit)) => {
            format!("{} for each {}", money(pence), plain(&unit.word()))
        }
        (Some(PaymentKind::Expenses), _, _) => "expenses are paid back".to_owned(),
        _ => "the role is not paid".to_owned(),
    };
    let mut facts = vec![fact("Payment", paid)];
    if payment.kind == Some(PaymentKind::Paid) {
        let chosen = match (particulars.payment_choice, particulars.reduced_pence) {
            (Some(PaymentChoice::Accept), _) => "to be paid".to_owned(),
            (Some(PaymentChoice::AcceptReduced), Some(pence)) => {
                format!("to be paid {} in its place", money(pence))
            }
            (Some(PaymentChoice::AcceptReduced), None) => "to be paid less".to_owned(),
            (Some(PaymentChoice::Decline), _) => "not to be paid".to_owned(),
            (Some(PaymentChoice::Donate), _) => "to have it given to somebody else".to_owned(),
            (None, _) => "not made yet".to_owned(),
        };
        let chosen = format!("{chosen}; you can choose anew at any time");
        facts.push(fact("Your choice about payment", chosen));
    }
    if !payment.expenses_covered.is_empty() {
        let covered = payment.expenses_covered.iter();
        let covered: Vec<_> = covered.map(|one| plain(&one.word())).collect();
        facts.push(fact("Expenses", covered.join(", ")));
    }
    facts
}

fn signature(acceptance: &Acceptance) -> Vec<Clause> {
    let how = match acceptance.method {
        AcceptanceMethod::Typed => "by writing the name",
        AcceptanceMethod::Drawn => "by signing",
        AcceptanceMethod::Spoken => "by saying so",
    };
    let mut facts = vec![
        fact("Name", &acceptance.name),
        fact("How", how),
        fact("When", moment(acceptance.accepted_at)),
    ];
    facts.extend(
        acceptance
            .witness
            .as_ref()
            .map(|name| fact("Witness", name)),
    );
    let mut clauses = vec![Clause::Facts(facts)];
    clauses.extend(acceptance.drawing.as_ref().map(|path| Clause::Drawing {
        path: path.to_string(),
        name: acceptance.name.to_string(),
    }));
    clauses
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_amounts_are_plain() {
        assert_eq!(plain("publicTransport"), "public transport");
        assert_eq!(plain("halfDay"), "half day");
        assert_eq!(
            (money(Pence(7500)), money(Pence(5))),
            ("£75.00".to_owned(), "£0.05".to_owned())
        );
        let parted = paragraphs("One\nline.\r\n\r\n Two. \n\n\n");
        assert_eq!(
            parted,
            ["One line.", "Two."].map(|text| Clause::Paragraph(text.to_owned()))
        );
    }
}
