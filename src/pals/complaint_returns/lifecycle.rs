//! The states of a return about complaints, and the steps between them.

use crate::lifecycle::{Lifecycle, Step};
use crate::values::choices;

choices! {
    /// Where a return stands.
    #[schema(as = ComplaintReturnStatus)]
    pub enum Status {
        /// It is written.
        Draft,
        /// It was submitted, and never changes again.
        Submitted,
    }
}

impl Lifecycle for Status {
    const OF: &'static str = "return about complaints";
    const FIRST: Self = Self::Draft;
    const STEPS: &'static [Step<Self>] = &[
        Step::stays("change", &[Self::Draft], ""),
        Step {
            verb: "submit",
            from: &[Self::Draft],
            to: Self::Submitted,
            needs: "every check; another person than the one who wrote it; the only one of its year",
        },
    ];
}
