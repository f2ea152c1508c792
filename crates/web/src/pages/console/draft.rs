//! The wizard's pages about a poll as a whole: its name, who votes, who sees the choices, the times.

use std::collections::BTreeSet;

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use ballot::{
    id::PollId,
    rule::guard::{self, Warning},
    statement::Answers,
    store::{
        place::Place,
        polls::{Draft, DraftError, PollRow, earliest_opening, time_warnings},
        staff::StaffMember,
    },
};
use jiff::{Timestamp, civil, tz::Offset};
use maud::{Markup, html};
use serde::Deserialize;

use super::{super::poll::language, poll_path, roll::building_boxes, show, words};
use crate::{
    app::App,
    problem::{Form, Path, Problem},
    session::Officer,
    text::{Lang, Sentence, area, console as common, console_poll as text, home_label, when},
    view::{Field, Page, Reader, Tone, error_summary, field, notice, radio_card, step},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/c/polls/{id}/title", get(title).post(save_title))
        .route("/c/polls/{id}/scope", get(scope).post(save_scope))
        .route("/c/polls/{id}/answers", get(answers).post(save_answers))
        .route("/c/polls/{id}/times", get(times).post(save_times))
        .route("/c/polls/{id}/delete", get(confirm_delete).post(delete))
}

/// Steps of the wizard, for "step 3 of 9".
pub(super) const STEPS: usize = 9;

/// A draft of the officer's own estate.
pub(super) struct Editing {
    pub row: PollRow,
    pub draft: Draft,
    pub place: Place,
}

impl Editing {
    /// # Errors
    /// There is none of this id.
    pub(super) async fn find(app: &App, staff: &StaffMember, id: &str) -> Result<Self, Problem> {
        let id: PollId = id.parse().map_err(|_| Problem::NOT_FOUND)?;
        let row = app.estate().poll(&staff.compound, &id).await?.ok_or(Problem::NOT_FOUND)?;
        let draft = app.estate().draft(&staff.compound, &id).await?.ok_or(Problem::NOT_FOUND)?;
        let place = app.estate().compound(&staff.compound).await?.map_or_else(Place::china, |compound| compound.place);
        Ok(Self { row, draft, place })
    }

    pub(super) fn path(&self) -> String {
        poll_path(&self.row.id)
    }

    /// Writes the draft back and leads to the next page, or to the overview.
    pub(super) async fn save(
        &self,
        app: &App,
        staff: &StaffMember,
        then: Option<Then>,
        next: &str,
    ) -> Result<Response, Problem> {
        app.estate().save_draft(staff, &self.row.id, &self.draft, app.now()).await?;
        let to = match then {
            Some(Then::Overview) => self.path(),
            Some(Then::Next) | None => format!("{}{next}", self.path()),
        };
        Ok(Redirect::to(&to).into_response())
    }
}

/// Which of the two buttons was pressed.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Then {
    Next,
    Overview,
}

/// The two buttons that save, and the way back.
pub(super) fn buttons(lang: Lang, back: &str) -> Markup {
    html! {
        div .choices {
            button .btn name="then" value="next" { (text::save_next(lang)) }
            button .btn.second name="then" value="overview" { (text::save_overview(lang)) }
            a .btn.second href=(back) { (text::previous(lang)) }
        }
    }
}

/// One page of the wizard: its place, its question, what is wrong, and the form.
pub(super) struct Asking<'a> {
    pub at: usize,
    pub title: &'a str,
    pub errors: &'a [(&'static str, String)],
    pub back: &'a str,
}

impl Asking<'_> {
    pub(super) fn page(&self, reader: &Reader, form: &Markup) -> Response {
        let lang = reader.lang;
        let body = html! {
            (step(lang, self.at, STEPS))
            h1 { (self.title) }
            (error_summary(lang, self.errors))
            form method="post" { (form) (buttons(lang, self.back)) }
        };
        show(Page::new(reader, self.title), lang, &body)
    }
}

/// The page again with what is wrong with it.
pub(super) fn refused(code: &'static str, say: Sentence, page: Response) -> Response {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, say).on(page)
}

#[derive(Deserialize)]
struct Title {
    title: String,
    then: Option<Then>,
}

async fn title(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let editing = Editing::find(&app, &staff, &id).await?;
    Ok(title_page(&reader, &editing, &editing.draft.title, None))
}

fn title_page(reader: &Reader, editing: &Editing, typed: &str, error: Option<&str>) -> Response {
    let lang = reader.lang;
    let errors: Vec<_> = error.map(|error| ("title", error.to_owned())).into_iter().collect();
    let form = field(&Field {
        name: "title",
        label: text::s_poll_title(lang),
        hint: Some(text::s_poll_title_hint(lang)),
        value: typed,
        error,
        kind: ("text", "text", "off"),
    });
    let asking = Asking { at: 2, title: text::s_poll_title(lang), errors: &errors, back: &editing.path() };
    asking.page(reader, &form)
}

async fn save_title(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
    Form(form): Form<Title>,
) -> Result<Response, Problem> {
    let mut editing = Editing::find(&app, &staff, &id).await?;
    let title = form.title.trim();
    if title.is_empty() || ballot::store::polls::TITLE_MOST < title.chars().count() {
        let page = title_page(&reader, &editing, title, Some(text::c_bad_title(reader.lang)));
        return Ok(refused("bad_title", text::c_bad_title, page));
    }
    title.clone_into(&mut editing.draft.title);
    editing.save(&app, &staff, form.then, "").await
}

async fn scope(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let editing = Editing::find(&app, &staff, &id).await?;
    let left_out = editing.draft.applicant().map_or_else(String::new, |label| home_label(reader.lang, label));
    scope_page(&app, &reader, &staff, &editing, None, &left_out).await
}

async fn scope_page(
    app: &App,
    reader: &Reader,
    staff: &StaffMember,
    editing: &Editing,
    error: Option<(&'static str, &str)>,
    left_out: &str,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let buildings = app.estate().buildings(&staff.compound).await?;
    let chosen = &editing.draft.scope;
    let is_in = |name: &str| chosen.is_empty() || chosen.contains(name);
    let (mut units, mut sum) = (0, 0);
    for building in buildings.iter().filter(|building| is_in(&building.building)) {
        units += building.units;
        sum += building.area;
    }
    let errors: Vec<_> = error.map(|(at, error)| (at, error.to_owned())).into_iter().collect();
    let of_home = error.filter(|(at, _)| *at == "left_out").map(|(_, error)| error);
    let form = html! {
        p { (text::scope_lead(lang)) }
        p { (text::scope_total(lang, units, &area(lang, sum))) }
        fieldset #whole {
            legend { (text::s_scope(lang)) }
            (radio_card("whole", "yes", text::scope_all(lang), None, chosen.is_empty()))
            (radio_card("whole", "no", text::scope_some(lang), None, !chosen.is_empty()))
        }
        fieldset {
            legend { (text::scope_some(lang)) }
            (building_boxes(lang, "building", &buildings, |name| chosen.contains(name)))
        }
        @if editing.draft.is_change_of_use() {
            (field(&Field {
                name: "left_out", label: text::applicant(lang), hint: Some(text::applicant_hint(lang)), value: left_out,
                error: of_home, kind: ("text", "text", "off"),
            }))
        }
    };
    let back = format!("{}/motions/{}/files", editing.path(), first_motion(&editing.draft));
    Ok(Asking { at: 5, title: text::s_scope(lang), errors: &errors, back: &back }.page(reader, &form))
}

fn first_motion(draft: &Draft) -> &str {
    draft.motions.first().map_or("m1", |motion| motion.id.as_str())
}

/// The pairs of a form in which a name may stand several times.
pub(super) type Pairs = Vec<(String, String)>;

/// All values of one name.
pub(super) fn values<'a>(pairs: &'a [(String, String)], name: &str) -> impl Iterator<Item = &'a str> {
    let name = name.to_owned();
    pairs.iter().filter(move |(key, _)| *key == name).map(|(_, value)| value.as_str())
}

/// Which button was pressed, of a form read as pairs.
pub(super) fn then_of(pairs: &[(String, String)]) -> Option<Then> {
    let is_overview = values(pairs, "then").any(|then| then == "overview");
    is_overview.then_some(Then::Overview)
}

async fn save_scope(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
    Form(form): Form<Pairs>,
) -> Result<Response, Problem> {
    let mut editing = Editing::find(&app, &staff, &id).await?;
    let buildings: BTreeSet<String> = values(&form, "building").map(str::to_owned).collect();
    let typed = values(&form, "left_out").next().unwrap_or_default().to_owned();
    let scope = match values(&form, "whole").next() {
        Some("yes") => BTreeSet::new(),
        Some("no") if !buildings.is_empty() => buildings,
        _ => {
            let error = Some(("whole", text::scope_none(reader.lang)));
            let page = scope_page(&app, &reader, &staff, &editing, error, &typed).await?;
            return Ok(refused("no_scope", text::scope_none, page));
        }
    };
    editing.draft.scope = scope;
    if editing.draft.is_change_of_use() {
        let mut homes = app.estate().homes_like(&staff.compound, &typed).await?;
        let (Some(home), true) = (homes.pop(), homes.is_empty()) else {
            let error = Some(("left_out", text::applicant_unknown(reader.lang)));
            let page = scope_page(&app, &reader, &staff, &editing, error, &typed).await?;
            return Ok(refused("no_home", text::applicant_unknown, page));
        };
        editing.draft.left_out = home;
    }
    editing.save(&app, &staff, then_of(&form), "/answers").await
}

#[derive(Deserialize)]
struct Named {
    answers: Option<Answers>,
    then: Option<Then>,
}

async fn answers(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let editing = Editing::find(&app, &staff, &id).await?;
    Ok(answers_page(&reader, &editing, None))
}

fn answers_page(reader: &Reader, editing: &Editing, error: Option<&str>) -> Response {
    let lang = reader.lang;
    let errors: Vec<_> = error.map(|error| ("answers", error.to_owned())).into_iter().collect();
    let form = html! {
        p { (text::answers_lead(lang)) }
        fieldset #answers {
            legend { (text::s_answers(lang)) }
            @for (word, answers) in [("inspectors", Answers::Inspectors), ("owners", Answers::Owners), ("public", Answers::Public)] {
                @let (label, hint) = words::answers(lang, answers);
                (radio_card("answers", word, label, Some(hint), editing.draft.answers == answers))
            }
        }
    };
    let back = format!("{}/scope", editing.path());
    Asking { at: 6, title: text::s_answers(lang), errors: &errors, back: &back }.page(reader, &form)
}

async fn save_answers(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
    Form(form): Form<Named>,
) -> Result<Response, Problem> {
    let mut editing = Editing::find(&app, &staff, &id).await?;
    let Some(answers) = form.answers else {
        let page = answers_page(&reader, &editing, Some(text::no_answers(reader.lang)));
        return Ok(refused("no_answers", text::no_answers, page));
    };
    editing.draft.answers = answers;
    editing.save(&app, &staff, form.then, "/times").await
}

#[derive(Deserialize, Default)]
struct Times {
    opens_day: String,
    opens_time: String,
    closes_day: String,
    closes_time: String,
    special: Option<String>,
    test: Option<String>,
    then: Option<Then>,
}

impl Times {
    /// As a draft has them; nothing typed yet for a new one.
    fn of(draft: &Draft, place: Place) -> Self {
        let [(opens_day, opens_time), (closes_day, closes_time)] =
            [draft.opens, draft.closes].map(|time| clock(time, place));
        let [special, test] = [draft.special, draft.test].map(|is_so| is_so.then(String::new));
        Self { opens_day, opens_time, closes_day, closes_time, special, test, then: None }
    }
}

/// A time as the two lines of a form show it; empty for none.
pub(super) fn clock(time: u64, place: Place) -> (String, String) {
    let at = i64::try_from(time).ok().filter(|time| *time != 0).and_then(|time| Timestamp::from_second(time).ok());
    at.map_or_else(Default::default, |at| {
        let at = offset(place).to_datetime(at);
        let (date, time) = (at.date(), at.time());
        (date.to_string(), format!("{:02}:{:02}", time.hour(), time.minute()))
    })
}

fn offset(place: Place) -> Offset {
    let seconds = i32::try_from(place.utc_offset()).unwrap_or_default();
    Offset::from_seconds(seconds).unwrap_or(Offset::UTC)
}

/// A day and an hour as typed, on the clocks of the place.
pub(super) fn read_time(day: &str, hour: &str, place: Place) -> Option<u64> {
    let day: civil::Date = day.trim().parse().ok()?;
    let (hours, minutes) = hour.trim().split_once(':')?;
    let time = civil::Time::new(hours.parse().ok()?, minutes.parse().ok()?, 0, 0).ok()?;
    let at = offset(place).to_timestamp(day.to_datetime(time)).ok()?;
    u64::try_from(at.as_second()).ok()
}

async fn times(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let editing = Editing::find(&app, &staff, &id).await?;
    let typed = Times::of(&editing.draft, editing.place);
    Ok(times_page(&reader, &editing, &typed, &[], app.now()))
}

fn times_page(
    reader: &Reader,
    editing: &Editing,
    typed: &Times,
    errors: &[(&'static str, String)],
    now: u64,
) -> Response {
    let lang = reader.lang;
    let (draft, place) = (&editing.draft, editing.place);
    let error = |name: &str| errors.iter().find(|(field, _)| *field == name).map(|(_, say)| say.as_str());
    let line = |name: &str, label: &str, value: &str, kind: &'static str| {
        field(&Field { name, label, hint: None, value, error: error(name), kind: (kind, "", "off") })
    };
    let [opens, closes] = [text::opens_label(lang), text::closes_label(lang)];
    let is_set = draft.opens != 0 && draft.opens < draft.closes;
    let form = html! {
        p { (text::times_lead(lang, guard::notice_days(place.asks(), draft.special))) }
        (super::place::periods(lang, place))
        p { strong { (text::times_earliest(lang, &when(lang, earliest_opening(place, draft, now)))) } }
        p { (text::times_signing(lang)) }
        (line("opens_day", &text::day_of(lang, opens), &typed.opens_day, "date"))
        (line("opens_time", &text::hour_of(lang, opens), &typed.opens_time, "time"))
        (line("closes_day", &text::day_of(lang, closes), &typed.closes_day, "date"))
        (line("closes_time", &text::hour_of(lang, closes), &typed.closes_time, "time"))
        @if place.asks().notice.special_days.is_some() { (super::place::special(lang, place, typed.special.is_some())) }
        label .card {
            input type="checkbox" name="test" value="yes" checked[typed.test.is_some()];
            span { strong { (text::test_label(lang)) } span .muted { (text::test_hint(lang)) } }
        }
        @if is_set && errors.is_empty() {
            (notice(Tone::Plain, &html! {
                h2 { (text::computed(lang)) }
                p { (text::computed_notice(lang, place.day(draft.opens).since(place.day(now).plus(1)))) }
                p { (text::computed_window(lang, (draft.closes - draft.opens).div_ceil(86_400))) }
            }))
        }
    };
    let back = format!("{}/answers", editing.path());
    Asking { at: 7, title: text::s_times(lang), errors, back: &back }.page(reader, &form)
}

async fn save_times(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
    Form(form): Form<Times>,
) -> Result<Response, Problem> {
    let mut editing = Editing::find(&app, &staff, &id).await?;
    let (lang, now, place) = (reader.lang, app.now(), editing.place);
    let opens = read_time(&form.opens_day, &form.opens_time, place);
    let closes = read_time(&form.closes_day, &form.closes_time, place);
    let errors: Vec<(&str, String)> = match (opens, closes) {
        (None, _) => vec![("opens_day", text::bad_time(lang).to_owned())],
        (_, None) => vec![("closes_day", text::bad_time(lang).to_owned())],
        (Some(opens), _) if opens <= now => vec![("opens_day", text::past_time(lang).to_owned())],
        (Some(opens), Some(closes)) if closes <= opens => vec![("closes_day", text::order_time(lang).to_owned())],
        (Some(opens), Some(closes)) => {
            let draft = &mut editing.draft;
            (draft.posted, draft.opens, draft.closes) = (now, opens, closes);
            (draft.special, draft.test) = (form.special.is_some(), form.test.is_some());
            time_errors(lang, place, draft, now)
        }
    };
    if !errors.is_empty() {
        let page = times_page(&reader, &editing, &form, &errors, now);
        return Ok(refused("bad_times", text::bad_time, page));
    }
    editing.save(&app, &staff, form.then, "/preview").await
}

/// What the place has against these times, each at the line it is about, with what would be right.
fn time_errors(lang: Lang, place: Place, draft: &Draft, now: u64) -> Vec<(&'static str, String)> {
    let warnings = time_warnings(place, draft, now);
    let line = |warning: &Warning| match warning {
        Warning::VotingTooShort { .. } | Warning::VotingTooLong { .. } => "closes_day",
        _ => "opens_day",
    };
    warnings.iter().map(|warning| (line(warning), warning.text(place.asks(), language(lang)))).collect()
}

async fn confirm_delete(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let editing = Editing::find(&app, &staff, &id).await?;
    let title = text::delete_title(lang, super::titled(lang, &editing.draft.title));
    let body = html! {
        h1 { (title) }
        p { (text::delete_lead(lang)) }
        form method="post" { button .btn.danger { (text::delete_yes(lang)) } }
        p { a .btn.second href=(editing.path()) { (common::back(lang)) } }
    };
    Ok(show(Page::new(&reader, &title), lang, &body))
}

async fn delete(
    State(app): State<App>,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Redirect, Problem> {
    let id: PollId = id.parse().map_err(|_| Problem::NOT_FOUND)?;
    app.estate().delete_draft(&staff, &id, app.now()).await?;
    Ok(Redirect::to("/c/polls"))
}

impl From<DraftError> for Problem {
    fn from(err: DraftError) -> Self {
        let (status, say): (_, Sentence) = match err {
            DraftError::NotOfficer => (StatusCode::FORBIDDEN, common::not_officer),
            DraftError::NoSuchPoll => (StatusCode::NOT_FOUND, text::no_such_poll),
            DraftError::NotDraft => (StatusCode::CONFLICT, text::not_draft),
            DraftError::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, text::too_large),
            DraftError::Database(err) => return err.into(),
        };
        Self::new(status, err.code(), say)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_back_as_it_was_typed() {
        for (day, hour) in [("2026-12-06", "18:00"), ("2027-01-01", "00:00"), ("2028-02-29", "23:59")] {
            let time = read_time(day, hour, Place::china()).expect("a time");
            assert_eq!(clock(time, Place::china()), (day.to_owned(), hour.to_owned()));
        }
        assert_eq!(read_time("2026-12-06", "18:00", Place::china()), Some(1_796_551_200));
        for (day, hour) in [("2026-13-01", "10:00"), ("2026-02-30", "10:00"), ("2026-12-06", "25:00"), ("", "")] {
            assert_eq!(read_time(day, hour, Place::china()), None, "{day} {hour}");
        }
    }
}
