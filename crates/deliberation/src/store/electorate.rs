//! Whose support counts for how much: the owners of one state of the register.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use ballot::{
    id::HolderNo,
    register::freeze,
    roll::Roll,
    store::{
        ids::{CompoundId, PersonId},
        register::{ids_by_identity, version},
    },
};
use sea_orm::{ConnectionTrait, DbErr};

use crate::motion::Support;

/// The owners of a state of the register.
struct Electorate {
    roll: Roll,
    /// Who holds what, alone or with others.
    holders: BTreeMap<PersonId, BTreeSet<HolderNo>>,
}

/// A compound, and the number of a state of its register.
type Key = (CompoundId, u64);

/// Making one takes as long as freezing a roll, and a state of the register never changes: the last few are kept.
static KEPT: Mutex<Vec<(Key, Arc<Electorate>)>> = Mutex::new(Vec::new());
const KEPT_MOST: usize = 8;

/// Counts supporters on a state of the register. Co-owners are one head; who owns nothing does not count.
pub(super) async fn count(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
    register: u64,
    supporters: &BTreeSet<PersonId>,
) -> Result<Support, DbErr> {
    let Some(electorate) = find(db, (compound.clone(), register)).await? else {
        return Ok(Support { heads: 0, heads_of: 0, area: 0, area_of: 0 });
    };
    let holders = supporters.iter().filter_map(|person| electorate.holders.get(person)).flatten().copied().collect();
    Ok(Support::count(&electorate.roll, &holders))
}

/// Nothing where there is no such state of the register, or nobody in it.
async fn find(db: &impl ConnectionTrait, key: Key) -> Result<Option<Arc<Electorate>>, DbErr> {
    let kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner).iter().find(|(of, _)| *of == key).cloned();
    if let Some((_, electorate)) = kept {
        return Ok(Some(electorate));
    }
    let Some(register) = version(db, &key.0, key.1).await? else { return Ok(None) };
    // The numbers are used here and nowhere else, so that any seed will do.
    let Ok(frozen) = freeze(&register, None, &[0; 32]) else { return Ok(None) };
    let ids = ids_by_identity(db, &key.0).await?;
    let mut holders: BTreeMap<PersonId, BTreeSet<HolderNo>> = BTreeMap::new();
    for (holder, places) in &frozen.holders {
        for person in places.iter().filter_map(|place| ids.get(&register.persons[*place].identity)) {
            holders.entry(person.clone()).or_default().insert(*holder);
        }
    }
    let electorate = Arc::new(Electorate { roll: frozen.roll, holders });
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if KEPT_MOST <= kept.len() {
        kept.remove(0);
    }
    kept.push((key, Arc::clone(&electorate)));
    Ok(Some(electorate))
}
