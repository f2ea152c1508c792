//! What a poll came to: the outcome, how far each condition was met, and every unit of the roll in one class.

use axum::{extract::State, response::Response};
use ballot::{
    id::PollId,
    statement::{CandidateTally, Figures, RoundSheet, StepSheet, TallySheet},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Sentence, polls, public,
    refusal::{Missing, Refusal},
    words::OutcomeWord,
};
use crate::{
    app::App,
    pages::matters::Looking,
    problem::{Path, Problem},
    record::{Bar, MotionRecord},
};

/// The signed result of a poll, counted again from its record.
#[derive(Serialize, ToSchema)]
pub(super) struct PollResult {
    /// The poll.
    poll: String,
    /// Entries in the record.
    size: u64,
    /// The root of the record's tree, in Base64.
    root: Option<String>,
    /// Whether the server's own check of the whole record holds.
    is_checked: bool,
    /// In the order of the ballot.
    motions: Vec<MotionOutcome>,
}

/// What it came to on a motion.
#[derive(Serialize, ToSchema)]
struct MotionOutcome {
    /// The motion's id in the poll.
    id: String,
    /// Its title.
    title: String,
    /// What it came to.
    #[schema(value_type = OutcomeWord)]
    outcome: &'static str,
    /// Whether it is decided in favour.
    passed: bool,
    /// Whether enough took part.
    has_quorum: bool,
    /// Whether the reading of the law is contested.
    is_contested: bool,
    /// What it comes to if owners who said nothing count as absent, where the rule counts them.
    #[schema(value_type = Option<OutcomeWord>)]
    without_silence: Option<&'static str>,
    /// The conditions of taking part, by heads and by area.
    quorum: Vec<Reached>,
    /// The conditions of agreement, by heads and by area; none for an election.
    pass: Vec<Reached>,
    /// Ids of who is elected, where it is an election.
    elected: Option<Vec<String>>,
    /// Ids of who is tied for the last seat, where it is an election.
    tied: Option<Vec<String>>,
    /// What the units say of each candidate, where it is an election.
    candidates: Option<Vec<CandidateFigures>>,
    /// Every unit of the roll in one class, so that the sum is the roll.
    figures: Classes,
}

/// A condition and how far it was met.
#[derive(Serialize, ToSchema)]
struct Reached {
    /// Whose share it is, as rule files write it.
    who: String,
    /// What is counted, as the rule names it: `owners`, `area` and others.
    measure: String,
    /// How much is needed, such as `>= 2/3`.
    need: String,
    /// Of what; nothing for a number.
    of: Option<String>,
    /// How much there is: a reduced fraction, areas in square metres.
    have: String,
    /// Of how much: a reduced fraction, areas in square metres.
    total: Option<String>,
    /// `have` of `total` as a reduced fraction; nothing of an empty total.
    ratio: Option<String>,
    /// Whether it is met.
    is_met: bool,
    /// The share in hundredths of a percent, rounded down.
    done: u32,
    /// The share that is needed in hundredths of a percent, where it is one.
    wanted: Option<u32>,
    /// The same in words.
    words: Sentence,
}

/// Units and their area.
#[derive(Serialize, ToSchema)]
struct Amount {
    /// How many.
    units: u64,
    /// Their area in hundredths of a square metre.
    area: u64,
}

/// Every unit in one class. A motion has choices, an election marks.
#[derive(Serialize, ToSchema)]
struct Classes {
    /// For it.
    #[serde(rename = "for")]
    for_: Option<Amount>,
    /// Against it.
    against: Option<Amount>,
    /// Abstained.
    abstain: Option<Amount>,
    /// With marks that count.
    marks: Option<Amount>,
    /// With more marks than seats.
    overvoted: Option<Amount>,
    /// With a ballot that does not count.
    invalid: Amount,
    /// Present, without a ballot.
    present_only: Amount,
    /// Silent, though papers were delivered.
    silent_delivered: Amount,
    /// Silent, and nothing was delivered.
    silent_undelivered: Amount,
}

/// What the units say of a candidate.
#[derive(Serialize, ToSchema)]
struct CandidateFigures {
    /// The candidate's id.
    candidate: String,
    /// For them.
    #[serde(rename = "for")]
    for_: Amount,
    /// Against them.
    against: Amount,
}

/// The result of a poll
///
/// There is none before officers have signed it, which they can after the close.
#[utoipa::path(
    get,
    operation_id = "get_result",
    path = "/api/v1/polls/{poll}/result",
    tag = "polls",
    params(("poll" = String, Path, description = "The poll's id")),
    responses((status = 200, body = PollResult, description = "The result"), Missing),
)]
pub(super) async fn one(
    State(app): State<App>,
    looking: Looking,
    Path(poll): Path<PollId>,
) -> Result<Response, Refusal> {
    let live = polls::find(&app, &looking, &poll).await?;
    if live.log.read(|state, _| state.result().is_none()) {
        return Err(Problem::NOT_FOUND.into());
    }
    let record = app.records().of(&live.log, app.now()).await?;
    Ok(public(PollResult {
        poll: poll.to_string(),
        size: record.size,
        root: record.report.root.map(|root| root.to_string()),
        is_checked: record.report.is_ok(),
        motions: record.motions.iter().map(outcome).collect(),
    }))
}

fn outcome(record: &MotionRecord) -> MotionOutcome {
    let last = record.result.rounds.last();
    let [quorum, pass] = &record.bars;
    let steps = |pick: fn(&RoundSheet) -> &[StepSheet]| last.map(pick).unwrap_or_default();
    let ids = |pick: fn(&RoundSheet) -> Option<&Vec<ballot::id::Id>>| {
        last.and_then(pick).map(|ids| ids.iter().map(ToString::to_string).collect())
    };
    MotionOutcome {
        id: record.motion.id.to_string(),
        title: record.motion.title.clone(),
        outcome: record.outcome.name(),
        passed: record.outcome.is_passed(),
        has_quorum: record.result.quorum,
        is_contested: record.is_contested,
        without_silence: record.without_silence.map(ballot::rule::Outcome::name),
        quorum: reached(steps(|round| &round.quorum_steps), quorum),
        pass: reached(steps(|round| round.pass_steps.as_deref().unwrap_or_default()), pass),
        elected: ids(|round| round.elected.as_ref()),
        tied: ids(|round| round.tied.as_ref()),
        candidates: record.result.tally.candidates.as_ref().map(|all| all.iter().map(candidate).collect()),
        figures: classes(&record.result.tally),
    }
}

/// Steps of the record, each with its bar: both are made of the same round.
fn reached(steps: &[StepSheet], bars: &[Bar]) -> Vec<Reached> {
    let one = |(step, bar): (&StepSheet, &Bar)| Reached {
        who: step.who.clone(),
        measure: step.measure.clone(),
        need: step.need.clone(),
        of: step.of.clone(),
        have: step.have.clone(),
        total: step.total.clone(),
        ratio: step.ratio.clone(),
        is_met: step.ok,
        done: bar.done,
        wanted: bar.wanted,
        words: bar.sentence.clone().into(),
    };
    steps.iter().zip(bars).map(one).collect()
}

fn amount(figures: Figures) -> Amount {
    Amount { units: figures.units, area: figures.area }
}

fn classes(tally: &TallySheet) -> Classes {
    Classes {
        for_: tally.for_.map(amount),
        against: tally.against.map(amount),
        abstain: tally.abstain.map(amount),
        marks: tally.marks.map(amount),
        overvoted: tally.overvoted.map(amount),
        invalid: amount(tally.invalid),
        present_only: amount(tally.present_only),
        silent_delivered: amount(tally.silent_delivered),
        silent_undelivered: amount(tally.silent_undelivered),
    }
}

fn candidate(tally: &CandidateTally) -> CandidateFigures {
    CandidateFigures {
        candidate: tally.candidate.to_string(),
        for_: amount(tally.for_),
        against: amount(tally.against),
    }
}
