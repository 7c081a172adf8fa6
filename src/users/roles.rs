//! The roles that a person can be given: each once, and never that of a caller without credentials.

use serde::{Deserialize, Deserializer};
use utoipa::__dev::ComposeSchema;
use utoipa::ToSchema;
use utoipa::openapi::schema::ArrayItems;
use utoipa::openapi::{ArrayBuilder, ObjectBuilder, RefOr, Schema, Type};

use crate::access::Role;

/// One role or more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roles(Vec<Role>);

impl Roles {
    /// The roles that can be given.
    fn choice() -> impl Iterator<Item = Role> {
        Role::ALL
            .iter()
            .copied()
            .filter(|role| *role != Role::Public)
    }

    /// The roles, if they can be given.
    pub fn parse(roles: Vec<Role>) -> Result<Self, &'static str> {
        let once = |(at, role): (usize, &Role)| !roles.iter().take(at).any(|other| other == role);
        let fit = !roles.is_empty()
            && !roles.contains(&Role::Public)
            && roles.iter().enumerate().all(once);
        fit.then_some(Self(roles))
            .ok_or("not a valid list of roles")
    }

    /// The roles in the order in which they were given.
    pub fn list(&self) -> &[Role] {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Roles {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(Vec::deserialize(from)?).map_err(serde::de::Error::custom)
    }
}

impl ComposeSchema for Roles {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        let role = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(Self::choice().map(Role::word)));
        ArrayBuilder::new()
            .items(ArrayItems::RefOrSchema(Box::new(role.into())))
            .min_items(Some(1))
            .max_items(Some(Self::choice().count()))
            .unique_items(true)
            .description(Some("The roles that a person has, each once"))
            .into()
    }
}

impl ToSchema for Roles {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_given_no_role_or_one_twice_or_that_of_everyone() {
        for wrong in [
            vec![],
            vec![Role::Public],
            vec![Role::Analyst, Role::Analyst],
            vec![Role::Analyst, Role::Public],
        ] {
            assert!(Roles::parse(wrong).is_err());
        }
        assert!(Roles::parse(Roles::choice().collect()).is_ok());
    }
}
