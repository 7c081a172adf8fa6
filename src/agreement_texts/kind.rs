//! The agreements that there are.

use crate::values::choices;

choices! {
    /// What is agreed.
    pub enum AgreementKind {
        /// How the two sides work together.
        Involvement,
        /// What is kept to oneself.
        Confidentiality,
    }
}
