//! The published document at work: what an address takes, and what is wrong with a body.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Datelike, NaiveDate, Timelike};
use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{ValidationError, Validator};
use serde_json::{Map, Value, json};

use super::problem::FieldError;

/// The OpenAPI document, prepared for the questions that requests ask. As a tree it would take ten times the
/// memory of its text, so what is seldom needed is kept as text.
pub struct Contract {
    text: String,
    /// By name: the text of a schema.
    schemas: BTreeMap<String, Box<str>>,
    /// By route: the text of the schema of each query parameter.
    queries: BTreeMap<String, BTreeMap<String, Box<str>>>,
    /// By permission: the operations that need it.
    needs: BTreeMap<String, Vec<String>>,
    paths: Vec<Address>,
    validators: Mutex<BTreeMap<String, Option<Arc<Validator>>>>,
}

/// An address of the document.
struct Address {
    /// Its path, part by part.
    template: Vec<String>,
    methods: BTreeSet<String>,
    /// Whether GET answers with files, in the place of JSON or beside it.
    of_files: bool,
}

/// Words told at the most: longer lists stand in the document.
const WORDS: usize = 30;

/// What a word has to be one of.
fn choice(options: &Value) -> String {
    match options.as_array().map(Vec::len) {
        Some(count) if count > WORDS => format!("one of {count} words, which the document lists"),
        _ => format!("one of {options}"),
    }
}

/// Where references to schemas lead.
const SCHEMAS: &str = "#/components/schemas/";
/// Errors told at the most: nobody mends more at once, and the answer must not outgrow the request.
const MOST: usize = 100;
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Years in which something can happen here.
const YEARS: &RangeInclusive<i32> = &(1900..=2200);
/// Years that can be asked about. Beyond four digits, databases order times wrongly.
const ASKED: &RangeInclusive<i32> = &(0..=9999);

fn is_day(text: &str, years: &RangeInclusive<i32>) -> bool {
    text.len() == 10 && NaiveDate::from_str(text).is_ok_and(|day| years.contains(&day.year()))
}

fn is_moment(text: &str, years: &RangeInclusive<i32>) -> bool {
    // A leap second has no place in the time that databases keep.
    DateTime::parse_from_rfc3339(text)
        .is_ok_and(|at| years.contains(&at.naive_utc().year()) && at.nanosecond() < 1_000_000_000)
}

impl Contract {
    /// Prepares a document.
    pub fn new(document: &Value) -> Self {
        let mut queries = BTreeMap::new();
        let mut needs: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut paths = Vec::new();
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            let mut methods = BTreeSet::new();
            for method in METHODS {
                let Some(operation) = item.get(method) else {
                    continue;
                };
                let names = operation["parameters"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter(|parameter| parameter["in"] == "query")
                    .filter_map(|parameter| {
                        let name = parameter["name"].as_str()?.to_owned();
                        Some((name, text_of(&parameter["schema"])))
                    })
                    .collect();
                let method = method.to_ascii_uppercase();
                let route = format!("{method} {path}");
                for permission in permissions(operation) {
                    needs.entry(permission).or_default().push(route.clone());
                }
                queries.insert(route, names);
                if method == "GET" {
                    methods.insert("HEAD".to_owned());
                }
                methods.insert(method);
            }
            methods.insert("OPTIONS".to_owned());
            let content = item["get"]["responses"]["200"]["content"].as_object();
            paths.push(Address {
                template: path.split('/').map(str::to_owned).collect(),
                methods,
                of_files: content
                    .is_some_and(|content| content.keys().any(|kind| kind != "application/json")),
            });
        }
        let components = document["components"]["schemas"].as_object();
        let schemas = components.into_iter().flatten();
        Self {
            text: serde_json::to_string_pretty(document).unwrap_or_default(),
            schemas: schemas
                .map(|(name, schema)| (name.clone(), text_of(schema)))
                .collect(),
            queries,
            needs,
            paths,
            validators: Mutex::default(),
        }
    }

    /// The document as it is served.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the operation has a query parameter of this name. Routes outside the document take any.
    pub fn takes(&self, route: &str, name: &str) -> bool {
        self.queries
            .get(route)
            .is_none_or(|names| names.contains_key(name))
    }

    /// What the published schema refuses in a query parameter's value.
    pub fn refuses(&self, route: &str, name: &str, value: &str) -> Vec<FieldError> {
        let Some(schema) = self.queries.get(route).and_then(|names| names.get(name)) else {
            return Vec::new();
        };
        // A query has words only: what they are is for the schema to say.
        let number = value.parse::<i64>().ok();
        let number = number.filter(|number| number.to_string() == value);
        let truth = value.parse::<bool>().ok();
        let meant: Vec<Value> = [
            number.map(Value::from),
            truth.map(Value::from),
            Some(value.into()),
        ]
        .into_iter()
        .flatten()
        .collect();
        let schema = || parsed(schema);
        let Some(validator) = self.validator(&format!("{route} {name}"), schema, ASKED) else {
            return Vec::new();
        };
        if meant.iter().any(|meant| validator.is_valid(meant)) {
            return Vec::new();
        }
        // The first is what it looks like, and so what to explain.
        let errors: Vec<_> = meant
            .iter()
            .take(1)
            .flat_map(|meant| validator.iter_errors(meant))
            .collect();
        let mut found = Vec::new();
        errors.iter().for_each(|error| collect(error, &mut found));
        found
            .iter_mut()
            .for_each(|error| error.pointer = format!("/{name}"));
        found
    }

    /// The operations that need a permission, such as `GET /v1/partners`.
    pub fn operations_that_need(&self, permission: &str) -> &[String] {
        self.needs.get(permission).map_or(&[], Vec::as_slice)
    }

    /// The methods that an address takes, for Allow; nothing if the address is unknown.
    pub fn methods(&self, path: &str) -> Option<String> {
        let methods = &self.address(path)?.methods;
        Some(methods.iter().cloned().collect::<Vec<_>>().join(", "))
    }

    /// Whether an address answers with files.
    pub fn answers_files(&self, path: &str) -> bool {
        self.address(path).is_some_and(|address| address.of_files)
    }

    fn address(&self, path: &str) -> Option<&Address> {
        let asked: Vec<&str> = path.split('/').collect();
        let fits = |template: &[String]| {
            template.len() == asked.len()
                && template
                    .iter()
                    .zip(&asked)
                    .all(|(a, b)| a == b || (a.starts_with('{') && !b.is_empty()))
        };
        let literal = |template: &[String]| {
            template
                .iter()
                .filter(|part| !part.starts_with('{'))
                .count()
        };
        self.paths
            .iter()
            .filter(|address| fits(&address.template))
            .max_by_key(|address| literal(&address.template))
    }

    /// Every field of a body that its schema refuses.
    pub fn diagnose(&self, schema: &str, body: &Value) -> Vec<FieldError> {
        let root = || json!({ "$ref": format!("{SCHEMAS}{schema}") });
        let Some(validator) = self.validator(schema, root, YEARS) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for error in validator.iter_errors(body) {
            collect(&error, &mut found);
            if found.len() >= MOST {
                break;
            }
        }
        // Where something else is wrong too, that says it better than the pattern does.
        let told: BTreeSet<String> = found
            .iter()
            .filter(|error| error.code != "pattern")
            .map(|error| error.pointer.clone())
            .collect();
        found.retain(|error| error.code != "pattern" || !told.contains(&error.pointer));
        found.truncate(MOST);
        found
    }

    fn validator(
        &self,
        name: &str,
        schema: impl FnOnce() -> Value,
        years: &'static RangeInclusive<i32>,
    ) -> Option<Arc<Validator>> {
        let mut validators = self
            .validators
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        validators
            .entry(name.to_owned())
            .or_insert_with(|| {
                let built = jsonschema::options()
                    .should_validate_formats(true)
                    .with_format("date", move |text| is_day(text, years))
                    .with_format("date-time", move |text| is_moment(text, years))
                    .build(&self.closed(schema()));
                built
                    .inspect_err(|error| tracing::error!(%error, name, "schema"))
                    .ok()
                    .map(Arc::new)
            })
            .clone()
    }

    /// The schema with the components that it needs, and no others.
    fn closed(&self, mut schema: Value) -> Value {
        let mut needed = Map::new();
        let mut open = referred(&schema);
        while let Some(name) = open.pop() {
            if let Some(text) = self.schemas.get(&name)
                && !needed.contains_key(&name)
            {
                let component = parsed(text);
                open.extend(referred(&component));
                needed.insert(name, component);
            }
        }
        schema["components"] = json!({ "schemas": needed });
        schema
    }
}

fn text_of(value: &Value) -> Box<str> {
    value.to_string().into_boxed_str()
}

fn parsed(text: &str) -> Value {
    // It was written by us.
    serde_json::from_str(text).unwrap_or_default()
}

/// The permissions that an operation asks of its caller.
fn permissions(operation: &Value) -> Vec<String> {
    let ways = operation["security"].as_array().into_iter().flatten();
    let scopes = ways.filter_map(|way| way["bearer"].as_array()).flatten();
    let scopes: BTreeSet<&str> = scopes.filter_map(Value::as_str).collect();
    scopes.into_iter().map(str::to_owned).collect()
}

/// The names of the schemas that a schema refers to.
fn referred(schema: &Value) -> Vec<String> {
    let (mut names, mut open) = (Vec::new(), vec![schema]);
    while let Some(value) = open.pop() {
        match value {
            Value::Object(object) => open.extend(object.values()),
            Value::Array(items) => open.extend(items),
            Value::String(text) => names.extend(text.strip_prefix(SCHEMAS).map(str::to_owned)),
            _ => {}
        }
    }
    names
}

/// Turns a schema error into field errors that never repeat the value.
fn collect(error: &ValidationError<'_>, found: &mut Vec<FieldError>) {
    let at = error.instance_path().to_string();
    let below = |name: &str| format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
    let mut add = |pointer: String, code: &str, message: String| {
        found.push(FieldError::new(pointer, code, message));
    };
    match error.kind() {
        Kind::Required { property } => add(
            below(property.as_str().unwrap_or_default()),
            "required",
            "this field is required".to_owned(),
        ),
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            for name in unexpected {
                add(
                    below(name),
                    "unknownField",
                    "there is no such field here".to_owned(),
                );
            }
        }
        Kind::Type { .. } => add(at, "wrongType", "the value has the wrong type".to_owned()),
        Kind::Enum { options } => add(at, "unknownWord", choice(options)),
        Kind::Constant { expected_value } => {
            add(at, "unknownWord", format!("has to be {expected_value}"))
        }
        Kind::MinLength { limit } => add(at, "tooShort", format!("at least {limit} characters")),
        Kind::MaxLength { limit } => add(at, "tooLong", format!("at most {limit} characters")),
        Kind::MinItems { limit } => add(at, "tooFew", format!("at least {limit} entries")),
        Kind::MaxItems { limit } => add(at, "tooMany", format!("at most {limit} entries")),
        Kind::UniqueItems => add(at, "repeated", "each entry once".to_owned()),
        Kind::Minimum { limit } => add(at, "tooSmall", format!("at least {limit}")),
        Kind::Maximum { limit } => add(at, "tooLarge", format!("at most {limit}")),
        Kind::Pattern { .. } => add(
            at,
            "pattern",
            "characters or a shape that are not allowed here".to_owned(),
        ),
        Kind::Format { format } => add(at, "format", format!("has to be a valid {format}")),
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => branch(&at, context, found),
        _ => add(
            at,
            "invalid",
            "the value does not fit this field".to_owned(),
        ),
    }
}

/// Of several alternatives, tells what is wrong with the one that was meant: the one that fails deepest.
fn branch(at: &str, alternatives: &[Vec<ValidationError<'static>>], found: &mut Vec<FieldError>) {
    let meant = alternatives
        .iter()
        .filter(|errors| {
            !errors.iter().any(|error| {
                matches!(error.kind(), Kind::Type { .. }) && error.instance_path().to_string() == at
            })
        })
        .min_by_key(|errors| errors.len());
    match meant {
        Some(errors) => errors.iter().for_each(|error| collect(error, found)),
        None => found.push(FieldError::new(
            at,
            "wrongType",
            "the value has the wrong type",
        )),
    }
}
