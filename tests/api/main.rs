//! The tests: stories over HTTP, against the real service and a real database, each on both databases.
#![expect(
    clippy::allow_attributes,
    reason = "the story macro's imports are used by most stories, not by all"
)]

#[cfg(test)]
mod agreements;
#[cfg(test)]
mod api_clients;
#[cfg(test)]
mod application_lifecycle;
#[cfg(test)]
mod applications;
#[cfg(test)]
mod appointments;
#[cfg(test)]
mod calendar;
#[cfg(test)]
mod checks;
#[cfg(test)]
mod claims;
#[cfg(test)]
mod closing;
#[cfg(test)]
mod complaint_returns;
#[cfg(test)]
mod cors;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod disclosures;
#[cfg(test)]
mod document;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod durability;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod first_payment;
#[cfg(test)]
mod formats;
#[cfg(test)]
mod friends_and_family;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod hostile_tokens;
#[cfg(test)]
mod inductions;
#[cfg(test)]
mod instances;
#[cfg(test)]
mod involvement;
#[cfg(test)]
mod involvement_routes;
#[cfg(test)]
mod journey;
#[cfg(test)]
mod ledger;
#[cfg(test)]
mod lifecycles;
#[cfg(test)]
mod listening;
#[cfg(test)]
mod logs;
#[cfg(test)]
mod matching;
#[cfg(test)]
mod me;
#[cfg(test)]
mod metrics;
#[cfg(test)]
mod oauth;
#[cfg(test)]
mod one_to_ones;
#[cfg(test)]
mod operators;
#[cfg(test)]
mod opportunities;
#[cfg(test)]
mod opportunity_search;
#[cfg(test)]
mod organisations;
#[cfg(test)]
mod pals;
#[cfg(test)]
mod panels;
#[cfg(test)]
mod partners;
#[cfg(test)]
mod payment_exports;
#[cfg(test)]
mod payment_statements;
#[cfg(test)]
mod peer_support;
#[cfg(test)]
mod pictures;
#[cfg(test)]
mod places;
#[cfg(test)]
mod rate_cards;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod revisions;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod stories;
#[cfg(test)]
mod sweeps;
#[cfg(test)]
mod templates;
#[cfg(test)]
mod together;
#[cfg(test)]
mod traces;
#[cfg(test)]
mod two_people;
#[cfg(test)]
mod users;
#[cfg(test)]
mod withdrawals;
#[cfg(test)]
mod workstreams;
