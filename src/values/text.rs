//! Text with limits. Text is kept as given: nothing is trimmed, folded or normalised.

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::__dev::ComposeSchema;
use utoipa::ToSchema;
use utoipa::openapi::schema::{KnownFormat, SchemaFormat, SchemaType};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};

/// No control characters, no bidirectional overrides, and at least one character that can be seen.
/// Overrides can make a name read as another one; right-to-left letters themselves are welcome. Blanks
/// are spelt out, because readers of a pattern differ about `\s`.
const LINE: &str = r"^[^\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]*[^\u0000-\u0020\u007F-\u00A0\u00AD\u034F\u061C\u115F\u1160\u1680\u17B4\u17B5\u180B-\u180F\u2000-\u200F\u2028-\u202F\u205F-\u206F\u2800\u3000\u3164\uFE00-\uFE0F\uFEFF\uFFA0][^\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]*$";
/// Line breaks and tabs are fine, other control characters are not; at least one character that
/// can be seen.
const PROSE: &str = r"^[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]*[^\u0000-\u0020\u007F\u0085\u00A0\u00AD\u034F\u061C\u115F\u1160\u1680\u17B4\u17B5\u180B-\u180F\u2000-\u200F\u2028\u2029\u202F\u205F-\u2065\u206A-\u206F\u2800\u3000\u3164\uFE00-\uFE0F\uFEFF\uFFA0][^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]*$";
const EMAIL: &str = r"^(?=.{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-]+)*@([A-Za-z0-9]([A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9\-]{0,61}[A-Za-z0-9])?$";
const ODS_CODE: &str = "^[A-Z0-9]{3,10}$";
const ROUTE_CODE: &str = "^[a-z][A-Za-z0-9]*$";
const LANGUAGE: &str = "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$";
const TELEPHONE: &str = r"^(\+[0-9][0-9 ()\-]{4,22}[0-9]|[0-9][0-9 ()\-]{5,23}[0-9])$";
const WEB_ADDRESS: &str = "^https?://[!-~]+$";
const SIGNATURE_PATH: &str = "^M[0-9]{1,3} [0-2]?[0-9]{1,2}( L[0-9]{1,3} [0-2]?[0-9]{1,2})+( M[0-9]{1,3} [0-2]?[0-9]{1,2}( L[0-9]{1,3} [0-2]?[0-9]{1,2})+)*$";
const MONTH: &str = "^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$";
const POSTCODE: &str = "^[A-Za-z]{1,2}[0-9][A-Za-z0-9]? ?[0-9][A-Za-z]{2}$";

/// A character that a single line may hold, as [`LINE`] says.
fn in_line(c: char) -> bool {
    !matches!(c, '\u{0}'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A character that longer text may hold, as [`PROSE`] says.
fn in_prose(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r') || !matches!(c, '\u{0}'..='\u{1F}' | '\u{7F}')
}

/// Whether there is something to see: blanks, joiners, fillers and selectors alone are no name.
fn visible(text: &str) -> bool {
    let hidden = |c: char| {
        matches!(c, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2065}'
            | '\u{206A}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{FFA0}')
    };
    text.chars().any(|c| !c.is_whitespace() && !hidden(c))
}

fn is_line(text: &str) -> bool {
    text.chars().all(in_line) && visible(text)
}

fn is_prose(text: &str) -> bool {
    text.chars().all(in_prose) && visible(text)
}

/// The dot-atom form of RFC 5322 at a domain name with at least one dot, as [`EMAIL`] says.
fn is_email(text: &str) -> bool {
    let in_local = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c);
    let in_domain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let edge = |label: &str| label.starts_with('-') || label.ends_with('-');
    text.rsplit_once('@').is_some_and(|(local, domain)| {
        let mut atoms = local.split('.');
        let mut labels = domain.split('.');
        local.len() <= 64
            && atoms.all(|atom| !atom.is_empty() && atom.chars().all(in_local))
            && domain.contains('.')
            && labels.all(|label| {
                (1..=63).contains(&label.len()) && label.chars().all(in_domain) && !edge(label)
            })
    })
}

fn is_ods_code(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}

fn is_route_code(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_alphanumeric())
}

/// A language tag in the shape of RFC 5646, as [`LANGUAGE`] says.
fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    (2..=3).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_lowercase())
        && parts.all(|part| {
            (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

fn is_digits(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit())
}

fn is_month(text: &str) -> bool {
    let (year, month) = text.split_once('-').unwrap_or_default();
    let within = |part: &str, range: std::ops::RangeInclusive<u16>| {
        is_digits(part) && part.parse().is_ok_and(|number| range.contains(&number))
    };
    year.len() == 4 && month.len() == 2 && within(year, 1900..=2199) && within(month, 1..=12)
}

fn is_web_address(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_graphic()))
}

/// Lines of at least two points each, as [`SIGNATURE_PATH`] says.
fn is_signature_path(text: &str) -> bool {
    let number = |text: &str, most: u16| {
        (1..=3).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_digit())
            && text.parse::<u16>().is_ok_and(|number| number <= most)
    };
    let words: Vec<&str> = text.split(' ').collect();
    let points: Vec<(&str, &str)> = words
        .chunks(2)
        .map(|pair| (pair[0], *pair.last().unwrap_or(&"")))
        .collect();
    let verb = |at: usize| points.get(at).and_then(|(first, _)| first.chars().next());
    words.len().is_multiple_of(2)
        && points
            .iter()
            .all(|(x, y)| x.get(1..).is_some_and(|x| number(x, 999)) && number(y, 299))
        && (0..points.len()).all(|at| match verb(at) {
            // Each line begins, and goes on at least once.
            Some('M') => verb(at + 1) == Some('L'),
            Some('L') => at > 0,
            _ => false,
        })
}

fn is_telephone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && digits
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, ' ' | '(' | ')' | '-'))
}

fn is_postcode(text: &str) -> bool {
    let compact: Vec<char> = text.chars().filter(|c| *c != ' ').collect();
    let spaces = text.chars().filter(|c| *c == ' ').count();
    let (outward, inward) = compact.split_at(compact.len().saturating_sub(3));
    let letters = outward
        .iter()
        .take_while(|c| c.is_ascii_alphabetic())
        .count();
    spaces <= 1
        && (spaces == 0 || text.chars().rev().nth(3) == Some(' '))
        && (1..=2).contains(&letters)
        && (matches!(outward.get(letters..), Some([d]) if d.is_ascii_digit())
            || matches!(outward.get(letters..), Some([d, e]) if d.is_ascii_digit() && e.is_ascii_alphanumeric()))
        && matches!(inward, [d, a, b] if d.is_ascii_digit() && a.is_ascii_alphabetic() && b.is_ascii_alphabetic())
}

macro_rules! text {
    ($(#[doc = $doc:literal])* $name:ident, $min:literal..=$max:literal, $rule:path, $pattern:expr, $format:expr, $example:literal) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, sea_orm::DeriveValueType)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The text, if it keeps the limits of its kind.
            pub fn parse(text: impl Into<String>) -> Result<Self, &'static str> {
                let text = text.into();
                let length = text.chars().count();
                match ($min..=$max).contains(&length) && $rule(&text) {
                    true => Ok(Self(text)),
                    false => Err(concat!("not a valid ", stringify!($name))),
                }
            }

            /// The text as given.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text as given.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                Self::parse(String::deserialize(from)?).map_err(serde::de::Error::custom)
            }
        }

        impl std::str::FromStr for $name {
            type Err = &'static str;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl ComposeSchema for $name {
            fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
                const LINES: &[&str] = &[$($doc),*];
                ObjectBuilder::new()
                    .schema_type(SchemaType::Type(Type::String))
                    .description(Some(LINES.concat().trim().to_owned()))
                    .min_length(Some($min))
                    .max_length(Some($max))
                    .pattern($pattern)
                    .format($format)
                    .examples([serde_json::json!($example)])
                    .into()
            }
        }

        impl ToSchema for $name {}
    };
}

text!(
    /// A person's given or family name, in any script.
    PersonName, 1..=100, is_line, Some(LINE), None, "Ada"
);
text!(
    /// One line of text: a place, a role, a skill.
    Line, 1..=200, is_line, Some(LINE), None, "Outpatients, Royal Blackburn Hospital"
);
text!(
    /// A short word or two that many records share: a topic, an interest, a tag.
    Label, 1..=60, is_line, Some(LINE), None, "diabetes"
);
text!(
    /// The title of a record.
    Title, 3..=160, is_line, Some(LINE), None, "Patient partner for the diabetes pathway"
);
text!(
    /// Longer text, with line breaks.
    Prose, 1..=5000, is_prose, Some(PROSE), None, "We want to hear from people who use the clinic."
);
text!(
    /// A whole story, with line breaks.
    LongProse, 1..=30000, is_prose, Some(PROSE), None, "It was on a Sunday. My father fell on the stairs."
);
text!(
    /// A reason in plain words, which the people concerned will read.
    Reason, 3..=1000, is_prose, Some(PROSE), None, "The project has been paused until spring."
);
text!(
    /// A postal address, lines separated by line breaks.
    Address, 5..=500, is_prose, Some(PROSE), None, "1 High Street\nBlackpool"
);
text!(
    /// An e-mail address.
    EmailAddress, 3..=254, is_email, Some(EMAIL), Some(SchemaFormat::KnownFormat(KnownFormat::Email)), "ada@example.org"
);
text!(
    /// Who vouches for a person, as it stands in the `iss` of their tokens.
    Issuer, 8..=500, is_web_address, Some(WEB_ADDRESS), None, "https://login.example.org/realms/trust"
);
text!(
    /// A person as their issuer knows them, as it stands in the `sub` of their tokens.
    Subject, 1..=255, is_line, Some(LINE), None, "248289761001"
);
text!(
    /// A telephone number: digits, spaces, brackets and hyphens, with an optional leading plus.
    Telephone, 7..=25, is_telephone, Some(TELEPHONE), None, "01253 300000"
);
text!(
    /// A United Kingdom postcode.
    Postcode, 5..=8, is_postcode, Some(POSTCODE), None, "FY3 8NR"
);
text!(
    /// The code of an NHS organisation, given out by the Organisation Data Service. Old and new shapes
    /// live side by side and carry no meaning: a site's code need not begin with its trust's.
    OdsCode, 3..=10, is_ods_code, Some(ODS_CODE), None, "RXL"
);

text!(
    /// The code of a route of involvement, such as `volunteer`: letters and digits, the first one small.
    RouteCode, 2..=40, is_route_code, Some(ROUTE_CODE), None, "volunteer"
);

text!(
    /// The code of an item of a checklist, such as `roleWalkthrough`: letters and digits, the first one small.
    ItemCode, 2..=40, is_route_code, Some(ROUTE_CODE), None, "roleWalkthrough"
);

text!(
    /// The language of a text, as a tag such as `en`, `cy` or `pt-BR` (RFC 5646).
    Language, 2..=35, is_language, Some(LANGUAGE), None, "en"
);

text!(
    /// How the number of a certificate ends: at most its last four digits, never all of it.
    CertificateEnding, 2..=4, is_digits, Some("^[0-9]+$"), None, "4821"
);

text!(
    /// The name of a part of a text, such as a field or a section: letters and digits, the first one small.
    PartName, 1..=40, is_route_code, Some(ROUTE_CODE), None, "purpose"
);

text!(
    /// A drawn signature: lines as an SVG path of `M` and `L` with whole numbers, within 1000 by 300.
    SignaturePath, 9..=20000, is_signature_path, Some(SIGNATURE_PATH), None, "M100 150 L180 90 L260 210 M300 150 L420 140"
);

text!(
    /// A month, with its year.
    Month, 7..=7, is_month, Some(MONTH), None, "2026-10"
);

impl Month {
    /// The month of a day.
    pub fn of(day: chrono::NaiveDate) -> Self {
        Self(day.format("%Y-%m").to_string())
    }

    /// Its first day.
    pub fn first(&self) -> Option<chrono::NaiveDate> {
        format!("{}-01", self.0).parse().ok()
    }
}

/// An amount of money in pence, up to one million pounds.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    ToSchema,
    sea_orm::DeriveValueType,
)]
#[serde(transparent)]
#[schema(value_type = i32, minimum = 0, maximum = 100_000_000, example = 7500)]
pub struct Pence(pub i32);

impl<'de> Deserialize<'de> for Pence {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match i32::deserialize(from)? {
            pence @ 0..=100_000_000 => Ok(Self(pence)),
            _ => Err(serde::de::Error::custom("from 0 to 100000000 pence")),
        }
    }
}

#[cfg(test)]
mod tests;
