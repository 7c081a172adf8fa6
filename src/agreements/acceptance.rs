//! How a side accepts: typed, drawn, or spoken before a witness. Pure.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::http::FieldError;
use crate::users::UserId;
use crate::values::{Line, SignaturePath, choices};

choices! {
    /// How somebody accepts.
    pub enum AcceptanceMethod {
        /// By typing their name.
        Typed,
        /// By drawing their signature.
        Drawn,
        /// By saying so, before a witness.
        Spoken,
    }
}

/// That one side has accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Acceptance {
    pub method: AcceptanceMethod,
    pub name: Line,
    pub drawing: Option<SignaturePath>,
    pub witness: Option<Line>,
    pub accepted_at: DateTime<Utc>,
    /// Who sent it, as one word: another person accepts for the other side.
    pub actor: String,
    /// The member of staff who sent it; null for the partner's own.
    pub recorded_by_id: Option<UserId>,
}

/// That one side has accepted. The drawing is in the page and in the PDF.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Acceptance)]
pub struct ShownAcceptance {
    /// How.
    pub method: AcceptanceMethod,
    /// Who, as they write or say their name.
    pub name: Line,
    /// Who was there and saw or heard it.
    pub witness: Option<Line>,
    /// When.
    pub accepted_at: DateTime<Utc>,
    /// The member of staff who accepted for the organisation, or who recorded that the partner had; null for what
    /// the partner did themself.
    pub recorded_by_id: Option<UserId>,
}

impl From<Acceptance> for ShownAcceptance {
    fn from(acceptance: Acceptance) -> Self {
        let Acceptance {
            method,
            name,
            drawing: _,
            witness,
            accepted_at,
            actor: _,
            recorded_by_id,
        } = acceptance;
        Self {
            method,
            name,
            witness,
            accepted_at,
            recorded_by_id,
        }
    }
}

/// To accept, by oneself.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "method": "typed", "name": "Ada Okafor" }))]
pub struct Accept {
    /// How: `typed` or `drawn`. What is spoken needs a witness, and is recorded by staff.
    pub method: AcceptanceMethod,
    /// The name of who accepts.
    pub name: Line,
    /// For `drawn`: the signature.
    pub drawing: Option<SignaturePath>,
}

/// That a partner has accepted on paper, or by saying so.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "method": "spoken", "name": "Ada Okafor", "witness": "Grace Mensah, ward clerk" }))]
pub struct RecordAcceptance {
    /// How.
    pub method: AcceptanceMethod,
    /// The name of the partner, as they wrote or said it.
    pub name: Line,
    /// For `drawn`: the signature.
    pub drawing: Option<SignaturePath>,
    /// Who was there and saw or heard it: somebody else than the partner.
    pub witness: Line,
    /// When, unless it was just now.
    pub accepted_at: Option<DateTime<Utc>>,
}

/// What is wrong with a way to accept: a drawing is drawn, a voice has a witness, who is somebody else.
pub(super) fn check(
    method: AcceptanceMethod,
    name: &Line,
    drawing: Option<&SignaturePath>,
    witness: Option<&Line>,
) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    match (method, drawing) {
        (AcceptanceMethod::Drawn, None) => {
            wrong.push(FieldError::new(
                "/drawing",
                "required",
                "draw the signature",
            ));
        }
        (AcceptanceMethod::Typed | AcceptanceMethod::Spoken, Some(_)) => {
            wrong.push(FieldError::new(
                "/drawing",
                "contradiction",
                "only for `drawn`",
            ));
        }
        _ => {}
    }
    if method == AcceptanceMethod::Spoken && witness.is_none() {
        let message = "what is spoken needs a witness: staff record it with `record-acceptance`";
        wrong.push(FieldError::new("/method", "witness", message));
    }
    let same = |witness: &Line| folded(witness.as_str()) == folded(name.as_str());
    if witness.is_some_and(same) {
        let message = "the witness is somebody else than who accepts";
        wrong.push(FieldError::new("/witness", "same", message));
    }
    wrong
}

/// A name as it is compared: in small letters, with single blanks.
fn folded(name: &str) -> String {
    let words = name.split_whitespace().map(str::to_lowercase);
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(method: AcceptanceMethod, drawing: bool, witness: Option<&str>) -> Vec<String> {
        let drawing = drawing.then(|| SignaturePath::parse("M1 1 L2 2").unwrap());
        let witness = witness.map(|name| Line::parse(name).unwrap());
        let name = Line::parse("Ada Okafor").unwrap();
        let wrong = check(method, &name, drawing.as_ref(), witness.as_ref());
        wrong.into_iter().map(|error| error.pointer).collect()
    }

    #[test]
    fn each_way_to_accept_has_what_it_needs() {
        use AcceptanceMethod::{Drawn, Spoken, Typed};
        assert_eq!(pointers(Typed, false, None), [""; 0]);
        assert_eq!(pointers(Drawn, true, None), [""; 0]);
        assert_eq!(pointers(Spoken, false, Some("Grace Mensah")), [""; 0]);
        assert_eq!(pointers(Drawn, false, None), ["/drawing"]);
        assert_eq!(pointers(Typed, true, None), ["/drawing"]);
        assert_eq!(pointers(Spoken, false, None), ["/method"]);
        assert_eq!(pointers(Typed, false, Some("ADA  okafor")), ["/witness"]);
    }
}
