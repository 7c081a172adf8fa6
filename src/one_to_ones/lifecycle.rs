//! The states of a one-to-one, and the steps between them.

use crate::lifecycle::{Lifecycle, Step};
use crate::values::choices;

choices! {
    /// Where a one-to-one stands.
    #[schema(as = OneToOneStatus)]
    pub enum Status {
        /// It is to be held.
        Planned,
        /// It was held.
        Held,
        /// It will not be held.
        Cancelled,
    }
}

impl Lifecycle for Status {
    const OF: &'static str = "one-to-one";
    const FIRST: Self = Self::Planned;
    const STEPS: &'static [Step<Self>] = &[
        Step::stays("change", &[Self::Planned], ""),
        Step {
            verb: "hold",
            from: &[Self::Planned],
            to: Self::Held,
            needs: "the supporter themself; the next one is planned by the cadence",
        },
        Step {
            verb: "cancel",
            from: &[Self::Planned],
            to: Self::Cancelled,
            needs: "a reason; the next one is planned by the cadence",
        },
        Step::stays(
            "correct",
            &[Self::Held],
            "the partner themself; what was written stays, and the correction stands beside it",
        ),
        Step::stays("agree-action", &[Self::Held], "one of the two"),
    ];
    const WITH_OTHERS: &'static [&'static str] = &["agree-action"];
}
