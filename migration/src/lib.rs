//! The database of Equal Partners, one numbered step after another.
//!
//! A migration is history: it never uses the service's entities, and it is never edited once it is
//! released. New steps go at the end of [`Migrator::migrations`].

mod m2026_11_22_0001_organisations;
mod m2026_11_22_0002_identity;
mod m2026_11_22_0003_ledger;
mod m2026_11_22_0004_partners;
mod m2026_11_22_0005_opportunities;
mod m2026_11_22_0006_applications;
mod m2026_11_23_0007_lists;
mod m2026_11_23_0008_operating;
mod m2026_11_28_0009_documents;
mod m2026_11_28_0010_templates;
mod m2026_11_28_0011_inductions;
mod m2026_11_28_0012_agreements;
mod m2026_11_28_0013_expenses;
mod m2026_11_28_0014_receipts;
mod m2026_11_28_0015_one_to_ones;
mod m2026_11_28_0016_checks;
mod m2026_11_28_0017_peer_support;
mod m2026_11_28_0018_support_indexes;
mod m2026_11_28_0019_friends_and_family;
mod m2026_11_28_0020_pals;
mod m2026_11_28_0021_stories;
mod m2026_11_28_0022_insights;
mod m2026_11_28_0023_listening;
mod tables;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

/// Every migration, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m2026_11_22_0001_organisations::Migration),
            Box::new(m2026_11_22_0002_identity::Migration),
            Box::new(m2026_11_22_0003_ledger::Migration),
            Box::new(m2026_11_22_0004_partners::Migration),
            Box::new(m2026_11_22_0005_opportunities::Migration),
            Box::new(m2026_11_22_0006_applications::Migration),
            Box::new(m2026_11_23_0007_lists::Migration),
            Box::new(m2026_11_23_0008_operating::Migration),
            Box::new(m2026_11_28_0009_documents::Migration),
            Box::new(m2026_11_28_0010_templates::Migration),
            Box::new(m2026_11_28_0011_inductions::Migration),
            Box::new(m2026_11_28_0012_agreements::Migration),
            Box::new(m2026_11_28_0013_expenses::Migration),
            Box::new(m2026_11_28_0014_receipts::Migration),
            Box::new(m2026_11_28_0015_one_to_ones::Migration),
            Box::new(m2026_11_28_0016_checks::Migration),
            Box::new(m2026_11_28_0017_peer_support::Migration),
            Box::new(m2026_11_28_0018_support_indexes::Migration),
            Box::new(m2026_11_28_0019_friends_and_family::Migration),
            Box::new(m2026_11_28_0020_pals::Migration),
            Box::new(m2026_11_28_0021_stories::Migration),
            Box::new(m2026_11_28_0022_insights::Migration),
            Box::new(m2026_11_28_0023_listening::Migration),
        ]
    }
}
