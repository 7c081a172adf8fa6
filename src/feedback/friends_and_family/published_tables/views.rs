//! What callers see of a published table, and how they ask for it.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::period::Period;
use super::super::settings::{Level, Mode, Setting, Touchpoint};
use super::super::suppression::Hidden;
use super::table::Line;
use crate::values::{Line as Text, OdsCode, choices};

/// Which table.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PublishedTableQuery {
    /// Where people were asked.
    #[param(inline)]
    pub setting: Setting,
    /// The month.
    #[param(inline, example = "2026-09")]
    pub period: Period,
    /// A row for each of these. The finest level depends on the setting: wards for inpatients, sites for accident and
    /// emergency, trusts elsewhere.
    #[param(inline)]
    pub level: Level,
}

choices! {
    /// What a row does not show, so that nobody finds a person in it.
    #[schema(as = FriendsAndFamilyHidden)]
    pub enum Hides {
        /// It shows everything.
        Nothing,
        /// Neither how many gave which answer nor by which mode.
        Counts,
        /// Everything but the total.
        CountsAndPercentages,
    }
}

impl From<Hidden> for Hides {
    fn from(hidden: Hidden) -> Self {
        match hidden {
            Hidden::Nothing => Self::Nothing,
            Hidden::Counts => Self::Counts,
            Hidden::All => Self::CountsAndPercentages,
        }
    }
}

/// A published table.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PublishedTable {
    /// Where people were asked.
    pub setting: Setting,
    /// The month.
    pub period: Period,
    /// What the rows are.
    pub level: Level,
    /// What has to be said beside it.
    #[schema(max_length = 500)]
    pub caution: String,
    /// Every place of the hierarchy that the caller's organisation is or holds, in the order of its codes.
    #[schema(max_items = 40_000)]
    pub rows: Vec<PublishedRow>,
}

/// A row of a published table. A number that is hidden is null, and `hides` says so; a percentage is null too where
/// there are no responses.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PublishedRow {
    /// The commissioner, or the group of independent providers.
    #[schema(value_type = OdsCode)]
    pub icb_code: String,
    /// Its name, in the table of commissioners.
    #[schema(value_type = Option<Text>)]
    pub icb_name: Option<String>,
    /// The trust or provider.
    #[schema(value_type = Option<OdsCode>)]
    pub trust_code: Option<String>,
    /// Its name.
    #[schema(value_type = Option<Text>)]
    pub trust_name: Option<String>,
    /// The site.
    #[schema(value_type = Option<OdsCode>)]
    pub site_code: Option<String>,
    /// Its name.
    #[schema(value_type = Option<Text>)]
    pub site_name: Option<String>,
    /// The ward.
    #[schema(value_type = Option<Text>)]
    pub ward_name: Option<String>,
    /// When in maternity care: each touchpoint is a series of its own. Null in other settings.
    pub touchpoint: Option<Touchpoint>,
    /// What is not shown.
    pub hides: Hides,
    /// All responses, those who don't know among them. Always shown.
    #[schema(minimum = 0)]
    pub total_responses: i64,
    /// Those who found it very good or good, as a fraction of all.
    #[schema(minimum = 0, maximum = 1)]
    pub percentage_positive: Option<f64>,
    /// Those who found it poor or very poor, as a fraction of all.
    #[schema(minimum = 0, maximum = 1)]
    pub percentage_negative: Option<f64>,
    /// How many found it very good.
    #[schema(minimum = 0)]
    pub very_good: Option<i64>,
    /// How many found it good.
    #[schema(minimum = 0)]
    pub good: Option<i64>,
    /// How many found it neither good nor poor.
    #[schema(minimum = 0)]
    pub neither_good_nor_poor: Option<i64>,
    /// How many found it poor.
    #[schema(minimum = 0)]
    pub poor: Option<i64>,
    /// How many found it very poor.
    #[schema(minimum = 0)]
    pub very_poor: Option<i64>,
    /// How many did not know.
    #[schema(minimum = 0)]
    pub dont_know: Option<i64>,
    /// By text message.
    #[schema(minimum = 0)]
    pub mode_sms: Option<i64>,
    /// On a device at discharge.
    #[schema(minimum = 0)]
    pub mode_electronic_discharge: Option<i64>,
    /// On a device at home; null where the setting has no such mode.
    #[schema(minimum = 0)]
    pub mode_electronic_home: Option<i64>,
    /// On paper at discharge.
    #[schema(minimum = 0)]
    pub mode_paper_discharge: Option<i64>,
    /// On paper at home.
    #[schema(minimum = 0)]
    pub mode_paper_home: Option<i64>,
    /// By telephone.
    #[schema(minimum = 0)]
    pub mode_telephone: Option<i64>,
    /// On a web page.
    #[schema(minimum = 0)]
    pub mode_online: Option<i64>,
    /// By any other way.
    #[schema(minimum = 0)]
    pub mode_other: Option<i64>,
}

impl PublishedRow {
    /// A row as JSON has it, of a setting with these modes.
    pub fn of(line: &Line, level: Level, modes: &[Mode]) -> Self {
        let percentage = |written: &Option<String>| match line.hidden {
            Hidden::All => None,
            _ => written.as_ref()?.parse().ok(),
        };
        let [positive, negative] = line.percentages();
        let shown = |count: i64| (line.hidden == Hidden::Nothing).then_some(count);
        let [very_good, good, neither, poor, very_poor, dont_know] = line.tally.scores.map(shown);
        let mode = |mode: Mode| shown(line.mode(mode)).filter(|_| modes.contains(&mode));
        let mut named = line.named.iter().cloned();
        let icb_code = named.next().unwrap_or_default();
        let icb_name = (level == Level::Icb).then(|| named.next()).flatten();
        let [trust_code, trust_name, site_code, site_name, ward_name] =
            [(); 5].map(|()| named.next());
        Self {
            icb_code,
            icb_name,
            trust_code,
            trust_name,
            site_code,
            site_name,
            ward_name,
            touchpoint: line.touchpoint,
            hides: line.hidden.into(),
            total_responses: line.tally.total(),
            percentage_positive: percentage(&positive),
            percentage_negative: percentage(&negative),
            very_good,
            good,
            neither_good_nor_poor: neither,
            poor,
            very_poor,
            dont_know,
            mode_sms: mode(Mode::Sms),
            mode_electronic_discharge: mode(Mode::ElectronicDischarge),
            mode_electronic_home: mode(Mode::ElectronicHome),
            mode_paper_discharge: mode(Mode::PaperDischarge),
            mode_paper_home: mode(Mode::PaperHome),
            mode_telephone: mode(Mode::Telephone),
            mode_online: mode(Mode::Online),
            mode_other: mode(Mode::Other),
        }
    }
}
