//! Two days that come in an order.

use chrono::NaiveDate;
use validator::ValidationError;

/// Refuses a last day that is before the first one. The first comes with its name, the last with the pointer of its field.
pub fn in_order(
    (name, first): (&str, NaiveDate),
    (pointer, last): (&'static str, Option<NaiveDate>),
) -> Result<(), ValidationError> {
    match last.is_none_or(|last| last >= first) {
        true => Ok(()),
        false => {
            let message = format!("not before `{name}`");
            let mut error = ValidationError::new("order").with_message(message.into());
            error.add_param("pointer".into(), &pointer);
            Err(error)
        }
    }
}
