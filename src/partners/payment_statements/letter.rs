//! A letter for somebody who asks a partner about their involvement, such as the Jobcentre: facts from the
//! records, in a page that screen readers read. Pure.

use chrono::NaiveDate;

use super::views::StatementSum;
use crate::appointments::{PaymentChoice, entity as appointment};
use crate::claims::entity as claim;
use crate::opportunities::PaymentKind;
use crate::organisations::entity as organisation;
use crate::partners::entity as partner;

/// A role with its title.
#[derive(Debug)]
pub struct Role {
    /// What it is called.
    pub title: String,
    /// The appointment.
    pub appointment: appointment::Model,
}

/// What the letter tells.
#[derive(Debug)]
pub struct Facts {
    /// The day on which it is written.
    pub today: NaiveDate,
    /// Who writes.
    pub organisation: organisation::Model,
    /// About whom.
    pub partner: partner::Model,
    /// Their roles, the oldest first.
    pub roles: Vec<Role>,
    /// From which day to which.
    pub days: (NaiveDate, NaiveDate),
    /// What was paid, in the order in which it was.
    pub paid: Vec<claim::Model>,
    /// What that comes to.
    pub sum: StatementSum,
}

/// Text as it stands in a page.
fn text(plain: &str) -> String {
    plain
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

fn pounds(pence: i64) -> String {
    format!("£{}.{:02}", pence / 100, pence % 100)
}

/// The letter as a page.
pub fn letter(facts: &Facts) -> String {
    let (from, to) = facts.days;
    let name = text(&format!(
        "{} {}",
        facts.partner.given_name, facts.partner.family_name
    ));
    let organisation = text(&facts.organisation.name);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Involvement of {name}: what was paid from {from} to {to}</title>\n</head>\n<body>\n<main>\n\
         <p>{organisation}{contact}</p>\n<p>{today}</p>\n\
         <h1>Involvement of {name}</h1>\n\
         <p>{name} takes part in the work of {organisation} as a patient or public partner. Partners are not \
         employed by the organisation. This letter says what its records say; it gives no advice.</p>\n\
         <h2>Roles</h2>\n{roles}\
         <h2>What was paid from {from} to {to}</h2>\n{sums}{payments}\
         </main>\n</body>\n</html>\n",
        from = day(from),
        to = day(to),
        today = day(facts.today),
        contact = contact(&facts.organisation),
        roles = roles(&facts.roles),
        sums = sums(&facts.sum),
        payments = payments(&facts.paid),
    )
}

fn contact(organisation: &organisation::Model) -> String {
    let ways = [
        &organisation.post,
        &organisation.telephone,
        &organisation.email,
    ];
    let ways = ways.into_iter().flatten();
    ways.map(|way| format!("<br>\n{}", text(way).replace('\n', "<br>\n")))
        .collect()
}

fn roles(roles: &[Role]) -> String {
    if roles.is_empty() {
        return "<p>There is no appointment on record.</p>\n".to_owned();
    }
    let items: String = roles
        .iter()
        .map(|role| {
            let one = &role.appointment;
            let ends = match one.ended_on.or(one.ends_on) {
                Some(last) => format!(" to {}", day(last)),
                None => String::new(),
            };
            format!(
                "<li>{}: from {}{ends}. {}</li>\n",
                text(&role.title),
                day(one.starts_on),
                about_payment(one)
            )
        })
        .collect();
    format!("<ul>\n{items}</ul>\n")
}

/// What was chosen, in plain words.
fn about_payment(one: &appointment::Model) -> String {
    if one.payment_offered.0.kind != Some(PaymentKind::Paid) {
        return "Time is not paid for in this role.".to_owned();
    }
    match (one.payment_choice, one.reduced_pence) {
        (None, _) => {
            "Payment for time is offered; nothing has been chosen about it yet.".to_owned()
        }
        (Some(PaymentChoice::Accept), _) => "Payment for time is accepted.".to_owned(),
        (Some(PaymentChoice::AcceptReduced), Some(pence)) => {
            let less = pounds(pence.0.into());
            format!("A smaller payment for time is accepted: {less} for each unit.")
        }
        (Some(PaymentChoice::AcceptReduced), None) => {
            "A smaller payment for time is accepted.".to_owned()
        }
        (Some(PaymentChoice::Decline), _) => "Payment for time is declined.".to_owned(),
        (Some(PaymentChoice::Donate), _) => {
            "Payment for time is given to somebody else, and not to the partner.".to_owned()
        }
    }
}

fn sums(sum: &StatementSum) -> String {
    format!(
        "<ul>\n<li>Expenses paid back: {}</li>\n<li>Payments for time: {}</li>\n\
         <li>Payments given to somebody else: {}</li>\n</ul>\n",
        pounds(sum.expenses_pence),
        pounds(sum.payments_pence),
        pounds(sum.donated_pence)
    )
}

fn payments(paid: &[claim::Model]) -> String {
    if paid.is_empty() {
        return "<p>Nothing was paid in this time.</p>\n".to_owned();
    }
    let rows: String = paid
        .iter()
        .map(|one| {
            format!(
                "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                one.paid_on.map(day).unwrap_or_default(),
                day(one.activity_date),
                pounds(one.expenses_pence.into()),
                pounds(one.payments_pence.into())
            )
        })
        .collect();
    format!(
        "<table>\n<caption>Each payment</caption>\n<thead>\n<tr><th scope=\"col\">Paid on</th>\
         <th scope=\"col\">For the activity on</th><th scope=\"col\">Expenses paid back</th>\
         <th scope=\"col\">Payment for time</th></tr>\n</thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_somebody_wrote_is_markup() {
        assert_eq!(
            text("<b onclick='x'>\"Ada\" & co</b>"),
            "&lt;b onclick=&#39;x&#39;&gt;&quot;Ada&quot; &amp; co&lt;/b&gt;"
        );
    }
}
