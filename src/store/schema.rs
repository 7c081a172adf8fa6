//! How the schema of a database and this binary stand to each other.

use std::fmt;

use migration::{Migrator, MigratorTrait};
use sea_orm::sea_query::{Alias, Query};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};
use sea_orm_migration::SchemaManager;

/// Where the migrations that were applied are remembered.
const MIGRATIONS: &str = "seaql_migrations";

/// How the schema and this binary stand to each other.
pub struct Schema {
    /// Migrations that have not been applied.
    pub missing: Vec<String>,
    /// Migrations of a newer binary.
    pub newer: Vec<String>,
}

impl Schema {
    /// Looks at what has been applied.
    pub(super) async fn read(reads: &DatabaseConnection) -> Result<Self, DbErr> {
        if !SchemaManager::new(reads).has_table(MIGRATIONS).await? {
            return Ok(Self::of(&[]));
        }
        let applied = Query::select()
            .column(Alias::new("version"))
            .from(Alias::new(MIGRATIONS))
            .to_owned();
        let rows = reads.query_all(&applied).await?;
        let applied = rows
            .iter()
            .map(|row| row.try_get_by_index::<String>(0))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self::of(&applied))
    }

    fn of(applied: &[String]) -> Self {
        let ours: Vec<String> = Migrator::migrations()
            .iter()
            .map(|migration| migration.name().to_owned())
            .collect();
        let without = |names: &[String], known: &[String]| {
            let unknown = names.iter().filter(|name| !known.contains(name));
            unknown.cloned().collect()
        };
        Self {
            missing: without(&ours, applied),
            newer: without(applied, &ours),
        }
    }
}

impl fmt::Display for Schema {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.missing.is_empty(), self.newer.is_empty()) {
            (true, true) => write!(out, "the schema is up to date"),
            (true, false) => write!(
                out,
                "the schema is newer than this program, which serves it all the same: {}",
                self.newer.join(", ")
            ),
            (false, _) => write!(
                out,
                "the next start, or equal-partners migrate, applies {}",
                self.missing.join(", ")
            ),
        }
    }
}
