//! Taking an import back: what it added to the sums is counted again from the responses that it brought, and taken away.

use std::collections::{BTreeMap, HashSet};

use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Set,
};

use super::super::counts::{self, Counted, SCORES};
use super::super::period::Period;
use super::super::returns::locks;
use super::blocks;
use super::entity::{Entity, FriendsAndFamilyImportId, block};
use super::views::FriendsAndFamilyImport;
use crate::access::Caller;
use crate::access::permissions::ImportFriendsAndFamily;
use crate::http::{FieldError, IfMatch, Problem};
use crate::lifecycle::Lifecycle;
use crate::store::{Event, Work};

/// Takes an import back, as long as none of its months is locked. Its responses are kept, and do not count.
pub async fn withdraw(
    caller: &Caller<ImportFriendsAndFamily>,
    id: FriendsAndFamilyImportId,
    seen: IfMatch,
) -> Result<FriendsAndFamilyImport, Problem> {
    caller
        .write(async |work| {
            let before = work.get(id).await?;
            let next = before.status.after("withdraw")?;
            let sums = recount(work, id).await?;
            let months: HashSet<Period> = sums.keys().map(|counted| counted.period).collect();
            let locked = locks::held(work, months).await?;
            let is_locked =
                |one: &Counted| locked.has(&one.place.organisation, one.setting, one.period);
            if before.late > 0 || sums.keys().any(is_locked) {
                let message = "some of its responses are of a month that is locked";
                let unmet = FieldError::new("/status", "locked", message);
                return Err(Problem::unmet(
                    "It is too late to take it back",
                    vec![unmet],
                ));
            }
            let less = sums.into_iter();
            let less = less.map(|(counted, answers)| (counted, answers.map(|count| -count)));
            counts::add(work, less.collect()).await?;
            let mut row = before.into_active_model();
            row.status = Set(next);
            let row = work.step::<Entity>(row, &seen).await?;
            let event = Event::of("friendsAndFamilyImport.withdrawn", id);
            Ok((row.into(), event))
        })
        .await
}

/// What an import added to the sums, counted once more from its responses. One block is in memory at a time.
#[expect(clippy::disallowed_methods, reason = "a side table of the import")]
async fn recount(
    work: &Work<'_>,
    id: FriendsAndFamilyImportId,
) -> Result<BTreeMap<Counted, [i64; SCORES]>, Problem> {
    let mut sums: BTreeMap<Counted, [i64; SCORES]> = BTreeMap::new();
    let mut number = 0;
    loop {
        let next = block::Entity::find()
            .filter(block::Column::ImportId.eq(id.0))
            .filter(block::Column::Number.gte(number))
            .order_by_asc(block::Column::Number)
            .limit(1);
        let Some(block) = work.one(next).await? else {
            return Ok(sums);
        };
        number = block.number + 1;
        let (places, responses) = blocks::read(&block.columns)?;
        for response in responses {
            let counted = Counted {
                setting: response.setting,
                period: Period::of(response.day),
                place: places[response.place as usize].clone(),
                touchpoint: response.touchpoint,
                mode: response.mode,
                late: false,
            };
            sums.entry(counted).or_default()[usize::from(response.score)] += 1;
        }
    }
}
