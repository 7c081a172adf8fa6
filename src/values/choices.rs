//! Closed sets of words, written once for JSON, the database and the document.

/// Declares a choice. Its words are camelCase everywhere: in JSON, in the database, in the document.
macro_rules! choices {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$word:meta])* $variant:ident),+ $(,)? }) => {
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord,
            sea_orm::EnumIter, sea_orm::DeriveActiveEnum,
            serde::Serialize, serde::Deserialize, utoipa::ToSchema,
        )]
        #[serde(rename_all = "camelCase")]
        #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "camelCase")]
        $(#[$doc])*
        pub enum $name { $($(#[$word])* $variant),+ }

        impl $name {
            /// Every word of the choice, in the order in which it is declared.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word as callers and the database write it.
            pub fn word(self) -> String {
                sea_orm::ActiveEnum::to_value(&self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.word())
            }
        }
    };
}

pub(crate) use choices;
