//! The sections of a wording, and what each kind of agreement has to speak of: pure.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::kind::AgreementKind;
use crate::http::FieldError;
use crate::values::{Line, Prose, choices};

choices! {
    /// What a section speaks of.
    #[schema(as = AgreementTopic)]
    pub enum Topic {
        /// What the organisation offers.
        WhatWeOffer,
        /// What the organisation asks.
        WhatWeAsk,
        /// Expenses and payment.
        Money,
        /// Support, and who gives it.
        Support,
        /// What is kept to oneself.
        Confidentiality,
        /// How people treat each other.
        Conduct,
        /// What to do when one cannot come.
        Absence,
        /// How to raise a concern.
        Concerns,
        /// How to take a break.
        Pausing,
        /// How either side ends it.
        Ending,
        /// When the two look at it together.
        Review,
        /// That pictures are a matter apart.
        Images,
        /// What it is about.
        Scope,
        /// When something has to be told all the same.
        Exceptions,
        /// What becomes of papers.
        Papers,
        /// What is written on the web.
        SocialMedia,
        /// What holds after leaving.
        AfterLeaving,
        /// Something else.
        Other,
    }
}

/// What each kind of agreement speaks of (domain rules for agreements).
const TOPICS: &[(AgreementKind, &[Topic])] = &[
    (
        AgreementKind::Involvement,
        &[
            Topic::WhatWeOffer,
            Topic::WhatWeAsk,
            Topic::Money,
            Topic::Support,
            Topic::Confidentiality,
            Topic::Conduct,
            Topic::Absence,
            Topic::Concerns,
            Topic::Pausing,
            Topic::Ending,
            Topic::Review,
            Topic::Images,
        ],
    ),
    (
        AgreementKind::Confidentiality,
        &[
            Topic::Scope,
            Topic::Exceptions,
            Topic::Papers,
            Topic::SocialMedia,
            Topic::AfterLeaving,
        ],
    ),
];

/// A section of an agreement: paragraphs, then points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Section {
    /// What it speaks of.
    pub topic: Topic,
    /// Its heading.
    pub heading: Line,
    /// Its paragraphs.
    #[schema(min_items = 1, max_items = 20)]
    #[validate(length(min = 1, max = 20, message = "from 1 to 20 entries"))]
    pub paragraphs: Vec<Prose>,
    /// Its points, after the paragraphs.
    #[serde(default)]
    #[schema(required = false, max_items = 30)]
    #[validate(length(max = 30, message = "at most 30 entries"))]
    pub points: Vec<Prose>,
}

/// The topics of its kind that a wording does not speak of, each by its name.
pub(super) fn silent_about(kind: AgreementKind, sections: &[Section]) -> Vec<FieldError> {
    let needed = TOPICS.iter().filter(|(of, _)| *of == kind);
    let missing = needed
        .flat_map(|(_, topics)| topics.iter())
        .filter(|topic| !sections.iter().any(|section| section.topic == **topic));
    let error = |topic: &Topic| {
        let message = format!("a section about `{topic}` is needed");
        FieldError::new("/sections", topic.word(), message)
    };
    missing.map(error).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn about(topic: Topic) -> Section {
        Section {
            topic,
            heading: Line::parse("Heading").unwrap(),
            paragraphs: vec![Prose::parse("Words.").unwrap()],
            points: Vec::new(),
        }
    }

    proptest! {
        #[test]
        fn what_is_missing_and_what_is_there_are_all_topics_of_the_kind(
            topics in prop::collection::btree_set(prop::sample::select(Topic::ALL), 0..19),
        ) {
            let sections: Vec<_> = topics.iter().map(|topic| about(*topic)).collect();
            for (kind, needed) in TOPICS {
                let missing = silent_about(*kind, &sections);
                let there = needed.iter().filter(|topic| topics.contains(topic)).count();
                prop_assert_eq!(missing.len() + there, needed.len());
            }
        }
    }
}
