//! Polls of the estate: the list, and one of them from draft to result.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use ballot::{
    alternatives,
    id::{Id, PollId},
    register::FreezeError,
    store::{
        acts::{Act, ActKind},
        place::Place,
        polls::{AfterError, Draft, DraftMotion, Finding, FreezePollError, PollState},
        staff::StaffMember,
    },
};
use maud::{Markup, html};

use super::{
    super::poll::{TurnoutNow, language},
    PollNow, acts,
    draft::Editing,
    poll_path, show, summary, titled, turnout, words,
};
use crate::{
    app::App,
    problem::{Path, Problem},
    session::Officer,
    text::{Lang, Sentence, console as common, console_poll as text, home_label, law, remind, when},
    view::{Page, Reader, Tone, empty, notice, tag},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/c/polls", get(list))
        .route("/c/polls/{id}", get(show_poll))
        .route("/c/polls/{id}/freeze", get(confirm_freeze).post(freeze))
        .route("/c/polls/{id}/result", post(result))
}

async fn list(State(app): State<App>, reader: Reader, Officer { staff, .. }: Officer) -> Result<Response, Problem> {
    let lang = reader.lang;
    let rows = app.estate().polls(&staff.compound).await?;
    let mut polls = Vec::with_capacity(rows.len());
    for row in rows {
        polls.push(PollNow::find(&app, row).await?);
    }
    let body = html! {
        h1 { (text::list_title(lang)) }
        @if polls.is_empty() { (empty(text::list_none(lang))) }
        ul .links {
            @for poll in &polls {
                li {
                    a href=(poll_path(&poll.row.id)) { (titled(lang, &poll.row.title)) } " " (state(lang, poll, app.now()))
                    @if poll.row.opens != 0 { br; (text::window(lang, &when(lang, poll.row.opens), &when(lang, poll.row.closes))) }
                }
            }
        }
        p { a .btn href="/c/polls/new" { (common::new_poll(lang)) } }
    };
    Ok(show(Page::new(&reader, text::list_title(lang)), lang, &body))
}

fn state(lang: Lang, poll: &PollNow, now: u64) -> Markup {
    match poll.row.state {
        PollState::Draft => tag(Tone::Plain, text::state_draft(lang)),
        PollState::Frozen => tag(Tone::Warn, text::state_frozen(lang)),
        PollState::Live if poll.has_result => tag(Tone::Ok, text::state_announced_result(lang)),
        PollState::Live if poll.is_closed => tag(Tone::Warn, text::state_closed(lang)),
        PollState::Live if now < poll.row.opens => tag(Tone::Plain, text::state_announced(lang)),
        PollState::Live => tag(Tone::Ok, text::state_running(lang)),
    }
}

async fn show_poll(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let editing = Editing::find(&app, &staff, &id).await?;
    let title = titled(lang, &editing.draft.title).to_owned();
    let body = match editing.row.state {
        PollState::Draft => {
            let findings = app.estate().check_draft(&staff.compound, &editing.draft, app.now()).await?;
            html! { h1 { (text::draft_title(lang)) } (overview(lang, &editing, &findings)) }
        }
        PollState::Frozen => {
            let act = waiting(&app, &staff, &editing.row.id, ActKind::PublishPoll).await?;
            html! {
                h1 { (title) }
                p { (tag(Tone::Warn, text::state_frozen(lang))) " " (text::frozen_lead(lang)) }
                @if let Some(act) = &act {
                    p { a .btn href=(acts::path(&act.id)) { (text::to_act(lang)) } }
                    (summary::of(&app, lang, act).await?)
                }
                (previews(lang, &editing))
            }
        }
        PollState::Live => {
            let act = waiting(&app, &staff, &editing.row.id, ActKind::Result).await?;
            let poll = PollNow::find(&app, editing.row.clone()).await?;
            let hall = TurnoutNow::of(&app.estate().logs().log(&editing.row.id).await?).hall(lang);
            html! {
                h1 { (title) }
                p { (state(lang, &poll, app.now())) " " (text::live_lead(lang)) }
                p { (text::window(lang, &when(lang, poll.row.opens), &when(lang, poll.row.closes))) }
                @if let Some(hall) = hall { p { (hall) } }
                (live(lang, &poll, act.as_ref(), app.now()))
            }
        }
    };
    Ok(show(Page::new(&reader, &title), lang, &body))
}

/// The act about a poll that waits for signatures.
async fn waiting(app: &App, staff: &StaffMember, id: &PollId, kind: ActKind) -> Result<Option<Act>, Problem> {
    let open = app.estate().open_acts(&staff.compound).await?;
    Ok(open.into_iter().find(|act| act.kind == kind && act.object == id.as_str()))
}

fn live(lang: Lang, poll: &PollNow, act: Option<&Act>, now: u64) -> Markup {
    let public = format!("/polls/{}", poll.row.id);
    html! {
        @if poll.row.opens <= now {
            h2 { (common::turnout_title(lang)) }
            (turnout(lang, poll))
        }
        @if poll.row.opens <= now && now < poll.row.closes {
            p { a .btn.second href={ (poll_path(&poll.row.id)) "/remind" } { (remind::title(lang)) } }
        }
        @if poll.is_closed {
            h2 { (text::count_title(lang)) }
            @if let Some(act) = act {
                (notice(Tone::Warn, &html! { p { (text::result_waits(lang)) } p { a .btn href=(acts::path(&act.id)) { (text::to_act(lang)) } } }))
            } @else if poll.has_result {
                p { (text::result_done(lang)) }
                p { a .btn href={ (public) "/result" } { (common::to_result(lang)) } }
                p { a .btn.second href={ (public) "/announcement" } { (common::to_announcement(lang)) } }
                @for motion in &poll.ties { p { a .btn href={ (poll_path(&poll.row.id)) "/lot/" (motion) } { (law::lot_title(lang)) } } }
                p { a .btn.second href={ (poll_path(&poll.row.id)) "/official" } { (law::official_title(lang)) } }
                p { a .btn.second href={ "/audit/" (poll.row.id) "/what-if" } { (law::what_if_title(lang)) } }
            } @else {
                p { (text::count_lead(lang)) }
                form method="post" action={ (poll_path(&poll.row.id)) "/result" } { button .btn { (text::count_yes(lang)) } }
            }
        }
        h2 { (text::corrections(lang)) }
        @if poll.has_result && act.is_none() {
            details {
                summary { (text::count_anew(lang)) }
                p { (text::count_anew_lead(lang)) }
                form method="post" action={ (poll_path(&poll.row.id)) "/result" } { button .btn.second { (text::count_anew(lang)) } }
            }
        }
        p { a .btn.second href={ (poll_path(&poll.row.id)) "/amend" } { (text::amend_title(lang)) } }
        p { a .btn.second href={ (poll_path(&poll.row.id)) "/strike" } { (text::strike_title(lang)) } }
        p { a .btn.second href={ (poll_path(&poll.row.id)) "/bar" } { (text::bar_title(lang)) } }
        h2 { (text::more(lang)) }
        p { a .btn.second href=(public) { (text::see_public(lang)) } }
        p { a .btn.second href={ (public) "/notice" } { (text::see_notice(lang)) } }
    }
}

/// Every step of the wizard with what is written so far, and what is missing.
fn overview(lang: Lang, editing: &Editing, findings: &[Finding]) -> Markup {
    let Editing { draft, .. } = editing;
    let path = editing.path();
    let scope: Vec<String> = draft.scope.iter().map(|name| words::building(lang, name)).collect();
    let scope = if scope.is_empty() { text::scope_all(lang).to_owned() } else { scope.join("、") };
    let scope = match draft.applicant() {
        Some(label) => text::scope_without(lang, &scope, &home_label(lang, label)),
        None => scope,
    };
    let times = if draft.opens == 0 {
        String::new()
    } else {
        text::window(lang, &when(lang, draft.opens), &when(lang, draft.closes))
    };
    let is_sound = !findings.iter().any(|finding| finding.is_error);
    html! {
        p { (text::draft_lead(lang)) }
        @if draft.test { p { (tag(Tone::Warn, text::rehearsal(lang))) } }
        dl .summary {
            (line(lang, text::s_poll_title(lang), &draft.title, &format!("{path}/title")))
            @for (motion, number) in draft.motions.iter().zip(1..) { (motion_lines(lang, editing, motion, number)) }
            (line(lang, text::s_scope(lang), &scope, &format!("{path}/scope")))
            (line(lang, text::s_answers(lang), words::answers(lang, draft.answers).0, &format!("{path}/answers")))
            (line(lang, text::s_times(lang), &times, &format!("{path}/times")))
        }
        (findings_list(lang, editing.place, draft, findings))
        div .choices {
            @if is_sound { a .btn href={ (path) "/freeze" } { (text::s_sign(lang)) } }
            a .btn.second href={ (path) "/preview" } { (text::s_preview(lang)) }
        }
        form method="post" action={ (path) "/motions" } { button .btn.second { (text::add_motion(lang)) } }
        p { a .btn.danger href={ (path) "/delete" } { (text::delete(lang)) } }
    }
}

fn line(lang: Lang, label: &str, value: &str, href: &str) -> Markup {
    html! {
        div {
            dt { (label) }
            dd {
                @if value.is_empty() { (tag(Tone::Warn, text::s_missing(lang))) } @else { (value) }
                p { a .inline href=(href) { (text::s_change(lang)) span .visually-hidden { " " (label) } } }
            }
        }
    }
}

fn motion_lines(lang: Lang, editing: &Editing, motion: &DraftMotion, number: usize) -> Markup {
    let path = editing.path();
    let page = |page: &str| format!("{path}/motions/{}/{page}", motion.id);
    let label = |name: &str| format!("{} · {name}", text::s_motion(lang, number));
    let names: Vec<&str> = motion.candidates.iter().map(|candidate| candidate.name.as_str()).collect();
    // The beginning, without the marks of headings.
    let lines: Vec<&str> = motion.text.lines().map(|line| line.trim_start_matches(['#', ' '])).collect();
    let shown: String = lines.join(" ").trim().chars().take(60).collect();
    let files = match motion.attachments.len() {
        0 => text::files_none(lang).to_owned(),
        count => text::attachments_count(lang, count),
    };
    html! {
        (line(lang, &label(text::s_matter(lang)), words::matter(lang, motion.matter).0, &page("matter")))
        (line(lang, &label(law::rule_title(lang)), &super::rule::title(motion, editing.place), &page("rule")))
        (line(lang, &label(text::s_title(lang)), &motion.title, &page("title")))
        @if motion.matter.is_election() {
            (line(lang, &label(text::s_candidates(lang)), &names.join("、"), &page("candidates")))
        }
        (line(lang, &label(text::s_text(lang)), &shown, &page("text")))
        (line(lang, &label(text::s_files(lang)), &files, &page("files")))
        @if !motion.matter.is_election() {
            div { dt { @if alternatives::place(&motion.id).is_some() { (tag(Tone::Plain, law::alternatives_title(lang))) } } dd {
                form method="post" action=(page("alternative")) { button .btn.second { (law::alternative_add(lang)) } }
            } }
        }
        @if 1 < number {
            div { dt {} dd { a .inline href=(page("remove")) { (text::remove_motion(lang)) } } }
        }
    }
}

/// What has to be put right, and what is only a hint.
pub(super) fn findings_list(lang: Lang, place: Place, draft: &Draft, findings: &[Finding]) -> Markup {
    let (errors, hints): (Vec<_>, Vec<_>) = findings.iter().partition(|finding| finding.is_error);
    html! {
        @if errors.is_empty() {
            (notice(Tone::Ok, &html! { p { (text::check_ok(lang)) } }))
        } @else {
            (notice(Tone::Bad, &html! {
                h2 { (text::check_title(lang)) }
                ul { @for finding in errors { li { (finding_line(lang, place, draft, finding)) } } }
            }))
        }
        @if !hints.is_empty() {
            (notice(Tone::Warn, &html! {
                h2 { (text::hints_title(lang)) }
                ul { @for finding in hints { li { (finding_line(lang, place, draft, finding)) } } }
            }))
        }
    }
}

fn finding_line(lang: Lang, place: Place, draft: &Draft, finding: &Finding) -> String {
    let said = finding.warning.as_ref().map(|warning| warning.text(place.asks(), language(lang)));
    let what = said.unwrap_or_else(|| sentence(lang, finding.code));
    let number = |id: &Id| draft.motions.iter().position(|motion| motion.id == *id);
    match finding.motion.as_ref().and_then(number) {
        Some(place) => text::in_motion(lang, place + 1, &what),
        None => what,
    }
}

fn sentence(lang: Lang, code: &str) -> String {
    let known: Sentence = match code {
        "bad_title" => text::c_bad_title,
        "no_motion" => text::c_no_motion,
        "too_many_motions" => text::c_too_many_motions,
        "unknown_building" => text::c_unknown_building,
        "change_of_use_alone" => text::c_change_of_use_alone,
        "change_of_use_one_building" => text::c_change_of_use_one_building,
        "applicant_missing" => text::c_applicant_missing,
        "opens_in_the_past" => text::c_opens_in_the_past,
        "closes_before_it_opens" => text::c_closes_before_it_opens,
        "closes_too_late" => text::c_closes_too_late,
        "motion_twice" => text::c_motion_twice,
        "bad_motion_title" => text::c_bad_motion_title,
        "bad_motion_text" => text::c_bad_motion_text,
        "unknown_attachment" => text::c_unknown_attachment,
        "seats_of_elections_only" => text::c_seats_of_elections_only,
        "candidates_of_elections_only" => text::c_candidates_of_elections_only,
        "unknown_rule" => text::c_unknown_rule,
        "rule_not_in_force" => text::c_rule_not_in_force,
        "bad_seats" => text::c_bad_seats,
        "clause_missing" => text::c_clause_missing,
        "candidate_twice" => text::c_candidate_twice,
        "bad_candidate" => text::c_bad_candidate,
        "fewer_candidates_than_seats" => text::c_fewer_candidates_than_seats,
        "title_is_no_question" => text::c_title_is_no_question,
        "title_asks_twice" => text::c_title_asks_twice,
        "title_leans" => text::c_title_leans,
        "short_window" => text::c_short_window,
        other => return text::c_other(lang, other),
    };
    known(lang).to_owned()
}

/// The ways to look at a poll before it is published.
pub(super) fn previews(lang: Lang, editing: &Editing) -> Markup {
    html! { p { a .btn.second href={ (editing.path()) "/preview" } { (text::s_preview(lang)) } } }
}

async fn confirm_freeze(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let editing = Editing::find(&app, &staff, &id).await?;
    Ok(freeze_page(&reader, &editing, None))
}

fn freeze_page(reader: &Reader, editing: &Editing, error: Option<&str>) -> Response {
    let lang = reader.lang;
    let body = html! {
        h1 { (text::freeze_title(lang)) }
        @if let Some(error) = error { (notice(Tone::Bad, &html! { p { (error) } })) }
        p { strong { (editing.draft.title) } }
        p { (text::window(lang, &when(lang, editing.draft.opens), &when(lang, editing.draft.closes))) }
        p { (text::freeze_lead(lang)) }
        p { (text::freeze_next(lang)) }
        form method="post" { button .btn { (text::freeze_yes(lang)) } }
        p { a .btn.second href=(editing.path()) { (text::overview(lang)) } }
    };
    show(Page::new(reader, text::freeze_title(lang)), lang, &body)
}

async fn freeze(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let editing = Editing::find(&app, &staff, &id).await?;
    let err = match app.estate().propose_poll(&staff, &editing.row.id, app.now(), &mut app.fresh()?).await {
        Ok(act) => {
            app.notify();
            return Ok(Redirect::to(&acts::path(&act)).into_response());
        }
        Err(err) => err,
    };
    let (code, lang) = (err.code(), reader.lang);
    let mut named = None;
    let (status, say): (_, Sentence) = match err {
        FreezePollError::NotOfficer => (StatusCode::FORBIDDEN, common::not_officer),
        FreezePollError::NoSuchPoll => return Err(Problem::NOT_FOUND),
        FreezePollError::NotDraft => (StatusCode::CONFLICT, text::not_draft),
        FreezePollError::Draft(_) => (StatusCode::UNPROCESSABLE_ENTITY, text::has_errors),
        FreezePollError::Roll(err) => {
            named = match err {
                FreezeError::Empty => Some(text::empty_scope(lang).to_owned()),
                FreezeError::Ownerless(unit) => Some(text::unit_without_owner(lang, &home_label(lang, &unit))),
                FreezeError::Text(unit, _) => Some(text::text_not_allowed(lang, &home_label(lang, &unit))),
                FreezeError::Roll(_) => None,
            };
            (StatusCode::UNPROCESSABLE_ENTITY, text::roll_unfit)
        }
        FreezePollError::TooFewOfficers => (StatusCode::CONFLICT, text::few_officers),
        FreezePollError::Database(err) => return Err(err.into()),
        err @ (FreezePollError::Manifest(_) | FreezePollError::Key(_)) => return Err(Problem::internal(&err)),
    };
    let page = freeze_page(&reader, &editing, Some(named.as_deref().unwrap_or(say(lang))));
    Ok(Problem::new(status, code, say).on(page))
}

/// Counts, and puts the result up for signing: the figures are there to be read before anybody signs.
async fn result(
    State(app): State<App>,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Redirect, Problem> {
    let id: PollId = id.parse().map_err(|_| Problem::NOT_FOUND)?;
    if let Some(act) = waiting(&app, &staff, &id, ActKind::Result).await? {
        return Ok(Redirect::to(&acts::path(&act.id)));
    }
    let act = app.estate().propose_result(&staff, &id, app.now(), &mut app.fresh()?).await?;
    app.notify();
    Ok(Redirect::to(&acts::path(&act)))
}

impl From<AfterError> for Problem {
    fn from(err: AfterError) -> Self {
        let (status, say): (_, Sentence) = match err {
            AfterError::NotOfficer => (StatusCode::FORBIDDEN, common::not_officer),
            AfterError::NoSuchPoll | AfterError::NoSuchUnit | AfterError::NoSuchPerson => {
                (StatusCode::NOT_FOUND, text::no_such_poll)
            }
            AfterError::NotClosed => (StatusCode::CONFLICT, text::not_closed),
            AfterError::NotOpen | AfterError::NotAllowed => (StatusCode::CONFLICT, text::after_refused),
            AfterError::Reason => (StatusCode::UNPROCESSABLE_ENTITY, common::bad_reason),
            AfterError::Count => (StatusCode::INTERNAL_SERVER_ERROR, text::count_failed),
            AfterError::Database(err) => return err.into(),
        };
        Self::new(status, err.code(), say)
    }
}
