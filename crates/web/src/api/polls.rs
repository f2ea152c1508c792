//! Polls: what is asked, what it takes, when, and how many have voted so far.

use axum::{extract::State, response::Response};
use ballot::{
    id::{Id, PollId},
    rule::{
        Condition, Rule, RuleBook,
        explain::{self, Language},
    },
    state::{BuildingTurnout, Phase},
    statement::{Answers, Candidate, Motion},
    store::polls::{PollRow, PollState},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    PAGE, Sentence, public,
    refusal::{Missing, Refusal},
    words::PhaseWord,
};
use crate::{
    app::App,
    pages::{
        matters::{Looking, life},
        poll::{Live, TurnoutNow, by_number},
    },
    problem::{Path, Problem, Query},
};

/// Polls, the latest first.
#[derive(Serialize, ToSchema)]
pub(super) struct PollList {
    /// At most 50.
    items: Vec<PollLine>,
    /// What `after` is for the next page; nothing at the end of the list.
    next: Option<String>,
}

/// A poll in a list.
#[derive(Serialize, ToSchema)]
pub(super) struct PollLine {
    /// Its id.
    id: String,
    /// Its title.
    title: String,
    /// Where it stands.
    phase: PhaseWord,
    /// When voting begins, in Unix seconds.
    opens: u64,
    /// When voting ends, in Unix seconds.
    closes: u64,
}

/// A poll whose record has begun.
#[derive(Serialize, ToSchema)]
pub(super) struct Poll {
    #[serde(flatten)]
    line: PollLine,
    /// The estate as the record names it.
    estate: String,
    /// Whether it is a rehearsal and decides nothing.
    is_rehearsal: bool,
    /// Who may read the ballots after the close.
    answers: Readers,
    /// Where people vote online instead, where the law wants the authorities' own system: the place's name.
    elsewhere: Option<Sentence>,
    /// Everybody who may vote.
    roll: RollTotals,
    /// What is asked, in the order of the ballot.
    motions: Vec<Asked>,
    /// Who has voted so far and nothing of how; nothing before voting begins.
    turnout: Option<Turnout>,
    /// Whether the signed result is there.
    has_result: bool,
    /// The key of its record, as a verifier key of the C2SP signed-note format.
    log_key: String,
}

/// Who may read the ballots after the close.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Readers {
    /// Everybody.
    Public,
    /// Owners on the roll.
    Owners,
    /// Officers, clerks, auditors and the supervising office.
    Inspectors,
}

/// A roll in numbers.
#[derive(Serialize, ToSchema)]
struct RollTotals {
    /// Units.
    units: u64,
    /// Holders, who count as heads.
    holders: u64,
    /// Floor area in hundredths of a square metre.
    area: u64,
}

/// A motion as it is put to the vote.
#[derive(Serialize, ToSchema)]
struct Asked {
    /// Its id in the poll.
    id: String,
    /// Its title.
    title: String,
    /// Its text in Markdown.
    text: String,
    /// SHA-256 of the text, in hexadecimal digits, as the record binds it.
    text_sha256: String,
    /// SHA-256 of each document; `/polls/{poll}/texts/{sha256}` has them.
    attachments: Vec<String>,
    /// Who stands for election, where it is one.
    candidates: Option<Vec<Standing>>,
    /// How many seats are to be filled, where it is an election.
    seats: Option<u64>,
    /// The rule that decides it.
    rule: String,
    /// What the rule asks for.
    thresholds: Thresholds,
    /// The motion of the estate whose text this is.
    motion: Option<String>,
}

/// Somebody who stands for election.
#[derive(Serialize, ToSchema)]
struct Standing {
    /// Their id on the ballot.
    id: String,
    /// Their name as the ballot has it.
    name: String,
}

/// What a rule asks for before a motion is carried.
#[derive(Serialize, ToSchema)]
struct Thresholds {
    /// What must take part.
    quorum: Vec<Threshold>,
    /// Whether one of the quorum's conditions is enough.
    is_any_enough: bool,
    /// What must agree; for an election, for each candidate.
    pass: Vec<Threshold>,
}

/// A condition of a rule.
#[derive(Serialize, ToSchema)]
struct Threshold {
    /// Whose share it is, as rule files write it: `participating`, `for` and others.
    who: String,
    /// What is counted, as the rule names it: `owners`, `area` and others.
    measure: String,
    /// How much, such as `>= 2/3` or `> 1/2`.
    need: String,
    /// Of what, such as `all` or `participating`; nothing for a number.
    of: Option<String>,
    /// The same in words.
    words: Sentence,
}

/// Who has voted.
#[derive(Serialize, ToSchema)]
struct Turnout {
    /// Holders for whom a ballot or paper stands.
    holders_voted: u64,
    /// Holders on the roll.
    holders: u64,
    /// The whole roll.
    all: Voted,
    /// By building, in the order of their numbers.
    buildings: Vec<Building>,
}

/// A building's turnout.
#[derive(Serialize, ToSchema)]
struct Building {
    /// The building as the roll names it.
    building: String,
    #[serde(flatten)]
    voted: Voted,
}

/// Units and area, and for how much of them a ballot or paper stands.
#[derive(Serialize, ToSchema)]
struct Voted {
    /// Units that have voted.
    units_voted: u64,
    /// Units on the roll.
    units: u64,
    /// Their area in hundredths of a square metre.
    area_voted: u64,
    /// The roll's, in hundredths of a square metre.
    area: u64,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct After {
    /// The poll after which the list goes on: `next` of the page before.
    after: Option<String>,
}

/// Polls
///
/// Those whose record has begun, the one that closes last first.
#[utoipa::path(
    get,
    operation_id = "list_polls",
    path = "/api/v1/polls",
    tag = "polls",
    params(After),
    responses((status = 200, body = PollList, description = "A page of polls"), Missing),
)]
pub(super) async fn list(
    State(app): State<App>,
    looking: Looking,
    Query(After { after }): Query<After>,
) -> Result<Response, Refusal> {
    let mut rows = app.estate().polls(&looking.compound).await?;
    rows.retain(|row| row.state == PollState::Live);
    let begin = match after {
        Some(after) => 1 + rows.iter().position(|row| row.id.as_str() == after).ok_or(Problem::NOT_FOUND)?,
        None => 0,
    };
    let most = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let mut items = Vec::new();
    for row in rows.iter().skip(begin).take(most) {
        let phase =
            app.estate().logs().log(&row.id).await.map_err(Problem::from)?.read(|state, _| state.phase(app.now()));
        items.push(line(row, phase));
    }
    let next = (begin + most < rows.len()).then(|| items.last().map(|last| last.id.clone())).flatten();
    Ok(public(PollList { items, next }))
}

fn line(row: &PollRow, phase: Phase) -> PollLine {
    PollLine {
        id: row.id.to_string(),
        title: row.title.clone(),
        phase: phase.into(),
        opens: row.opens,
        closes: row.closes,
    }
}

/// A poll of the estate that is looked at.
///
/// # Errors
/// There is none, or its record has not begun.
pub(super) async fn find(app: &App, looking: &Looking, poll: &PollId) -> Result<Live, Problem> {
    let live = Live::find(app, poll).await?;
    if live.row.compound == looking.compound { Ok(live) } else { Err(Problem::NOT_FOUND) }
}

/// A poll
///
/// What is asked, what its rules want, and how many have voted so far.
#[utoipa::path(
    get,
    operation_id = "get_poll",
    path = "/api/v1/polls/{poll}",
    tag = "polls",
    params(("poll" = String, Path, description = "Its id")),
    responses((status = 200, body = Poll, description = "The poll"), Missing),
)]
pub(super) async fn one(
    State(app): State<App>,
    looking: Looking,
    Path(poll): Path<PollId>,
) -> Result<Response, Refusal> {
    let live = find(&app, &looking, &poll).await?;
    let (manifest, has_result) = live.log.read(|state, _| (state.manifest().clone(), state.result().is_some()));
    let rules = live.log.rule_book().await.map_err(Problem::from)?;
    let proposed = life(&app).motions_of_poll(&poll).await?;
    let mut motions = Vec::new();
    for motion in &manifest.motions {
        let text = live.log.text(&motion.text_sha256).await.map_err(Problem::from)?;
        let behind = proposed.get(&motion.text_sha256.to_string()).map(|(id, _)| id.to_string());
        motions.push(asked(motion, &rules, String::from_utf8_lossy(&text).into_owned(), behind)?);
    }
    let official = app.estate().official_place(&poll).await?;
    Ok(public(Poll {
        line: line(&live.row, live.phase),
        estate: manifest.compound,
        is_rehearsal: manifest.test,
        answers: match manifest.policy.answers {
            Answers::Public => Readers::Public,
            Answers::Owners => Readers::Owners,
            Answers::Inspectors => Readers::Inspectors,
        },
        elsewhere: official.map(|place| [place.asks().zh.clone(), place.asks().en.clone()].into()),
        roll: RollTotals { units: manifest.roll.units, holders: manifest.roll.holders, area: manifest.roll.area },
        motions,
        turnout: (live.phase != Phase::Before).then(|| turnout(&TurnoutNow::of(&live.log))),
        has_result,
        log_key: live.log.key().to_string(),
    }))
}

fn asked(motion: &Motion, rules: &RuleBook, text: String, behind: Option<String>) -> Result<Asked, Problem> {
    let rule = rules.resolve(&motion.rule).map_err(|err| Problem::internal(&err))?;
    let candidate = |Candidate { id, name }: &Candidate| Standing { id: id.to_string(), name: name.clone() };
    Ok(Asked {
        id: Id::to_string(&motion.id),
        title: motion.title.clone(),
        text,
        text_sha256: motion.text_sha256.to_string(),
        attachments: motion.attachments.iter().flatten().map(ToString::to_string).collect(),
        candidates: motion.candidates.as_ref().map(|all| all.iter().map(candidate).collect()),
        seats: motion.seats,
        rule: motion.rule.to_string(),
        thresholds: Thresholds {
            quorum: rule.quorum.list.iter().map(|condition| threshold(&rule, condition)).collect(),
            is_any_enough: rule.quorum.is_any_enough,
            pass: rule.pass.iter().map(|condition| threshold(&rule, condition)).collect(),
        },
        motion: behind,
    })
}

fn threshold(rule: &Rule, condition: &Condition) -> Threshold {
    let measure = &rule.measures[condition.measure];
    let words = [Language::Zh, Language::En].map(|language| {
        format!("{} {}", explain::measure_name(measure, language), explain::need(measure, &condition.need, language))
    });
    Threshold {
        who: condition.who.name().to_owned(),
        measure: measure.name.clone(),
        need: condition.need.to_string(),
        of: condition.need.base().map(|base| base.name().to_owned()),
        words: words.into(),
    }
}

fn turnout(now: &TurnoutNow) -> Turnout {
    let buildings = by_number(now.buildings.iter().map(|(name, figures)| (name.as_str(), figures)));
    let building =
        |(name, figures): (&str, &BuildingTurnout)| Building { building: name.to_owned(), voted: voted(figures) };
    Turnout {
        holders_voted: now.holders.0,
        holders: now.holders.1,
        all: voted(&now.all),
        buildings: buildings.into_iter().map(building).collect(),
    }
}

fn voted(figures: &BuildingTurnout) -> Voted {
    let BuildingTurnout { units, units_voted, area, area_voted } = *figures;
    Voted { units_voted, units, area_voted, area }
}
