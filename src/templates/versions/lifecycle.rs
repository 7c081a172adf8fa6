//! The lifecycle of a version of a template.

use crate::lifecycle::{Lifecycle, Step};
use crate::values::choices;

choices! {
    /// Where a version of a template stands.
    #[schema(as = TemplateVersionStatus)]
    pub enum Status {
        /// Shown to colleagues.
        Draft,
        /// A second person has approved it.
        Approved,
        /// The current one.
        Published,
        /// A newer one has taken its place.
        Superseded,
    }
}

use Status::{Approved, Draft, Published, Superseded};

impl Lifecycle for Status {
    const OF: &'static str = "template version";
    const FIRST: Self = Draft;
    const STEPS: &'static [Step<Self>] = &[
        Step {
            verb: "approve",
            from: &[Draft],
            to: Approved,
            needs: "a person who did not write it",
        },
        Step {
            verb: "publish",
            from: &[Approved],
            to: Published,
            needs: "no newer version that is published; the one before is superseded",
        },
        Step {
            verb: "supersede",
            from: &[Published],
            to: Superseded,
            needs: "by itself, when a newer version is published",
        },
    ];
    const WITH_OTHERS: &'static [&'static str] = &["supersede"];
}
