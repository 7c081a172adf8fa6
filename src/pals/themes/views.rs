//! What is asked of themes.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::values::Month;

/// Which month the themes are of.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ThemesQuery {
    /// A month that is over; the last one without it.
    #[param(inline)]
    pub month: Option<Month>,
}
