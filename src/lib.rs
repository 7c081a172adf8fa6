//! Equal Partners: patient and public involvement in the NHS, as a service.
//!
//! One chain of work: recruit partners, support them, listen, decide together, act, and tell people
//! what changed. `docs/architecture.md` has a picture of the whole; `docs/adding-a-resource.md` says
//! how a resource is made.

/// The one place where routes, middleware, jobs and document meet.
pub mod app;
/// The command line.
pub mod commands;
/// Settings, from the environment.
pub mod config;
/// A made-up team at work, for a first look.
pub mod demo;
/// What every operation of the document shares.
pub mod openapi;
/// Logs.
pub mod telemetry;
/// Traces.
pub mod traces;

/// Who may do what, for which organisation.
pub mod access;
/// How a call comes in and a result goes out.
pub mod http;
/// States and transitions as tables.
pub mod lifecycle;
/// What people read and keep: pages and PDFs.
pub mod papers;
/// Figures for people who would rather look.
pub mod pictures;
/// How a change is made once, remembered and announced.
pub mod store;
/// Identifiers, limited text and choices.
pub mod values;

/// Liveness, readiness, metrics and what a stranger looks for first.
pub mod operations;

/// OAuth 2.0: tokens for API clients.
pub mod oauth;

/// The wording of agreements, in versions that never change.
pub mod agreement_texts;
/// What a partner and an organisation agree on about a role.
pub mod agreements;
/// Systems that call in the name of an organisation.
pub mod api_clients;
/// From a person who is interested in a role to an answer for everyone who applied.
pub mod applications;
/// Partners in their roles.
pub mod appointments;
/// Checks before a role, by the DBS and by referees.
pub mod checks;
/// What partners spent, and what is paid for their time.
pub mod claims;
/// Guides, templates, strategies, policies and forms, in versions and accessible formats.
pub mod documents;
/// What patients, families and carers say of their care.
pub mod feedback;
/// What people upload: how it comes in, is kept and goes out.
pub mod files;
/// "You said, we did": what is done about it.
pub mod improvements;
/// What an organisation wants every induction to cover, as data.
pub mod induction_checklists;
/// What a partner is shown and told before a role begins.
pub mod inductions;
/// One thing that was heard, in words that tell of nobody.
pub mod insights;
/// The ways in which organisations involve people, as dated data.
pub mod involvement_routes;
/// The audit view and the change feed.
pub mod ledger;
/// Who calls, and what they may do.
pub mod me;
/// How partners are: talks between a partner and whoever supports them.
pub mod one_to_ones;
/// Roles for partners, from draft to filled.
pub mod opportunities;
/// NHS organisations by ODS code.
pub mod organisations;
/// The Patient Advice and Liaison Service, and the return about complaints.
pub mod pals;
/// Patient and public partners, and what belongs to them.
pub mod partners;
/// What finance is told to pay.
pub mod payment_exports;
/// Partners among themselves: what nobody who works here reads.
pub mod peer_support;
/// Costs that are agreed before they are spent.
pub mod prior_approvals;
/// What led to what, both ways.
pub mod provenance;
/// What is paid, from a day to a day.
pub mod rate_cards;
/// Aggregates of people and money, with small numbers suppressed.
pub mod reports;
/// Patient stories, told to teams, in training and to the Board.
pub mod stories;
/// Texts with fields and locked blocks, which workstreams adapt.
pub mod templates;
/// People who call, with their roles.
pub mod users;
/// Days on which people work.
pub mod working_days;
/// Planned areas of work that want partners.
pub mod workstreams;
