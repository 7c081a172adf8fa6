//! A field of a JSON merge patch (RFC 7396): absent, null, a value, or an object to merge.

use std::marker::PhantomData;

use sea_orm::ActiveValue;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use utoipa::__dev::ComposeSchema;
use validator::{Validate, ValidateLength, ValidateRange, ValidationErrors};

use super::body::rule_errors;
use super::problem::Problem;
use crate::values::Stored;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

/// A field of a change. With `T = Option<U>` null clears the field; otherwise null is refused.
/// Serialised only for `validator`, which keeps a refused value with its error; it goes no further.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Change<T> {
    /// The field is not in the patch, and stays as it is.
    #[default]
    Keep,
    /// The field takes this value.
    To(T),
}

impl<T> Change<T> {
    /// Writes the change into a column; an equal value leaves it untouched.
    pub fn onto<C>(self, column: &mut ActiveValue<C>)
    where
        T: Into<C>,
        C: Into<sea_orm::Value> + PartialEq,
    {
        if let Self::To(value) = self {
            column.set_if_not_equals(value.into());
        }
    }

    /// The new value, if there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Keep => None,
            Self::To(value) => Some(value),
        }
    }

    /// The change with its value turned into another type.
    pub fn map<U>(self, turn: impl FnOnce(T) -> U) -> Change<U> {
        match self {
            Self::Keep => Change::Keep,
            Self::To(value) => Change::To(turn(value)),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Change<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        T::deserialize(from).map(Self::To)
    }
}

// What is kept is valid: the rules of a field hold for its new value.
impl<T: Validate> Validate for Change<Option<T>> {
    fn validate(&self) -> Result<(), ValidationErrors> {
        match self {
            Self::To(Some(value)) => value.validate(),
            _ => Ok(()),
        }
    }
}

impl<T: ComposeSchema> ComposeSchema for Change<T> {
    fn compose(inner: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        inner
            .into_iter()
            .next()
            .unwrap_or_else(|| T::compose(Vec::new()))
    }
}

impl<T: ToSchema + ComposeSchema> ToSchema for Change<T> {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(schemas);
    }
}

/// A limit of length holds for the new value, if there is one.
impl<T: ValidateLength<u64>> ValidateLength<u64> for Change<T> {
    fn length(&self) -> Option<u64> {
        self.value().and_then(ValidateLength::length)
    }
}

/// A range holds for the new value, if there is one.
impl<N, T: ValidateRange<N>> ValidateRange<N> for Change<T> {
    fn greater_than(&self, max: N) -> Option<bool> {
        self.value().and_then(|value| value.greater_than(max))
    }

    fn less_than(&self, min: N) -> Option<bool> {
        self.value().and_then(|value| value.less_than(min))
    }
}

/// An object within a change, kept as JSON: its members are merged one by one. Every member of `T` has
/// to be optional, so that the patch is itself a `T`, save for its nulls, which remove members.
#[derive(Clone, Debug)]
pub struct Merge<T>(Map<String, Value>, PhantomData<T>);

impl<T> Default for Merge<T> {
    fn default() -> Self {
        Self(Map::new(), PhantomData)
    }
}

impl<T> Merge<T>
where
    T: Clone + Serialize + DeserializeOwned + Validate + PartialEq,
{
    /// Merges into a column, and checks the result as a whole.
    pub fn onto(self, column: &mut ActiveValue<Stored<T>>, pointer: &str) -> Result<(), Problem> {
        let Some(Stored(present)) = column.try_as_ref() else {
            return Err(Problem::internal("an object is merged that was not read"));
        };
        let mut merged = serde_json::to_value(present).map_err(Problem::internal)?;
        merge(&mut merged, Value::Object(self.0));
        let merged: T = serde_json::from_value(merged).map_err(Problem::internal)?;
        merged
            .validate()
            .map_err(|errors| Problem::fields(rule_errors(pointer, &errors)))?;
        column.set_if_not_equals(Stored(merged));
        Ok(())
    }
}

/// The algorithm of RFC 7396, section 2.
fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    if let Value::Object(members) = target {
        for (name, value) in patch {
            match value {
                Value::Null => drop(members.remove(&name)),
                value => merge(members.entry(name).or_insert(Value::Null), value),
            }
        }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Merge<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let patch = Map::deserialize(from)?;
        T::deserialize(Value::Object(patch.clone())).map_err(serde::de::Error::custom)?;
        Ok(Self(patch, PhantomData))
    }
}

impl<T: ComposeSchema> ComposeSchema for Merge<T> {
    fn compose(inner: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        inner
            .into_iter()
            .next()
            .unwrap_or_else(|| T::compose(Vec::new()))
    }
}

impl<T: ToSchema + ComposeSchema> ToSchema for Merge<T> {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(schemas);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn merged(mut target: Value, patch: Value) -> Value {
        merge(&mut target, patch);
        target
    }

    #[test]
    fn the_examples_of_the_standard_hold() {
        for (target, patch, result) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (
                json!({"a": "b"}),
                json!({"b": "c"}),
                json!({"a": "b", "b": "c"}),
            ),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (
                json!({"a": {"b": "c"}}),
                json!({"a": {"b": "d", "c": null}}),
                json!({"a": {"b": "d"}}),
            ),
            (
                json!({"a": [{"b": "c"}]}),
                json!({"a": [1]}),
                json!({"a": [1]}),
            ),
            (
                json!({"e": null}),
                json!({"a": 1}),
                json!({"e": null, "a": 1}),
            ),
            (
                json!([1, 2]),
                json!({"a": "b", "c": null}),
                json!({"a": "b"}),
            ),
            (
                json!({}),
                json!({"a": {"bb": {"ccc": null}}}),
                json!({"a": {"bb": {}}}),
            ),
        ] {
            assert_eq!(merged(target, patch), result);
        }
    }

    fn json_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<i32>().prop_map(Value::from),
            "[a-c]".prop_map(Value::from)
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            proptest::collection::btree_map("[a-d]", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect()))
        })
    }

    proptest! {
        #[test]
        fn merging_twice_is_merging_once(target in json_value(), patch in json_value()) {
            let once = merged(target, patch.clone());
            prop_assert_eq!(merged(once.clone(), patch), once);
        }

        #[test]
        fn an_empty_patch_changes_no_object(members in proptest::collection::btree_map("[a-d]", json_value(), 0..4)) {
            let target = Value::Object(members.into_iter().collect());
            prop_assert_eq!(merged(target.clone(), json!({})), target);
        }
    }
}

#[cfg(test)]
mod fields {
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    use super::*;

    /// A field that is always there, and one that can be cleared.
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Changes {
        #[serde(default)]
        name: Change<String>,
        #[serde(default)]
        lead: Change<Option<i64>>,
    }

    /// RFC 7396, section 2, word for word.
    fn merge(target: Value, patch: &Value) -> Value {
        let Value::Object(patch) = patch else {
            return patch.clone();
        };
        let mut target = match target {
            Value::Object(target) => target,
            _ => Map::new(),
        };
        for (name, value) in patch {
            match value {
                Value::Null => drop(target.remove(name)),
                value => {
                    let before = target.remove(name).unwrap_or(Value::Null);
                    target.insert(name.clone(), merge(before, value));
                }
            }
        }
        Value::Object(target)
    }

    fn shown(name: &ActiveValue<String>, lead: &ActiveValue<Option<i64>>) -> Value {
        let mut shown = json!({ "name": name.clone().take().unwrap() });
        if let Some(lead) = lead.clone().take().unwrap() {
            shown["lead"] = json!(lead);
        }
        shown
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn a_change_does_what_a_merge_patch_does(
            before in ("[ab]{1,2}", prop::option::of(0..3i64)),
            name in prop::option::of("[ab]{1,2}"),
            lead in prop::option::of(prop::option::of(0..3i64)),
        ) {
            let mut patch = json!({});
            if let Some(name) = &name {
                patch["name"] = json!(name);
            }
            if let Some(lead) = &lead {
                patch["lead"] = json!(lead);
            }
            let (mut to_name, mut to_lead) =
                (ActiveValue::Unchanged(before.0.clone()), ActiveValue::Unchanged(before.1));
            let shown_before = shown(&to_name, &to_lead);
            let changes: Changes = serde_json::from_value(patch.clone()).unwrap();
            changes.name.onto(&mut to_name);
            changes.lead.onto(&mut to_lead);
            prop_assert_eq!(shown(&to_name, &to_lead), merge(shown_before, &patch));
            // What is equal is not written, so a patch that changes nothing makes no new version.
            prop_assert_eq!(to_name.is_set(), name.is_some_and(|name| name != before.0));
            prop_assert_eq!(to_lead.is_set(), lead.is_some_and(|lead| lead != before.1));
        }
    }

    #[test]
    fn what_is_always_there_cannot_be_cleared() {
        assert!(serde_json::from_str::<Changes>("{\"name\": null}").is_err());
        assert!(serde_json::from_str::<Changes>("{\"lead\": null}").is_ok());
    }
}
