//! One notice: its text, where it hangs with photos, and what can be done with it.

use axum::{
    Router,
    extract::{DefaultBodyLimit, Multipart, State, multipart::MultipartRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use deliberation::{
    lifecycle::{Verb, tables::NoticeState},
    store::{By, NoticeAct, NoticeView},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::words;
use crate::{
    app::App,
    files::{FORM_MOST, Sheet},
    markdown,
    pages::matters::{Looking, by, end_of, life, words::building},
    problem::{Form, Path, Problem},
    session::Someone,
    text::{Lang, last_day, notice as text, when},
    view::{Page, Reader, error_summary, summary},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/notices/{id}", get(show))
        .route("/notices/{id}/boards/{place}", post(hang).layer(DefaultBodyLimit::max(FORM_MOST)))
        .route("/notices/{id}/{verb}", post(step))
}

/// What was refused: the id of the form, and why.
type Tried = Option<(&'static str, Problem)>;

async fn show(
    State(app): State<App>,
    reader: Reader,
    someone: Option<Someone>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let looking = Looking::of(&reader, someone.as_ref())?;
    let notice = super::find(&app, &looking, &id).await?;
    page(&app, &reader, &looking, &notice, None).await
}

async fn page(
    app: &App,
    reader: &Reader,
    looking: &Looking,
    notice: &NoticeView,
    tried: Tried,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let errors: Vec<_> = tried.iter().map(|(at, problem)| (*at, (problem.say)(lang))).collect();
    let offers = if let Some(by) = &looking.by {
        offers(app, lang, by, notice).await?
    } else {
        html! {}
    };
    let body = html! {
        h1 { (notice.title) }
        (error_summary(lang, &errors))
        p { (text::number(lang, notice.number)) " " (words::state(lang, notice.state)) }
        div .text { (markdown::show(&notice.text).await?) }
        h2 { (text::about(lang)) }
        (summary(&about(app, lang, looking, notice).await?))
        p { a .btn.second href={ (super::path(&notice.id)) "/paper" } { (text::print(lang)) } }
        (offers)
        (boards(app, lang, looking, notice).await?)
        p { a .btn.second href="/notices" { (text::back(lang)) } }
    };
    let page = Page::new(reader, &notice.title).script("pages/photos.js").show(body);
    Ok(match tried {
        Some((_, problem)) => problem.on(page),
        None => page,
    })
}

async fn about(
    app: &App,
    lang: Lang,
    looking: &Looking,
    notice: &NoticeView,
) -> Result<Vec<(&'static str, Markup)>, Problem> {
    let days = life(app).notice_days(&looking.compound, notice.kind).await?;
    let mut rows = vec![(
        text::kind(lang),
        html! { (words::kind(lang, notice.kind)) @if let Some(days) = days { " · " (text::days(lang, days)) } },
    )];
    if let Some(online) = notice.online {
        rows.push((text::online(lang), html! { (when(lang, online)) }));
    }
    rows.push((text::until(lang), html! { (last_day(lang, notice.until)) }));
    if let Some(motion) = &notice.motion {
        let titles = life(app).motion_titles(&looking.compound, &[motion.to_string()].into()).await?;
        if let Some((number, title)) = titles.get(motion.as_str()) {
            rows.push((
                text::for_motion(lang),
                html! { (title) br; a .inline href={ "/motions/" (motion) } { (text::see_motion(lang, *number)) } },
            ));
        }
    }
    Ok(rows)
}

/// Where it hangs, and for whoever hangs it the form with the photo.
async fn boards(app: &App, lang: Lang, looking: &Looking, notice: &NoticeView) -> Result<Markup, Problem> {
    let mut rows = Vec::new();
    for (board, place) in notice.boards.iter().zip(0_usize..) {
        let may_hang = match &looking.by {
            Some(by) if board.posted.is_none() && notice.state == NoticeState::Approved => {
                life(app).may_hang(by, &board.building, app.now()).await?
            }
            Some(_) | None => false,
        };
        rows.push((board, place, may_hang));
    }
    Ok(html! {
        h2 #boards { (text::boards(lang)) }
        ul {
            @for (board, place, may_hang) in rows {
                @let name = building(lang, &board.building);
                li {
                    @match board.posted {
                        Some((at, photo)) => {
                            (text::hangs(lang, &name, &when(lang, at))) " "
                            a .inline href={ "/files/" (photo) } { (text::photo(lang)) }
                        }
                        None => { (text::not_yet(lang, &name)) }
                    }
                    @if may_hang { (hang_form(lang, notice, place, &name)) }
                }
            }
        }
    })
}

fn hang_form(lang: Lang, notice: &NoticeView, place: usize, name: &str) -> Markup {
    html! {
        details {
            summary { (text::hang(lang, name)) }
            form method="post" enctype="multipart/form-data" action={ (super::path(&notice.id)) "/boards/" (place) } {
                div .field {
                    label for={ "photo-" (place) } { (text::hang_photo(lang)) }
                    input id={ "photo-" (place) } name="files" type="file" data-photos accept="image/jpeg,image/png" required;
                }
                button .btn { (text::hang_send(lang)) }
            }
        }
    }
}

async fn offers(app: &App, lang: Lang, by: &By, notice: &NoticeView) -> Result<Markup, Problem> {
    let verbs = life(app).notice_offers(by, notice, app.now()).await?;
    let verbs: Vec<_> = verbs.into_iter().filter_map(|verb| Some((verb, words::todo(lang, verb)?))).collect();
    let path = super::path(&notice.id);
    Ok(html! {
        @if !verbs.is_empty() { h2 #next { (text::what_next(lang)) } }
        @for (verb, label) in verbs {
            @let action = format!("{path}/{verb}");
            @match verb {
                Verb::Approve => {
                    p { (text::approve_lead(lang)) }
                    form method="post" action=(action) { button .btn { (label) } }
                }
                Verb::Post | Verb::Archive => { form method="post" action=(action) { button .btn { (label) } } }
                Verb::Extend => {
                    details .panel {
                        summary { (label) }
                        form method="post" action=(action) {
                            div .field {
                                label for="extend" { (text::extend_until(lang)) }
                                input #extend name="until" type="date";
                            }
                            button .btn { (label) }
                        }
                    }
                }
                _ => {
                    details .panel {
                        summary { (label) }
                        form method="post" action=(action) {
                            div .field {
                                label for="replacement" { (text::replacement(lang)) }
                                input #replacement name="replacement" type="text" inputmode="numeric";
                            }
                            div .field {
                                label for="why" { (text::why(lang)) }
                                textarea #why name="reason" rows="3" maxlength="1000" {}
                            }
                            button .btn { (label) }
                        }
                    }
                }
            }
        }
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    until: String,
    replacement: String,
    reason: String,
}

async fn step(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path((id, verb)): Path<(String, String)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let verb: Verb = verb.parse().map_err(|_| Problem::NOT_FOUND)?;
    words::todo(reader.lang, verb).ok_or(Problem::NOT_FOUND)?;
    let by = by(&someone.0);
    let looking = Looking::of(&reader, Some(&someone))?;
    let notice = super::find(&app, &looking, &id).await?;
    let replacement = match typed.replacement.trim().parse() {
        Ok(number) => life(&app).notice_numbered(&looking.compound, number).await?,
        Err(_) => None,
    };
    let act = NoticeAct { until: end_of(&typed.until), replacement, reason: typed.reason };
    match life(&app).notice_step(&by, &notice.id, verb, &act, app.now()).await {
        Ok(_) => Ok(Redirect::to(&super::path(&notice.id)).into_response()),
        Err(error) => page(&app, &reader, &looking, &notice, Some(("next", words::refusal(error)?))).await,
    }
}

async fn hang(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path((id, place)): Path<(String, usize)>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let by = by(&someone.0);
    let looking = Looking::of(&reader, Some(&someone))?;
    let notice = super::find(&app, &looking, &id).await?;
    let board = notice.boards.get(place).ok_or(Problem::NOT_FOUND)?;
    if !life(&app).may_hang(&by, &board.building, app.now()).await? || notice.state != NoticeState::Approved {
        return Err(Problem::NOT_FOUND);
    }
    let again = async |problem| page(&app, &reader, &looking, &notice, Some(("boards", problem))).await;
    let files = match Sheet::read(form).await {
        Ok(sheet) => sheet.attach(&app, &by).await,
        Err(problem) => Err(problem),
    };
    let photo = match files {
        Ok(files) => files.first().copied(),
        Err(problem) => return again(problem).await,
    };
    let Some(photo) = photo else {
        return again(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "photo", text::e_photo)).await;
    };
    match life(&app).hang(&by, &notice.id, &board.building, &photo, app.now()).await {
        Ok(()) => Ok(Redirect::to(&format!("{}#boards", super::path(&notice.id))).into_response()),
        Err(error) => again(words::refusal(error)?).await,
    }
}
