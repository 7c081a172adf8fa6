//! Words that what is shared and what is let out have in common, so that the one can become the other.

use crate::values::choices;

choices! {
    /// Whether something works.
    pub enum Experience {
        /// It works well.
        WhatWorks,
        /// It does not.
        WhatDoesNot,
    }
}

choices! {
    /// What it is about.
    pub enum PeerTopic {
        /// How one is welcomed, and learns the role.
        Induction,
        /// Who is there for one, and how often one talks.
        Support,
        /// Being listened to.
        BeingHeard,
        /// What changes because of it.
        Influence,
        /// How meetings are run.
        Meetings,
        /// Papers: when they come, and how they read.
        Papers,
        /// Access needs.
        Access,
        /// Expenses and payments.
        Payments,
        /// Training.
        Training,
        /// How much it is.
        Workload,
        /// How people treat each other.
        Respect,
        /// Anything else.
        Other,
    }
}
