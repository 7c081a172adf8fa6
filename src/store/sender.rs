//! Changes that only write are sent together: those of one form, with one message and one commit.
//!
//! - Rows for the same table become one `INSERT` with many rows, which costs the database much less than as
//!   many statements; so do ledger entries, keys and texts for searching.
//! - When the database refuses what was sent together, nothing of it has happened, and each change is sent by
//!   itself: one that fails takes no neighbour along. A message whose answer got lost is not sent again.
//! - Changes that touch the same row are never sent together.
//! - An embedded database commits what comes from several lanes, and from changes that read, at once
//!   (`group_commit.rs`).

use std::sync::Arc;

use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement};

use super::Engine;
use super::gather::{Gather, Serves};
use super::group_commit::GroupCommit;
use super::writes::{
    Form, Write, are_apart, changed_meanwhile, in_one_statement, told_by_the_database,
};
use crate::http::Problem;

/// Sends changes that are whole.
pub(super) struct Sender {
    pub engine: Engine,
    pub connection: DatabaseConnection,
    pub group: Option<GroupCommit>,
}

impl Serves for Sender {
    /// What they write, and how many rows of it.
    type Alike = Vec<(Form, usize)>;
    type Ask = Vec<Write>;
    type Answer = Result<(), Problem>;

    fn at_once(&self) -> usize {
        match self.engine {
            Engine::Sqlite => 2,
            Engine::Postgres => 4,
        }
    }

    /// Few different lengths make few different statements, which caches keep.
    fn portion(&self, waiting: usize) -> usize {
        let most: usize = match self.engine {
            Engine::Sqlite => 32,
            // The driver leaves Nagle's algorithm on: of a message longer than a record of TLS (16 KiB), the
            // second part waits for an acknowledgement, which takes its time.
            Engine::Postgres => 8,
        };
        1 << waiting.clamp(1, most).ilog2()
    }

    async fn serve(&self, _: Self::Alike, changes: Vec<Vec<Write>>) -> Vec<Result<(), Problem>> {
        if changes.len() > 1 && are_apart(&changes) {
            let statement = in_one_statement(self.engine, changes.clone());
            match self.send(statement, changes.len()).await {
                Ok(()) => return changes.iter().map(|_| Ok(())).collect(),
                Err(Failure::Refused(_)) => {}
                Err(Failure::Unknown(problem)) => {
                    return changes.iter().map(|_| Err(problem.clone())).collect();
                }
            }
        }
        join_all(changes.into_iter().map(async |change| {
            let statement = in_one_statement(self.engine, vec![change]);
            let sent = self.send(statement, 1).await;
            sent.map_err(|failure| match failure {
                Failure::Refused(error) => changed_meanwhile(error),
                Failure::Unknown(problem) => problem,
            })
        }))
        .await
    }
}

/// Rows that a change adds at the most, to go with others: a statement has a number of parameters at the most.
const ROWS: usize = 32;

/// Why changes did not happen.
enum Failure {
    /// The database refused them; nothing of them has happened.
    Refused(DbErr),
    /// Nobody knows whether they happened.
    Unknown(Problem),
}

impl Sender {
    async fn send(&self, statement: Statement, changes: usize) -> Result<(), Failure> {
        let sent = match &self.group {
            Some(group) => {
                let sent = group.send(statement, changes).await;
                sent.map_err(Failure::Unknown)?
            }
            None => self.connection.execute_raw(statement).await.map(|_| ()),
        };
        sent.map_err(|error| match told_by_the_database(&error) {
            Some(_) => Failure::Refused(error),
            None => Failure::Unknown(Problem::unavailable(&error)),
        })
    }
}

/// Makes a change that is whole: durable when this returns.
pub(super) async fn send(gather: &Arc<Gather<Sender>>, change: Vec<Write>) -> Result<(), Problem> {
    let lost = |_| Problem::unavailable(&"what the database answered got lost");
    let forms = change.iter().map(|write| (write.form(), write.length()));
    let forms: Vec<_> = forms.collect();
    if change.iter().any(|write| write.length() > ROWS) {
        return gather.alone(forms, change).await.map_err(lost)?;
    }
    let fits = |theirs: &Vec<_>| *theirs == forms;
    gather
        .ask(change, fits, || forms.clone())
        .await
        .map_err(lost)?
}
