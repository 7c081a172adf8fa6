//! Where settings come from: the environment, else a TOML file; a secret also from a file of its own.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

use sea_orm::sqlx::postgres::PgConnectOptions;
use toml::Value;

use super::{Config, SETTINGS, Setting};

/// What all variables start with; a key of the file is the rest of the name, in lower case.
const PREFIX: &str = "EQUAL_PARTNERS_";
/// The variable that names the file, as `--config` does.
pub const FILE: &str = "EQUAL_PARTNERS_CONFIG";
/// What a secret's name ends with when its value is in a file.
const IN_FILE: &str = "_FILE";
/// Names that differ by more letters than this, or by half of theirs, are no slips of the pen.
const SLIP: usize = 3;

/// A value, and where it was found.
struct Found {
    value: String,
    origin: String,
}

/// Every setting that was given, wherever that was.
pub struct Sources {
    found: BTreeMap<&'static str, Found>,
    wrong: Vec<String>,
    doubtful: Vec<String>,
}

impl Setting {
    /// Its key in the file: `database_url`.
    pub fn key(&self) -> String {
        self.name.trim_start_matches(PREFIX).to_lowercase()
    }

    /// The variable and the key under which the file of a secret is named.
    pub fn in_file(&self) -> Option<(String, String)> {
        let names = (
            format!("{}{IN_FILE}", self.name),
            format!("{}{}", self.key(), IN_FILE.to_lowercase()),
        );
        self.secret.then_some(names)
    }
}

impl Sources {
    /// Reads the environment, and the file if one is named there or here.
    pub fn gather(file: Option<&Path>) -> Self {
        // A value that is no UTF-8 is kept, so that it is found wrong rather than missing.
        let environment: BTreeMap<String, String> = std::env::vars_os()
            .map(|(name, value)| {
                (
                    name.to_string_lossy().into_owned(),
                    value.to_string_lossy().into_owned(),
                )
            })
            .filter(|(name, value)| name.starts_with(PREFIX) && !value.is_empty())
            .collect();
        let mut sources = Self {
            found: BTreeMap::new(),
            wrong: Vec::new(),
            doubtful: Vec::new(),
        };
        // What was found first stays: the environment goes before the file.
        sources.take(&environment, "environment", |setting| {
            let of_file = setting.in_file().map(|(variable, _)| variable);
            (setting.name.to_owned(), of_file)
        });
        sources.doubt(&environment);
        let named = environment.get(FILE).map(Path::new);
        if let Some(path) = file.or(named) {
            let keys = sources.parse(path);
            let origin = path.display().to_string();
            sources.take(&keys, &origin, |setting| {
                let of_file = setting.in_file().map(|(_, key)| key);
                (setting.key(), of_file)
            });
        }
        sources
    }

    /// The settings in force, or everything that is wrong with them.
    pub fn config(&self) -> Result<Config, Vec<String>> {
        let read = Config::read(|name| self.found.get(name).map(|found| found.value.clone()));
        match (read, self.wrong.is_empty()) {
            (Ok(config), true) => Ok(config),
            (Ok(_), false) => Err(self.wrong.clone()),
            (Err(wrong), _) => Err([self.wrong.clone(), wrong].concat()),
        }
    }

    /// Variables that are ignored, though somebody may have meant something by them.
    pub fn doubtful(&self) -> &[String] {
        &self.doubtful
    }

    /// The settings in force as a TOML file, without what is secret.
    pub fn effective(&self) -> String {
        let lines = SETTINGS.iter().map(|setting| {
            let (key, quoted) = (setting.key(), |text: &str| Value::from(text).to_string());
            match self.found.get(setting.name) {
                Some(found) if setting.secret => {
                    let shown = without_password(&found.value);
                    format!("{key} = {}  # {}, shortened", quoted(&shown), found.origin)
                }
                Some(found) => format!("{key} = {}  # {}", quoted(&found.value), found.origin),
                None => format!("# {key} = {}  # default", quoted(setting.default)),
            }
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    fn take(
        &mut self,
        given: &BTreeMap<String, String>,
        origin: &str,
        names: impl Fn(&Setting) -> (String, Option<String>),
    ) {
        for setting in SETTINGS {
            let (name, of_file) = names(setting);
            let file = of_file.and_then(|of_file| Some((given.get(&of_file)?, of_file)));
            let found = match (given.get(&name), file) {
                (Some(_), Some((_, of_file))) => {
                    self.wrong
                        .push(format!("{name} and {of_file} are both set; keep one"));
                    continue;
                }
                (Some(value), None) => Found {
                    value: value.clone(),
                    origin: origin.to_owned(),
                },
                (None, Some((path, of_file))) => match std::fs::read_to_string(path) {
                    // Editors end a file with a line break; no secret does.
                    Ok(text) if !text.trim().is_empty() => Found {
                        value: text.trim().to_owned(),
                        origin: path.clone(),
                    },
                    Ok(_) => {
                        self.wrong.push(format!("{of_file}: {path} is empty"));
                        continue;
                    }
                    Err(error) => {
                        self.wrong.push(format!("{of_file}: {path}: {error}"));
                        continue;
                    }
                },
                (None, None) => continue,
            };
            self.found.entry(setting.name).or_insert(found);
        }
    }

    /// The keys of a file. Keys that nobody knows are wrong: a misspelt one would leave its setting at the default.
    fn parse(&mut self, path: &Path) -> BTreeMap<String, String> {
        let table = std::fs::read_to_string(path)
            .map_err(|error| error.to_string())
            .and_then(|text| {
                toml::from_str::<toml::Table>(&text).map_err(|error| {
                    // The error's own text quotes the line, which can hold a password.
                    let before = error.span().and_then(|span| text.get(..span.start));
                    let line = before.unwrap_or_default().matches('\n').count() + 1;
                    format!("line {line}: {}", error.message())
                })
            });
        let table = match table {
            Ok(table) => table,
            Err(error) => {
                self.wrong.push(format!("{}: {error}", path.display()));
                return BTreeMap::new();
            }
        };
        let known: Vec<String> = SETTINGS
            .iter()
            .flat_map(|setting| [Some(setting.key()), setting.in_file().map(|(_, key)| key)])
            .flatten()
            .collect();
        let mut keys = BTreeMap::new();
        for (key, value) in table {
            let wrong = match (known.contains(&key), as_text(&value)) {
                (true, Some(text)) => {
                    keys.insert(key, text);
                    continue;
                }
                (true, None) => "takes a text, a number or a list of texts".to_owned(),
                (false, _) => match nearest(&key, &known) {
                    Some(known) => format!("is no setting; did you mean {known}?"),
                    None => "is no setting; equal-partners config lists them".to_owned(),
                },
            };
            self.wrong
                .push(format!("{}: {key} {wrong}", path.display()));
        }
        keys.retain(|_, text| !text.is_empty());
        keys
    }

    /// Container platforms put variables of their own beside ours, so one that is unknown is refused
    /// nowhere; one that looks like a slip is told.
    fn doubt(&mut self, environment: &BTreeMap<String, String>) {
        let known: Vec<String> = SETTINGS
            .iter()
            .flat_map(|setting| {
                let of_file = setting.in_file().map(|(variable, _)| variable);
                [Some(setting.name.to_owned()), of_file]
            })
            .flatten()
            .chain([FILE.to_owned()])
            .collect();
        for name in environment.keys().filter(|name| !known.contains(name)) {
            if let Some(known) = nearest(name, &known) {
                self.doubtful
                    .push(format!("{name} is ignored; did you mean {known}?"));
            }
        }
    }
}

/// A value of the file as the environment would have it.
fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Boolean(yes) => Some(yes.to_string()),
        Value::Array(parts) => {
            let parts: Option<Vec<&str>> = parts.iter().map(Value::as_str).collect();
            Some(parts?.join(","))
        }
        _ => None,
    }
}

/// The known name that was probably meant.
fn nearest<'a>(name: &str, known: &'a [String]) -> Option<&'a str> {
    let distances = known
        .iter()
        .map(|known| (strsim::damerau_levenshtein(name, known), known));
    let (distance, known) = distances.min()?;
    (distance <= SLIP && distance * 2 < name.len()).then_some(known)
}

/// As much of a secret as tells which one it is: a database's place and user. Of anything else, nothing.
fn without_password(secret: &str) -> String {
    if secret.starts_with("sqlite://") {
        return secret.to_owned();
    }
    match PgConnectOptions::from_str(secret) {
        Ok(options) if secret.starts_with("postgres") => format!(
            "postgres://{}@{}:{}/{}",
            options.get_username(),
            options.get_host(),
            options.get_port(),
            options.get_database().unwrap_or_default()
        ),
        _ => "…".to_owned(),
    }
}
