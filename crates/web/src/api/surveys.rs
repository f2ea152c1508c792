//! Surveys: what is asked, one's own answers, and what everybody may know of all.

use std::collections::BTreeSet;

use axum::{Json, extract::State, http::StatusCode};
use deliberation::{
    lifecycle::tables::SurveyState,
    store::{CoverageRow, NeedView, PlanView, QuestionResult, QuestionView, SurveyRow, SurveyView, UseError},
    survey::{Answer, NeedAnswer, Question, SurveyError, figures::Cell},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Acting, Before, List, PAGE,
    refusal::{Foreign, Misread, Missing, NotJson, Refusal, SignedOut, Wrong},
    words::{NeedAnswerWord, SurveyStateWord},
};
use crate::{
    app::App,
    pages::{
        matters::{Looking, life},
        surveys as pages,
    },
    problem::{Body, Path, Query},
};

/// A survey in short.
#[derive(Serialize, ToSchema)]
pub(super) struct SurveyHead {
    /// Its number.
    number: u64,
    /// Its title.
    title: String,
    /// Where it stands.
    #[schema(value_type = SurveyStateWord)]
    state: SurveyState,
    /// The second at which it closes, or closed.
    closes: u64,
}

/// A survey.
#[derive(Serialize, ToSchema)]
pub(super) struct Survey {
    #[serde(flatten)]
    head: SurveyHead,
    /// What it is for, in Markdown.
    text: String,
    /// The matter that gave rise to it.
    matter: Option<String>,
    /// By when every need has its answer, in Unix seconds.
    promised: u64,
    /// What it came to, in Markdown.
    report: Option<String>,
    /// What is asked, in order.
    questions: Vec<Asked>,
    /// Whether whoever asks has answered; nothing where nobody is signed in.
    has_answered: Option<bool>,
}

/// A question.
#[derive(Serialize, ToSchema)]
struct Asked {
    /// From 1.
    number: u64,
    /// What is asked.
    prompt: String,
    /// How it is answered.
    #[serde(flatten)]
    kind: Kind,
}

/// How a question is answered.
#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Kind {
    /// One of several options.
    Single {
        /// What there is to choose from.
        options: Vec<String>,
    },
    /// Some of several options.
    Several {
        /// What there is to choose from.
        options: Vec<String>,
        /// How many at most.
        most: usize,
    },
    /// A step of a scale from 1.
    Scale {
        /// The last step.
        steps: u64,
    },
    /// A whole number.
    Number {
        /// At least.
        least: u64,
        /// At most.
        most: u64,
    },
    /// A text of at most 1000 characters in one's own words.
    Open,
}

impl From<&Question> for Kind {
    fn from(question: &Question) -> Self {
        match question.clone() {
            Question::Single { options } => Self::Single { options },
            Question::Several { options, most } => Self::Several { options, most },
            Question::Scale { steps } => Self::Scale { steps },
            Question::Number { least, most } => Self::Number { least, most },
            Question::Open => Self::Open,
        }
    }
}

/// Answers: at most one for each question, and at least one.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Answers {
    /// In any order; what is not answered is left out.
    answers: Vec<Answered>,
}

/// An answer to one question: by one member alone, which depends on how it is answered.
#[derive(Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct Answered {
    /// The question's number.
    #[schema(required = true)]
    question: u64,
    /// The options that were chosen, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    options: Option<BTreeSet<usize>>,
    /// A step or a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<u64>,
    /// A text.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

impl Answered {
    fn of((question, answer): (u64, Answer)) -> Self {
        let none = Self { question, ..Self::default() };
        match answer {
            Answer::Options(places) => Self { options: Some(places), ..none },
            Answer::Number(number) => Self { number: Some(number), ..none },
            Answer::Text(text) => Self { text: Some(text), ..none },
        }
    }

    fn read(self) -> Result<(u64, Answer), UseError> {
        let answer = match (self.options, self.number, self.text) {
            (Some(places), None, None) => Answer::Options(places),
            (None, Some(number), None) => Answer::Number(number),
            (None, None, Some(text)) => Answer::Text(text),
            _ => {
                let wanted = "by one member: options, number or text".to_owned();
                return Err(UseError::Question(self.question, SurveyError::Answer(wanted)));
            }
        };
        Ok((self.question, answer))
    }
}

/// What everybody may know of the answers. A number that is `null` is below five, or would tell of one that is.
#[derive(Serialize, ToSchema)]
pub(super) struct Results {
    /// Answered sheets.
    answered: u64,
    /// By building, as a roll names it.
    buildings: Vec<Part>,
    /// By what people are to their home.
    tenures: Vec<Part>,
    /// By how the answers came in.
    channels: Vec<Part>,
    /// Whether the tenants' share of the answers lies within ten points of their share of the people; nothing while too
    /// few have answered.
    are_tenants_heard: Option<bool>,
    /// What was answered; nothing before the survey has closed.
    questions: Option<Vec<Tallied>>,
    /// What people need, once their own words are sorted.
    needs: Option<Vec<Need>>,
    /// What will be done.
    plan: Option<Vec<Item>>,
}

/// One part of the estate.
#[derive(Serialize, ToSchema)]
struct Part {
    /// Its name or code; empty where it was not said.
    part: String,
    /// Sheets from there.
    answered: Option<u64>,
    /// How many homes or people there are, where that is known.
    of: Option<u64>,
}

/// What was answered to one question.
#[derive(Serialize, ToSchema)]
struct Tallied {
    /// The question's number.
    question: u64,
    /// How many answered it.
    answered: Option<u64>,
    /// How many chose each option or step; empty for numbers and texts.
    each: Vec<Option<u64>>,
    /// The mean of steps or numbers in hundredths, rounded down.
    mean: Option<u64>,
}

/// Something that people need.
#[derive(Serialize, ToSchema)]
struct Need {
    /// From 1.
    number: u64,
    /// What it is.
    title: String,
    /// How many answers name it.
    found: Option<u64>,
    /// What becomes of it.
    #[schema(value_type = Option<NeedAnswerWord>)]
    answer: Option<NeedAnswer>,
    /// In what words.
    reason: Option<String>,
}

/// Something that will be done.
#[derive(Serialize, ToSchema)]
struct Item {
    /// From 1.
    number: u64,
    /// What it is.
    title: String,
    /// The numbers of the needs that it is for.
    needs: BTreeSet<u64>,
    /// By when, in Unix seconds.
    due: Option<u64>,
}

/// Surveys
///
/// The newest first: those that were opened, and for whoever writes them the others too.
#[utoipa::path(
    get,
    operation_id = "list_surveys",
    path = "/api/v1/surveys",
    tag = "surveys",
    params(Before),
    responses((status = 200, body = List<SurveyHead>, description = "A page of surveys"), Misread),
)]
pub(super) async fn list(
    State(app): State<App>,
    looking: Looking,
    Query(Before { before }): Query<Before>,
) -> Result<Json<List<SurveyHead>>, Refusal> {
    let writes = pages::writes(&app, &looking).await?;
    let rows = life(&app).surveys(&looking.compound, before, PAGE, app.now()).await?;
    Ok(Json(List::of(rows, |row| row.number, |row| (writes || row.is_public()).then(|| head(&row)))))
}

fn head(row: &SurveyRow) -> SurveyHead {
    SurveyHead { number: row.number, title: row.title.clone(), state: row.state, closes: row.closes }
}

/// A survey
///
/// With its questions.
#[utoipa::path(
    get,
    operation_id = "get_survey",
    path = "/api/v1/surveys/{number}",
    tag = "surveys",
    params(("number" = u64, Path, description = "Its number")),
    responses((status = 200, body = Survey, description = "The survey"), Missing),
)]
pub(super) async fn one(
    State(app): State<App>,
    looking: Looking,
    Path(number): Path<u64>,
) -> Result<Json<Survey>, Refusal> {
    let survey = pages::find(&app, &looking, number).await?;
    let has_answered = match &looking.by {
        Some(by) => Some(life(&app).has_answered(by, &survey.row.id).await?),
        None => None,
    };
    let asked =
        |view: &QuestionView| Asked { number: view.number, prompt: view.prompt.clone(), kind: (&view.question).into() };
    Ok(Json(Survey {
        head: head(&survey.row),
        questions: survey.questions.iter().map(asked).collect(),
        matter: survey.matter.as_ref().map(ToString::to_string),
        promised: survey.promised,
        report: Some(survey.report).filter(|report| !report.is_empty()),
        text: survey.text,
        has_answered,
    }))
}

/// One's own answers
///
/// While they can still be changed.
#[utoipa::path(
    get,
    operation_id = "get_answers",
    path = "/api/v1/surveys/{number}/answers",
    tag = "surveys",
    security(("session" = [])),
    params(("number" = u64, Path, description = "The survey's number")),
    responses((status = 200, body = Answers, description = "What was answered"), SignedOut, Missing),
)]
pub(super) async fn own(
    State(app): State<App>,
    Acting { looking, by }: Acting,
    Path(number): Path<u64>,
) -> Result<Json<Answers>, Refusal> {
    let survey = pages::to_answer(&app, &looking, &by, number).await?;
    let own = life(&app).own_answers(&by, &survey.row.id).await?.unwrap_or_default();
    Ok(Json(Answers { answers: own.into_iter().map(Answered::of).collect() }))
}

/// Answer a survey
///
/// Or answer it anew: the last answers count. People answer for themselves, and offices do not.
#[utoipa::path(
    put,
    operation_id = "put_answers",
    path = "/api/v1/surveys/{number}/answers",
    tag = "surveys",
    security(("session" = [])),
    params(("number" = u64, Path, description = "The survey's number")),
    request_body = Answers,
    responses((status = 204, description = "They are kept"), Misread, SignedOut, Foreign, Missing, NotJson, Wrong),
)]
pub(super) async fn answer(
    State(app): State<App>,
    Acting { looking, by }: Acting,
    Path(number): Path<u64>,
    Body(Answers { answers }): Body<Answers>,
) -> Result<StatusCode, Refusal> {
    let survey = pages::to_answer(&app, &looking, &by, number).await?;
    let answers = answers.into_iter().map(Answered::read).collect::<Result<_, _>>();
    let answers = answers.map_err(|error| Refusal::of(error, pages::refusal))?;
    let done = life(&app).answer_survey(&by, &survey.row.id, &answers, app.now()).await;
    done.map_err(|error| Refusal::of(error, pages::refusal))?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a survey came to
///
/// How many have answered, and once it has closed what: never who, and never so few that one could tell.
#[utoipa::path(
    get,
    operation_id = "get_survey_results",
    path = "/api/v1/surveys/{number}/results",
    tag = "surveys",
    params(("number" = u64, Path, description = "The survey's number")),
    responses((status = 200, body = Results, description = "What everybody may know"), Missing),
)]
pub(super) async fn results(
    State(app): State<App>,
    looking: Looking,
    Path(number): Path<u64>,
) -> Result<Json<Results>, Refusal> {
    let survey = pages::find_public(&app, &looking, number).await?;
    let coverage = life(&app).coverage(&looking.compound, &survey.row.id, app.now()).await?;
    let (questions, needs, plan) =
        (tallied(&app, &looking, &survey).await?, needs(&app, &survey).await?, plan(&app, &survey).await?);
    let parts = |rows: Vec<CoverageRow>| rows.into_iter().map(part).collect();
    Ok(Json(Results {
        answered: coverage.answered,
        buildings: parts(coverage.buildings),
        tenures: parts(coverage.tenures),
        channels: parts(coverage.channels),
        are_tenants_heard: coverage.are_tenants_heard,
        questions,
        needs,
        plan,
    }))
}

fn count(cell: Cell) -> Option<u64> {
    match cell {
        Cell::Count(count) => Some(count),
        Cell::Few => None,
    }
}

fn part(row: CoverageRow) -> Part {
    Part { answered: count(row.answered), part: row.part, of: row.of }
}

async fn tallied(app: &App, looking: &Looking, survey: &SurveyView) -> Result<Option<Vec<Tallied>>, Refusal> {
    if !pages::is_over(survey.row.state) {
        return Ok(None);
    }
    let all = life(app).survey_results(&looking.compound, &survey.row.id).await?;
    let one = |QuestionResult { asked, tally }: QuestionResult| Tallied {
        question: asked.number,
        answered: count(tally.answered),
        each: tally.each.into_iter().map(count).collect(),
        mean: tally.mean,
    };
    Ok(Some(all.into_iter().map(one).collect()))
}

async fn needs(app: &App, survey: &SurveyView) -> Result<Option<Vec<Need>>, Refusal> {
    if !pages::has_needs(survey.row.state) {
        return Ok(None);
    }
    let need = |view: NeedView| {
        let (answer, reason) = view.answer.map(|(answer, reason, _)| (answer, reason)).unzip();
        Need { number: view.number, found: count(view.found), title: view.title, answer, reason }
    };
    Ok(Some(life(app).needs(&survey.row.id).await?.into_iter().map(need).collect()))
}

async fn plan(app: &App, survey: &SurveyView) -> Result<Option<Vec<Item>>, Refusal> {
    if !pages::has_needs(survey.row.state) {
        return Ok(None);
    }
    let item = |PlanView { number, title, needs, due }: PlanView| Item { number, title, needs, due };
    Ok(Some(life(app).survey_plan(&survey.row.id).await?.into_iter().map(item).collect()))
}
