//! How something was meant, and who says so: a person or a model. A model's word is never taken for a person's.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::http::{FieldError, Problem};
use crate::values::{Line, choices};

choices! {
    /// Who says how something was meant.
    pub enum SentimentBy {
        /// A person, who read it.
        Person,
        /// A model.
        Model,
    }
}

/// How something was meant, as somebody says.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewSentiment {
    /// From -2, very bad, to 2, very good.
    #[validate(range(min = -2, max = 2, message = "from -2 to 2"))]
    #[schema(minimum = -2, maximum = 2)]
    pub score: i32,
    /// Who says so.
    pub by: SentimentBy,
    /// Which model, with its version; for a model, and for nobody else.
    pub model: Option<Line>,
    /// How sure the model is, as a percentage; for a model, and for nobody else.
    #[validate(range(min = 0, max = 100, message = "from 0 to 100"))]
    #[schema(minimum = 0, maximum = 100)]
    pub confidence: Option<i32>,
}

/// How something was meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Sentiment {
    /// From -2, very bad, to 2, very good.
    #[schema(minimum = -2, maximum = 2)]
    pub score: i32,
    /// Who says so.
    pub by: SentimentBy,
    /// Which model, with its version.
    pub model: Option<Line>,
    /// How sure the model is, as a percentage.
    #[schema(minimum = 0, maximum = 100)]
    pub confidence: Option<i32>,
    /// Whether a person says so, or has agreed with the model.
    pub is_confirmed: bool,
}

impl NewSentiment {
    /// What is kept of it, where it says all that it has to. A system does not speak for a person.
    pub fn settled(self, by_person: bool) -> Result<Sentiment, Problem> {
        let Self {
            score,
            by,
            model,
            confidence,
        } = self;
        let is_model = by == SentimentBy::Model;
        let mut wrong = Vec::new();
        let mut field = |name: &str, code, message| {
            wrong.push(FieldError::new(format!("/sentiment/{name}"), code, message));
        };
        if !is_model && !by_person {
            field("by", "unfit", "a system says which model it used");
        }
        for (name, there) in [
            ("model", model.is_some()),
            ("confidence", confidence.is_some()),
        ] {
            match (is_model, there) {
                (true, false) => field(
                    name,
                    "required",
                    "a model says which it is and how sure it is",
                ),
                (false, true) => field(name, "unfit", "only a model has it"),
                _ => {}
            }
        }
        match wrong.is_empty() {
            true => Ok(Sentiment {
                score,
                by,
                model,
                confidence,
                is_confirmed: !is_model,
            }),
            false => Err(Problem::fields(wrong)),
        }
    }
}
