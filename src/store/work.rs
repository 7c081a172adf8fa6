//! One change: what it may reach, what it touched, and the time at which it happens.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::Condition;
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, DatabaseTransaction, EntityTrait, IdenStatic,
    Iterable, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait, Select,
};
use uuid::Uuid;

use super::ledger::{Event, Touched};
use super::loader::For;
use super::record::{Identifies, Record};
use super::turn::Turn;
use super::writes::Write;
use super::{Authority, Store, epoch, jobs, ledger, search};
use crate::http::{IfMatch, Problem, types};
use crate::values::day_of;

/// A change in progress.
pub struct Work<'a> {
    store: &'a Store,
    turn: &'a Turn<'a>,
    authority: &'a Authority,
    now: DateTime<Utc>,
    touched: Vec<Touched>,
    unchanged: bool,
}

impl<'a> Work<'a> {
    pub(super) fn new(
        store: &'a Store,
        turn: &'a Turn<'a>,
        authority: &'a Authority,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            store,
            turn,
            authority,
            now,
            touched: Vec::new(),
            unchanged: false,
        }
    }

    /// When the change happens.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The day on which the change happens, in London.
    pub fn today(&self) -> NaiveDate {
        day_of(self.now)
    }

    /// On whose behalf.
    pub fn authority(&self) -> &Authority {
        self.authority
    }

    /// Who acts, as one word that tells persons apart: what one wrote, another one approves.
    pub fn actor(&self) -> String {
        self.authority.actor.word()
    }

    /// The person who acts, where it takes a second one: none of those who did what is decided about now.
    pub fn second_person<'p>(
        &self,
        first: impl IntoIterator<Item = &'p String>,
        detail: &str,
    ) -> Result<Uuid, Problem> {
        let (person, word) = (self.authority.person()?, self.actor());
        match first.into_iter().any(|one| *one == word) {
            false => Ok(person),
            true => Err(Problem::new(&types::SAME_PERSON, detail)),
        }
    }

    /// The transaction, for a resource's own side tables, which are no records.
    pub async fn transaction(&self) -> Result<&DatabaseTransaction, Problem> {
        self.turn.transaction().await
    }

    /// Adds rows of a resource's own side table. They are written with what else the change writes.
    pub async fn put<A: ActiveModelTrait + 'static>(
        &self,
        rows: impl IntoIterator<Item = A>,
    ) -> Result<(), Problem> {
        for write in Write::models(rows) {
            self.turn.write(write).await?;
        }
        Ok(())
    }

    /// A query that starts with what the caller may see.
    #[expect(clippy::disallowed_methods, reason = "this is the place that filters")]
    pub fn select<E: Record>(&self) -> Select<E> {
        E::find().filter(E::visible(&self.authority.scope))
    }

    #[expect(clippy::disallowed_methods, reason = "this is the place that filters")]
    async fn by_id<E: Record>(
        &self,
        id: Uuid,
        allowed: Condition,
        lock: bool,
    ) -> Result<E::Model, Problem> {
        let mut query = E::find().filter(allowed).filter(E::ID.eq(id));
        if lock && self.store.database.engine() == super::Engine::Postgres {
            query = query.lock_exclusive();
        }
        query
            .one(self.transaction().await?)
            .await?
            .ok_or_else(|| Problem::not_found(E::NOUN))
    }

    /// A record that the caller may change; nobody else changes it until this change is done.
    pub async fn get<E: Record>(
        &self,
        id: impl Identifies<Entity = E>,
    ) -> Result<E::Model, Problem> {
        self.by_id::<E>(id.into(), E::writable(&self.authority.scope), true)
            .await
    }

    /// A record that the caller may change and has seen, read without holding it: [`Work::save`] fails
    /// when it is changed meanwhile. For changes whose rules look at nothing but the record itself.
    pub async fn seen<E: Record>(
        &self,
        id: impl Identifies<Entity = E>,
        seen: &IfMatch,
    ) -> Result<E::Model, Problem> {
        // A caller who takes whatever version there is waits for others instead of failing.
        if self.turn.is_open() || !matches!(seen, IfMatch::Tags(_)) {
            return self.get(id).await;
        }
        let (database, loaders) = (&self.store.database, &self.store.loaders);
        let scope = &self.authority.scope;
        let found = loaders.find::<E>(database, id.into(), scope, For::Changing);
        found.await?.ok_or_else(|| Problem::not_found(E::NOUN))
    }

    /// A record that the caller may see, to refer to.
    pub async fn see<E: Record>(
        &self,
        id: impl Identifies<Entity = E>,
    ) -> Result<E::Model, Problem> {
        self.by_id::<E>(id.into(), E::visible(&self.authority.scope), false)
            .await
    }

    /// A record that belongs to one that the caller was allowed to reach: the rule that lets this
    /// change touch it is the operation's. Locked like [`Work::get`].
    pub async fn reach<E: Record>(
        &self,
        organisation: &str,
        id: impl Identifies<Entity = E>,
    ) -> Result<E::Model, Problem> {
        let allowed = Condition::all().add(E::ORGANISATION.eq(organisation));
        self.by_id::<E>(id.into(), allowed, true).await
    }

    /// A record named in a field of the body: missing or another organisation's, the field is invalid.
    pub async fn named<E: Record>(
        &self,
        pointer: &str,
        id: impl Identifies<Entity = E>,
    ) -> Result<E::Model, Problem> {
        self.see(id).await.map_err(|problem| match problem.kind() {
            kind if *kind == types::NOT_FOUND => Problem::field(
                pointer,
                "unknown",
                &format!("there is no {} with this id", E::NOUN),
            ),
            _ => problem,
        })
    }

    /// All rows of a query; only for queries whose number of rows is small by nature.
    pub async fn all<E: EntityTrait>(&self, query: Select<E>) -> Result<Vec<E::Model>, Problem> {
        Ok(query.all(self.transaction().await?).await?)
    }

    /// All rows of a query, which nobody else changes until this change is done.
    pub async fn hold<E: EntityTrait>(&self, query: Select<E>) -> Result<Vec<E::Model>, Problem> {
        match self.store.database.engine() {
            super::Engine::Postgres => self.all(query.lock_exclusive()).await,
            super::Engine::Sqlite => self.all(query).await,
        }
    }

    /// The first row of a query.
    pub async fn one<E: EntityTrait>(&self, query: Select<E>) -> Result<Option<E::Model>, Problem> {
        Ok(query.one(self.transaction().await?).await?)
    }

    /// How many rows a query has.
    pub async fn count<E: Record>(&self, query: Select<E>) -> Result<u64, Problem> {
        Ok(query.count(self.transaction().await?).await?)
    }

    /// Adds a record; organisation (if not set), version and times are filled in.
    pub async fn add<E: Record>(&mut self, mut row: E::ActiveModel) -> Result<E::Model, Problem> {
        if row.is_not_set(E::ORGANISATION) {
            let organisation = self.authority.scope.organisation.clone();
            let organisation =
                organisation.ok_or_else(|| Problem::internal("a record needs an organisation"))?;
            row.set(E::ORGANISATION, organisation.into());
        }
        row.set(E::VERSION, 1i64.into());
        row.set(E::CREATED_AT, self.now.into());
        row.set(E::UPDATED_AT, self.now.into());
        let model = model_of::<E>(with_nulls::<E>(&mut row))?;
        let id = E::id(&model);
        for insert in Write::models([row]) {
            self.turn.write(insert.on(E::NOUN, id)).await?;
        }
        self.touch(E::NOUN, id, 1, Vec::new());
        Ok(model)
    }

    /// Adds many records in one statement; their organisation is set already.
    pub async fn add_all<E: Record>(
        &mut self,
        rows: impl IntoIterator<Item = E::ActiveModel>,
    ) -> Result<(), Problem> {
        let mut filled = Vec::new();
        for mut row in rows {
            row.set(E::VERSION, 1i64.into());
            row.set(E::CREATED_AT, self.now.into());
            row.set(E::UPDATED_AT, self.now.into());
            let model = model_of::<E>(row.clone())?;
            self.touch(E::NOUN, E::id(&model), 1, Vec::new());
            filled.push(row);
        }
        self.put(filled).await
    }

    /// Saves a change that the caller made to a version they have seen (If-Match needed).
    pub async fn save<E: Record>(
        &mut self,
        row: E::ActiveModel,
        seen: &IfMatch,
    ) -> Result<E::Model, Problem> {
        seen.required(version_of::<E>(&row)?)?;
        self.store_row::<E>(row).await
    }

    /// Saves a step of the record's lifecycle (If-Match checked if sent).
    pub async fn step<E: Record>(
        &mut self,
        row: E::ActiveModel,
        seen: &IfMatch,
    ) -> Result<E::Model, Problem> {
        seen.honoured(version_of::<E>(&row)?)?;
        self.store_row::<E>(row).await
    }

    #[expect(clippy::disallowed_methods, reason = "this is the place that filters")]
    async fn store_row<E: Record>(&mut self, mut row: E::ActiveModel) -> Result<E::Model, Problem> {
        let version = version_of::<E>(&row)?;
        let set = E::Column::iter().enumerate();
        let set: Vec<_> = set
            .filter(|(_, column)| matches!(row.get(*column), ActiveValue::Set(_)))
            .collect();
        let fields = set.iter().map(|(_, column)| column.as_str().to_owned());
        let fields: Vec<String> = fields.collect();
        let set = set.iter().fold(0, |set, (at, _)| set | 1 << at);
        if fields.is_empty() {
            // Nothing changes, so neither does the version: the row is as it was read.
            self.unchanged = true;
            return model_of::<E>(row);
        }
        row.set(E::VERSION, (version + 1).into());
        row.set(E::UPDATED_AT, self.now.into());
        let model = model_of::<E>(row.clone())?;
        let update = E::update(row).validate()?.filter(E::VERSION.eq(version));
        let update = Write::versioned::<E>(update.into_query(), set);
        self.turn.write(update.on(E::NOUN, E::id(&model))).await?;
        self.store.pages.kept.forget::<E>(E::id(&model), version);
        self.touch(E::NOUN, E::id(&model), version + 1, fields);
        Ok(model)
    }

    /// Removes a record at a version that the caller has seen (If-Match needed).
    #[expect(clippy::disallowed_methods, reason = "this is the place that filters")]
    pub async fn remove<E: Record>(
        &mut self,
        row: E::Model,
        seen: &IfMatch,
    ) -> Result<(), Problem> {
        let (id, version) = (E::id(&row), E::version(&row));
        seen.required(version)?;
        let this = Condition::all().add(E::ID.eq(id));
        let delete = E::delete_many().filter(this.add(E::VERSION.eq(version)));
        let delete = Write::versioned_delete::<E>(delete.into_query()).on(E::NOUN, id);
        self.turn.write(delete).await?;
        self.store.pages.kept.forget::<E>(id, version);
        self.touch(E::NOUN, id, version, Vec::new());
        Ok(())
    }

    /// Tells the ledger of a row that changed: its version now, and the names of its changed fields.
    /// Only for tables that are no records; for records, this happens by itself.
    pub fn touch(
        &mut self,
        record: &'static str,
        id: impl std::fmt::Display,
        version: i64,
        fields: Vec<String>,
    ) {
        let id = id.to_string();
        self.turn.touches(record);
        self.touched.push(Touched {
            record,
            id,
            version,
            fields,
        });
    }

    /// Says that this change is about who may do what. Say it before anything is read: such changes
    /// wait for one another, and every instance looks again at the next request.
    pub async fn changes_access(&self) -> Result<(), Problem> {
        epoch::advance(self.transaction().await?).await
    }

    /// The condition that a record's JSON list of texts holds this one, whatever its case.
    pub fn holding<E: Record>(&self, column: E::Column, text: &str) -> Condition {
        search::holding::<E>(self.store.database.engine(), column, text)
    }

    /// Replaces the text under which a record is found.
    pub async fn index<E: Record>(
        &self,
        id: impl Identifies<Entity = E>,
        text: &str,
    ) -> Result<(), Problem> {
        let id = id.into();
        if self.unchanged && self.touched.is_empty() {
            // Somebody else may have changed it meanwhile, and its text with it.
            return Ok(());
        }
        for write in search::index(self.store.database.engine(), E::NOUN, id, text) {
            self.turn.write(write).await?;
        }
        Ok(())
    }

    /// Puts a job in the queue, to run at or after a time.
    pub async fn later(
        &self,
        kind: &str,
        record_id: impl Into<Uuid>,
        due: DateTime<Utc>,
    ) -> Result<(), Problem> {
        self.put([jobs::enqueued(kind, record_id.into(), due, self.now)])
            .await
    }

    /// Writes the ledger entry of the change.
    pub(super) async fn remember(self, event: Event) -> Result<(), Problem> {
        // A patch that changes nothing is no change: there is nothing to tell.
        if self.unchanged && self.touched.is_empty() {
            return Ok(());
        }
        let (entry, subjects) = ledger::entry_of(self.authority, self.now, event, &self.touched)?;
        self.put([entry]).await?;
        self.put(subjects).await
    }
}

/// The row with nothing in each column that may hold nothing and that nobody has set.
fn with_nulls<E: Record>(row: &mut E::ActiveModel) -> E::ActiveModel {
    let defaults = E::ActiveModel::default_values();
    for column in E::Column::iter()
        .filter(|column| row.is_not_set(*column))
        .collect::<Vec<_>>()
    {
        if let ActiveValue::Set(value) = defaults.get(column)
            && value == value.as_null()
        {
            row.set(column, value);
        }
    }
    row.clone()
}

fn version_of<E: Record>(row: &E::ActiveModel) -> Result<i64, Problem> {
    match row.get(E::VERSION) {
        ActiveValue::Unchanged(sea_orm::Value::BigInt(Some(version))) => Ok(version),
        _ => Err(Problem::internal("a record is saved that was not read")),
    }
}

fn model_of<E: Record>(row: E::ActiveModel) -> Result<E::Model, Problem> {
    sea_orm::TryIntoModel::try_into_model(row).map_err(Problem::from)
}
