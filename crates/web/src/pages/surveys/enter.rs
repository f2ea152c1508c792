//! Entering papers and talks, homes to call at, and the second entry of a sample.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use deliberation::{
    rights::Action,
    store::{By, Choice, NewEntry, Paper, SurveyView, UseError},
    survey::{Channel, Tenure},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    fields::{self, Pairs, one},
    path, words,
};
use crate::{
    app::App,
    pages::{
        escape,
        matters::{Looking, by, life, words::building},
    },
    problem::{Form, Path, Problem, Query},
    session::Someone,
    text::{Lang, building_label, survey as text},
    view::{Field, Page, Reader, Tone, error_summary, field, notice, radio_card},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/surveys/{number}/enter", get(form).post(enter))
        .route("/surveys/{number}/visits", get(visits))
        .route("/surveys/{number}/draw", post(draw))
        .route("/surveys/{number}/twice", get(twice))
        .route("/surveys/{number}/twice/{paper}", get(again).post(enter_twice))
        .route("/surveys/{number}/twice/{paper}/settle", post(settle))
}

const CHANNELS: [Channel; 4] = [Channel::Paper, Channel::Yard, Channel::Interview, Channel::Firm];

/// What was refused: the id of the field, and why.
type Refused = Option<(String, Problem)>;

async fn find(app: &App, reader: &Reader, someone: &Someone, number: u64) -> Result<(By, SurveyView), Problem> {
    let looking = Looking::of(reader, Some(someone))?;
    let survey = super::find_for(app, &looking, number, Action::EnterSurvey).await?;
    if survey.row.is_public() { Ok((by(&someone.0), survey)) } else { Err(Problem::NOT_FOUND) }
}

#[derive(Deserialize)]
struct Asked {
    /// The number of the sheet that was entered last.
    done: Option<u64>,
    #[serde(default)]
    channel: String,
    #[serde(default)]
    building: String,
    #[serde(default)]
    home: String,
}

async fn form(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let (by, survey) = find(&app, &reader, &someone, number).await?;
    let kept = [("channel", asked.channel), ("building", asked.building), ("home", asked.home)];
    let typed = kept.map(|(name, value)| (name.to_owned(), value)).to_vec();
    page(&app, &reader, &by, &survey, &typed, (asked.done, None)).await
}

async fn page(
    app: &App,
    reader: &Reader,
    by: &By,
    survey: &SurveyView,
    typed: &Pairs,
    (done, refused): (Option<u64>, Refused),
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let error = refused.as_ref().map(|(field, problem)| (field.as_str(), (problem.say)(lang)));
    let wrong = |name: &str| error.filter(|(field, _)| *field == name).map(|(_, say)| say);
    let buildings = app.estate().buildings(&by.compound).await?;
    let said = |name: &str| wrong(name).map(|say| html! { p .error id={ (name) "-error" } { (say) } });
    let body = html! {
        h1 { (text::enter_title(lang)) }
        (error_summary(lang, error.as_slice()))
        @if let Some(done) = done { (notice(Tone::Ok, &html! { p { strong { (text::entered(lang, done)) } } })) }
        p { (survey.row.title) }
        p { (text::enter_lead(lang)) }
        form method="post" action={ (path(survey.row.number)) "/enter" } {
            fieldset #channel {
                legend { (text::channel_field(lang)) }
                @if let Some(error) = said("channel") { (error) }
                @for channel in CHANNELS {
                    (radio_card("channel", channel.code(), words::channel(lang, channel), None, one(typed, "channel") == channel.code()))
                }
            }
            label .card {
                input #consent type="checkbox" name="consent" value="yes" checked[one(typed, "consent") == "yes"];
                span { strong { (text::consent(lang)) } @if let Some(error) = said("consent") { (error) } }
            }
            div .field {
                label for="building" { (text::building_field(lang)) }
                select #building name="building" {
                    option value="" { (text::unsaid(lang)) }
                    @for row in &buildings {
                        option value=(row.building) selected[one(typed, "building") == row.building] { (building(lang, &row.building)) }
                    }
                }
            }
            (field(&Field {
                name: "home",
                label: text::home_field(lang),
                hint: Some(text::home_hint(lang)),
                value: one(typed, "home"),
                error: wrong("home"),
                kind: ("text", "text", "off"),
            }))
            fieldset #tenure {
                legend { (text::tenure_field(lang)) }
                @if let Some(error) = said("tenure") { (error) }
                @for tenure in Tenure::ALL {
                    (radio_card("tenure", tenure.code(), words::tenure(lang, *tenure), None, one(typed, "tenure") == tenure.code()))
                }
            }
            (fields::questions(lang, &survey.questions, typed, error))
            button .btn { (text::enter_next(lang)) }
        }
        p { a .btn.second href=(path(survey.row.number)) { (text::to_survey(lang)) } }
    };
    let page = Page::new(reader, text::enter_title(lang)).show(body);
    Ok(match refused {
        Some((_, problem)) => problem.on(page),
        None => page,
    })
}

async fn enter(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
    Form(typed): Form<Pairs>,
) -> Result<Response, Problem> {
    let (by, survey) = find(&app, &reader, &someone, number).await?;
    let refuse = |field: &str, say| {
        (None, Some((field.to_owned(), Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "entry", say))))
    };
    let (code, place, home) = (one(&typed, "channel"), one(&typed, "building"), one(&typed, "home"));
    let Some(channel) = CHANNELS.into_iter().find(|channel| channel.code() == code) else {
        return page(&app, &reader, &by, &survey, &typed, refuse("channel", text::e_channel)).await;
    };
    let Ok(tenure) = one(&typed, "tenure").parse() else {
        return page(&app, &reader, &by, &survey, &typed, refuse("tenure", text::e_tenure)).await;
    };
    let buildings = app.estate().buildings(&by.compound).await?;
    let is_there = place.is_empty() || buildings.iter().any(|row| row.building == place);
    let unit = if home.is_empty() { None } else { life(&app).home_of(&by.compound, place, home).await? };
    if !is_there || (unit.is_none() && !home.is_empty()) {
        return page(&app, &reader, &by, &survey, &typed, refuse("home", text::e_home)).await;
    }
    let answers = fields::read(&survey.questions, &typed);
    let new = NewEntry { channel, building: place.to_owned(), tenure, unit, answers };
    let has_consent = one(&typed, "consent") == "yes";
    match life(&app).enter_answers(&by, &survey.row.id, &new, has_consent, app.now()).await {
        Ok(done) => {
            let to = format!("{}/enter?done={done}&channel={code}&building={}", path(number), escape(place));
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) => {
            let at = match &error {
                UseError::Question(..) => fields::place(&error),
                UseError::Refused(_) => "consent".to_owned(),
                _ => "q1".to_owned(),
            };
            let refused = Some((at, words::refusal(error)?));
            page(&app, &reader, &by, &survey, &typed, (None, refused)).await
        }
    }
}

#[derive(Deserialize)]
struct Where {
    building: Option<String>,
}

async fn visits(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
    Query(Where { building: asked }): Query<Where>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let (by, survey) = find(&app, &reader, &someone, number).await?;
    let buildings = app.estate().buildings(&by.compound).await?;
    let chosen = asked.as_deref().and_then(|name| buildings.iter().find(|row| row.building == name));
    let homes = match chosen {
        Some(row) => life(&app).homes_to_visit(&by, &survey.row.id, &row.building, app.now()).await?,
        None => Vec::new(),
    };
    let body = html! {
        h1 { (text::do_visits(lang)) }
        p { (text::visits_lead(lang)) }
        @match chosen {
            None => {
                ul .links {
                    @for row in &buildings {
                        li { a href={ (path(number)) "/visits?building=" (escape(&row.building)) } { (building(lang, &row.building)) } }
                    }
                }
            }
            Some(row) => {
                h2 { (building(lang, &row.building)) }
                @if homes.is_empty() { p .empty { (text::visits_none(lang)) } }
                ul .links {
                    @for home in &homes {
                        @let (entrance, room) = (&home.label.entrance, &home.label.number);
                        @let said = if entrance.is_empty() { room.clone() } else { format!("{entrance}-{room}") };
                        li {
                            a href={ (path(number)) "/enter?channel=interview&building=" (escape(&row.building)) "&home=" (escape(&said)) } {
                                (building_label(lang, &home.label.phase, &home.label.building)) " " (said)
                            }
                        }
                    }
                }
                p { a .btn.second href={ (path(number)) "/visits" } { (text::visits_other(lang)) } }
            }
        }
        p { a .btn.second href=(path(number)) { (text::to_survey(lang)) } }
    };
    Ok(Page::new(&reader, text::do_visits(lang)).show(body))
}

async fn twice(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
) -> Result<Response, Problem> {
    let (by, survey) = find(&app, &reader, &someone, number).await?;
    list(&app, &reader, &by, &survey, None).await
}

async fn list(
    app: &App,
    reader: &Reader,
    by: &By,
    survey: &SurveyView,
    refused: Option<Problem>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let papers = life(app).drawn_papers(by, &survey.row.id).await?;
    let percent = life(app).settings_at(&by.compound, survey.row.closes).await?.double_entry_percent;
    let errors: Vec<_> = refused.iter().map(|problem| ("papers", (problem.say)(lang))).collect();
    let body = html! {
        h1 { (text::twice_title(lang)) }
        (error_summary(lang, &errors))
        p { (text::twice_lead(lang, percent)) }
        div #papers {
            @if !survey.is_drawn {
                form method="post" action={ (path(survey.row.number)) "/draw" } { button .btn { (text::draw(lang)) } }
            } @else if papers.is_empty() {
                p .empty { (text::twice_none(lang)) }
            }
            @for paper in &papers { (paper_line(lang, survey, paper)) }
        }
        p { a .btn.second href=(path(survey.row.number)) { (text::to_survey(lang)) } }
    };
    let page = Page::new(reader, text::twice_title(lang)).show(body);
    Ok(match refused {
        Some(problem) => problem.on(page),
        None => page,
    })
}

fn paper_line(lang: Lang, survey: &SurveyView, paper: &Paper) -> Markup {
    let to = format!("{}/twice/{}", path(survey.row.number), paper.number);
    html! {
        section .panel {
            @match &paper.both {
                None if paper.is_own => { p { (text::twice_own(lang, paper.number)) } }
                None => {
                    p { (text::twice_open(lang, paper.number)) " " span .muted { (words::channel(lang, paper.channel)) } }
                    p { a .btn.second href=(to) { (text::twice_do(lang, paper.number)) } }
                }
                Some(_) if paper.is_settled => { p { (text::twice_same(lang, paper.number)) } }
                Some((one, other)) => {
                    p { strong { (text::twice_differ(lang, paper.number)) } }
                    @for asked in survey.questions.iter().filter(|asked| one.get(&asked.number) != other.get(&asked.number)) {
                        p { (asked.number) ". " (asked.prompt) }
                        ul {
                            li { (text::first(lang)) (lang.pick("：", ": ")) (fields::said(&asked.question, one.get(&asked.number))) }
                            li { (text::second(lang)) (lang.pick("：", ": ")) (fields::said(&asked.question, other.get(&asked.number))) }
                        }
                    }
                    form method="post" action={ (to) "/settle" } {
                        button .btn.second name="take" value="first" { (text::take_first(lang)) }
                        " "
                        button .btn.second name="take" value="second" { (text::take_second(lang)) }
                    }
                }
            }
        }
    }
}

async fn draw(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
) -> Result<Response, Problem> {
    let (by, survey) = find(&app, &reader, &someone, number).await?;
    match life(&app).draw_papers(&by, &survey.row.id, app.now(), &mut app.fresh()?).await {
        Ok(_) => Ok(Redirect::to(&format!("{}/twice", path(number))).into_response()),
        Err(error) => list(&app, &reader, &by, &survey, Some(words::refusal(error)?)).await,
    }
}

/// A drawn paper that whoever looks can enter again.
async fn waiting(app: &App, by: &By, survey: &SurveyView, paper: u64) -> Result<Paper, Problem> {
    let papers = life(app).drawn_papers(by, &survey.row.id).await?;
    papers.into_iter().find(|drawn| drawn.number == paper).ok_or(Problem::NOT_FOUND)
}

async fn again(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path((number, paper)): Path<(u64, u64)>,
) -> Result<Response, Problem> {
    let (by, survey) = find(&app, &reader, &someone, number).await?;
    let paper = waiting(&app, &by, &survey, paper).await?;
    Ok(again_page(&reader, &survey, &paper, &Pairs::new(), &None))
}

/// The form without what was entered first: it is read from the paper, not from the screen.
fn again_page(reader: &Reader, survey: &SurveyView, paper: &Paper, typed: &Pairs, refused: &Refused) -> Response {
    let lang = reader.lang;
    let error = refused.as_ref().map(|(field, problem)| (field.as_str(), (problem.say)(lang)));
    let title = text::twice_do(lang, paper.number);
    let body = html! {
        h1 { (title) }
        (error_summary(lang, error.as_slice()))
        form method="post" action={ (path(survey.row.number)) "/twice/" (paper.number) } {
            (fields::questions(lang, &survey.questions, typed, error))
            button .btn { (text::save(lang)) }
        }
        p { a .btn.second href={ (path(survey.row.number)) "/twice" } { (text::twice_title(lang)) } }
    };
    let page = Page::new(reader, &title).show(body);
    match refused {
        Some((_, problem)) => problem.on(page),
        None => page,
    }
}

async fn enter_twice(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path((number, paper)): Path<(u64, u64)>,
    Form(typed): Form<Pairs>,
) -> Result<Response, Problem> {
    let (by, survey) = find(&app, &reader, &someone, number).await?;
    let paper = waiting(&app, &by, &survey, paper).await?;
    let answers = fields::read(&survey.questions, &typed);
    match life(&app).enter_twice(&by, (&survey.row.id, paper.number), &answers, app.now()).await {
        Ok(_) => Ok(Redirect::to(&format!("{}/twice", path(number))).into_response()),
        Err(error) => {
            let at = fields::place(&error);
            Ok(again_page(&reader, &survey, &paper, &typed, &Some((at, words::refusal(error)?))))
        }
    }
}

#[derive(Deserialize)]
struct Taken {
    take: String,
}

async fn settle(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path((number, paper)): Path<(u64, u64)>,
    Form(Taken { take }): Form<Taken>,
) -> Result<Response, Problem> {
    let (by, survey) = find(&app, &reader, &someone, number).await?;
    let choice = match take.as_str() {
        "first" => Choice::First,
        "second" => Choice::Second,
        _ => return Err(Problem::MALFORMED),
    };
    match life(&app).settle_paper(&by, (&survey.row.id, paper), choice, app.now()).await {
        Ok(()) => Ok(Redirect::to(&format!("{}/twice", path(number))).into_response()),
        Err(error) => list(&app, &reader, &by, &survey, Some(words::refusal(error)?)).await,
    }
}
