//! What the record of a vote says of the motion that it was about.

use ballot::{
    hash::Hash,
    json,
    rule::Outcome as Decided,
    store::{estate::Estate, ids::CompoundId},
};
use deliberation::store::{Deliberation, InVote, Outcome, UseError};

use crate::problem::Problem;

/// Records the outcome of every motion whose poll has a signed result. Nobody's word is taken: it is read from the
/// poll's log, and the evaluation is the hash of the result that stands there.
pub(crate) async fn conclude(
    life: &Deliberation,
    estate: &Estate,
    compound: &CompoundId,
    now: u64,
) -> Result<(), Problem> {
    for InVote { id, poll, counted } in life.motions_in_vote(compound).await? {
        // A poll whose manifest waits for signatures has no log yet.
        let Ok(log) = estate.logs().log(&poll).await else { continue };
        let Some(motion) = life.motion(compound, &id, now).await? else { continue };
        let Some(text) = motion.versions.last().map(|version| version.hash) else { continue };
        let found = log.read(|state, _| {
            // What an upheld objection has suspended waits for another result than that.
            let (index, sheet) = state.result().filter(|(index, _)| counted.is_none_or(|counted| counted < *index))?;
            if state.awaits_result() {
                return None;
            }
            let asked = state.manifest().motions.iter().find(|asked| asked.text_sha256 == text)?;
            let result = sheet.results.iter().find(|result| result.motion == asked.id)?;
            Some((outcome(&result.outcome)?, index, Hash::of(json::write(sheet).as_bytes())))
        });
        let Some((outcome, index, evaluation)) = found else { continue };
        match life.conclude_motion(compound, &id, outcome, (index, &evaluation), now).await {
            Ok(_) | Err(UseError::Refused(_)) => {}
            Err(UseError::Database(error)) => return Err(error.into()),
            Err(error) => return Err(Problem::internal(&error)),
        }
    }
    Ok(())
}

/// What a word of the record comes to; nothing for what goes on, as a second round does.
fn outcome(word: &str) -> Option<Outcome> {
    let decided = Decided::ALL.into_iter().find(|decided| decided.name() == word)?;
    match decided {
        Decided::Carried | Decided::CarriedSubjectToObjection | Decided::Elected => Some(Outcome::Carried),
        Decided::Lost | Decided::LostOnObjection => Some(Outcome::Lost),
        Decided::NoQuorum => Some(Outcome::NoQuorum),
        Decided::SecondRoundOpen | Decided::SeatsUnfilled | Decided::TieLot | Decided::TieRunoff => None,
    }
}
