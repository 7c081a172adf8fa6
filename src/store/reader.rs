//! Reading within a scope.

use sea_orm::sea_query::Condition;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, EntityTrait, PaginatorTrait, QueryFilter, Select,
};

use super::loader::For;
use super::pages::List;
use super::record::{Identifies, Record, Scope, any_of};
use super::{Engine, Store, Written, search};
use crate::http::{Page, Paging, Problem, Sort};
use crate::traces::step;
use crate::values::day_of;

/// Reads what the scope lets the caller see.
pub struct Reader<'a> {
    store: &'a Store,
    scope: &'a Scope,
}

impl<'a> Reader<'a> {
    pub(super) fn new(store: &'a Store, scope: &'a Scope) -> Self {
        Self { store, scope }
    }

    /// Whose eyes these are.
    pub fn scope(&self) -> &Scope {
        self.scope
    }

    /// Which database it reads from, for the few queries that differ.
    pub fn engine(&self) -> Engine {
        self.store.database.engine()
    }

    /// What time it is.
    pub fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.store.clock.now()
    }

    /// Which day it is, in London.
    pub fn today(&self) -> chrono::NaiveDate {
        day_of(self.now())
    }

    /// The connection, for queries on tables that are no records: a resource's own side tables.
    pub fn connection(&self) -> &DatabaseConnection {
        self.store.database.reads()
    }

    /// A query that starts with what the caller may see.
    #[expect(clippy::disallowed_methods, reason = "this is the place that filters")]
    pub fn select<E: Record>(&self) -> Select<E> {
        E::find().filter(E::visible(self.scope))
    }

    /// The record, if it is there for the caller.
    pub async fn find<E: Record>(
        &self,
        id: impl Identifies<Entity = E>,
    ) -> Result<Option<E::Model>, Problem> {
        let (database, loaders) = (&self.store.database, &self.store.loaders);
        loaders
            .find::<E>(database, id.into(), self.scope, For::Reading)
            .await
    }

    /// The record, or the problem that there is none for the caller.
    pub async fn get<E: Record>(
        &self,
        id: impl Identifies<Entity = E>,
    ) -> Result<E::Model, Problem> {
        self.find(id)
            .await?
            .ok_or_else(|| Problem::not_found(E::NOUN))
    }

    /// All rows of a query; only for queries whose number of rows is small by nature.
    pub async fn all<E: EntityTrait>(&self, query: Select<E>) -> Result<Vec<E::Model>, Problem> {
        let _step = step(self.engine(), "read", Some(E::default().table_name()));
        Ok(query.all(self.connection()).await?)
    }

    /// How many rows a query has.
    pub async fn count<E: Record>(&self, query: Select<E>) -> Result<u64, Problem>
    where
        E::Model: Sync,
    {
        let _step = step(self.engine(), "count", Some(E::default().table_name()));
        Ok(query.count(self.connection()).await?)
    }

    /// One page of a query.
    pub async fn page<E: Record>(
        &self,
        query: Select<E>,
        paging: &Paging,
        sort: impl Sort<E>,
    ) -> Result<Page<E::Model>, Problem> {
        let page = self.written_page::<E, ()>(query, paging, sort).await?;
        Ok(page.map(|item| item.row().clone()))
    }

    /// The same, where what is shown follows from each row alone: it is written as JSON once for each version.
    pub async fn written_page<E: Record, V>(
        &self,
        query: Select<E>,
        paging: &Paging,
        sort: impl Sort<E>,
    ) -> Result<Page<Written<E, V>>, Problem> {
        let ways = E::ways(self.scope);
        self.page_in(ways, query, paging, sort).await
    }

    /// One page of a query that leaves rows of one way of seeing them only, such as what is published.
    pub async fn narrow_page<E: Record>(
        &self,
        query: Select<E>,
        paging: &Paging,
        sort: impl Sort<E>,
    ) -> Result<Page<E::Model>, Problem> {
        let ways = vec![Condition::all()];
        let page = self.page_in::<E, ()>(ways, query, paging, sort).await?;
        Ok(page.map(|item| item.row().clone()))
    }

    async fn page_in<E: Record, V>(
        &self,
        ways: Vec<Condition>,
        query: Select<E>,
        paging: &Paging,
        sort: impl Sort<E>,
    ) -> Result<Page<Written<E, V>>, Problem> {
        let Store {
            database,
            pages,
            seal,
            ..
        } = self.store;
        let starts = paging.starts::<E>(E::ID, sort, seal, self.name())?;
        let list = List {
            ways,
            query,
            starts,
            cut: paging.cut(sort),
        };
        let rows = list.rows(database, pages, self.scope).await?;
        let items = rows.into_iter().map(Written::new).collect();
        paging.page(items, Written::row, E::ID, sort, seal, self.name())
    }

    /// One page of a query on a table that is no record; `id` breaks ties.
    pub async fn page_by<E: EntityTrait>(
        &self,
        query: Select<E>,
        paging: &Paging,
        id: E::Column,
        sort: impl Sort<E>,
    ) -> Result<Page<E::Model>, Problem> {
        let _step = step(self.engine(), "page", Some(E::default().table_name()));
        let seal = &self.store.seal;
        let starts = paging.starts::<E>(id, sort, seal, self.name())?;
        let query = query.filter(any_of(starts));
        let rows = paging
            .cut(sort)
            .of(query, id)
            .all(self.connection())
            .await?;
        paging.page(rows, |row| row, id, sort, seal, self.name())
    }

    /// Whose cursors these are.
    fn name(&self) -> &str {
        self.scope.organisation.as_deref().unwrap_or("-")
    }

    /// The condition that a record's indexed text holds all these words.
    pub fn matching<E: Record>(&self, words: &str) -> Condition {
        search::matching::<E>(self.engine(), words)
    }

    /// The condition that a record's JSON list of texts holds this one, whatever its case.
    pub fn holding<E: Record>(&self, column: E::Column, text: &str) -> Condition {
        search::holding::<E>(self.engine(), column, text)
    }

    /// Rows of a statement of our own, for facets and figures.
    pub async fn rows<S: sea_orm::StatementBuilder>(
        &self,
        statement: &S,
    ) -> Result<Vec<sea_orm::QueryResult>, Problem> {
        let _step = step(self.engine(), "read", None);
        Ok(self.connection().query_all(statement).await?)
    }
}
