//! The permissions that an API client can be given: those of the table, each once.

use serde::{Deserialize, Deserializer};
use utoipa::__dev::ComposeSchema;
use utoipa::ToSchema;
use utoipa::openapi::schema::ArrayItems;
use utoipa::openapi::{ArrayBuilder, ObjectBuilder, RefOr, Schema, Type};

use crate::access::{Role, TABLE};

/// One permission or more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scopes(Vec<String>);

impl Scopes {
    /// The permissions, if each is known and stands once.
    pub fn parse(scopes: Vec<String>) -> Result<Self, &'static str> {
        let known = |scope: &String| TABLE.iter().any(|row| row.scope == scope);
        let once =
            |(at, scope): (usize, &String)| !scopes.iter().take(at).any(|other| other == scope);
        let fit =
            !scopes.is_empty() && scopes.iter().all(known) && scopes.iter().enumerate().all(once);
        fit.then_some(Self(scopes))
            .ok_or("not a valid list of permissions")
    }

    /// Every permission that a role has.
    pub fn of(role: Role) -> Self {
        let held = TABLE
            .iter()
            .filter(|row| row.grants.iter().any(|(holder, _)| *holder == role));
        Self(held.map(|row| row.scope.to_owned()).collect())
    }

    /// The permissions in the order in which they were given.
    pub fn list(&self) -> &[String] {
        &self.0
    }
}

impl From<Scopes> for Vec<String> {
    fn from(scopes: Scopes) -> Self {
        scopes.0
    }
}

impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(Vec::deserialize(from)?).map_err(serde::de::Error::custom)
    }
}

impl ComposeSchema for Scopes {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        let scope = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(TABLE.iter().map(|row| row.scope)));
        ArrayBuilder::new()
            .items(ArrayItems::RefOrSchema(Box::new(scope.into())))
            .min_items(Some(1))
            .max_items(Some(TABLE.len()))
            .unique_items(true)
            .description(Some(
                "Permissions, each once; `GET /v1/permissions` says what they mean",
            ))
            .into()
    }
}

impl ToSchema for Scopes {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_permissions_can_be_given_and_each_once() {
        let parse =
            |scopes: &[&str]| Scopes::parse(scopes.iter().map(|s| (*s).to_owned()).collect());
        assert!(parse(&["workstreams:read", "workstreams:manage"]).is_ok());
        for wrong in [
            &[][..],
            &["*"],
            &["workstreams:read "],
            &["workstreams:read", "workstreams:read"],
        ] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
