//! What officers put beside a record: a draw, and the official result.

use std::collections::BTreeSet;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Multipart, State, multipart::MultipartRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use ballot::{
    beside::Witness,
    id::{Id, PollId},
    statement::{Motion, MotionResult},
    store::{
        place::Place,
        polls::{Draw, ReportError},
        staff::StaffMember,
    },
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    super::poll::Live,
    acts,
    draft::{read_time, refused},
    motion::text_area,
    poll_path, show,
};
use crate::{
    app::App,
    problem::{Form, Path, Problem},
    session::Officer,
    text::{Sentence, console as common, console_poll, law as text},
    view::{Field, Page, Reader, Tone, error_summary, field, notice},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/c/polls/{id}/lot/{motion}", get(lot_form).post(lot))
        .route("/c/polls/{id}/official", get(official_form).post(official))
        .route("/c/polls/{id}/official/file", post(official_upload).layer(DefaultBodyLimit::max(UPLOAD)))
}

/// The largest request with a file of the official result.
const UPLOAD: usize = 1 << 20;

/// Who is equal at the last seat: number and name.
type Tied = Vec<(Id, String)>;

/// A poll of the officer's own estate with its signed result.
struct Counted {
    id: PollId,
    title: String,
    motions: Vec<Motion>,
    results: Vec<MotionResult>,
    closes: u64,
}

impl Counted {
    async fn find(app: &App, staff: &StaffMember, id: &str) -> Result<Self, Problem> {
        let id: PollId = id.parse().map_err(|_| Problem::NOT_FOUND)?;
        let row = app.estate().poll(&staff.compound, &id).await?.ok_or(Problem::NOT_FOUND)?;
        let live = Live::find(app, &id).await?;
        let (motions, results, closes) = live.log.read(|state, _| {
            let results = state.result().map(|(_, sheet)| sheet.results.clone());
            (state.manifest().motions.clone(), results, state.manifest().closes)
        });
        let results = results.ok_or(Problem::new(StatusCode::CONFLICT, "no_result", text::beside_no_result))?;
        Ok(Self { id, title: row.title, motions, results, closes })
    }

    /// Who is tied in an election, by number and name, and how many seats are left for them.
    fn tie(&self, motion: &str) -> Result<(Id, Tied, u64), Problem> {
        let no_tie = Problem::new(StatusCode::CONFLICT, "no_tie", text::beside_no_tie);
        let motion = self.motions.iter().find(|known| known.id.as_str() == motion).ok_or(Problem::NOT_FOUND)?;
        let result = self.results.iter().find(|result| result.motion == motion.id);
        let Some(round) = result.filter(|result| result.outcome == "tie_lot").and_then(|result| result.rounds.last())
        else {
            return Err(no_tie);
        };
        let tied = round.tied.iter().flatten();
        let name = |id: &Id| {
            let found = motion.candidates.iter().flatten().find(|one| one.id == *id);
            (id.clone(), found.map_or_else(|| id.to_string(), |one| one.name.clone()))
        };
        let elected = round.elected.as_ref().map_or(0, Vec::len) as u64;
        Ok((motion.id.clone(), tied.map(name).collect(), round.seats.unwrap_or(0).saturating_sub(elected)))
    }
}

#[derive(Deserialize, Default)]
struct Drawing {
    drawn: String,
    method: String,
    when: String,
    witnesses: String,
}

async fn lot_form(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path((id, motion)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let counted = Counted::find(&app, &staff, &id).await?;
    let (_, tied, seats) = counted.tie(&motion)?;
    Ok(lot_page(&reader, &counted, (&tied, seats), &Drawing::default(), None))
}

/// What is wrong, and in which field.
type Wrong = (&'static str, Sentence);

fn lot_page(
    reader: &Reader,
    counted: &Counted,
    (tied, seats): (&[(Id, String)], u64),
    typed: &Drawing,
    wrong: Option<Wrong>,
) -> Response {
    let lang = reader.lang;
    let errors: Vec<_> = wrong.map(|(name, say)| (name, say(lang))).into_iter().collect();
    let error = |name| errors.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
    let names: Vec<String> = tied.iter().map(|(id, name)| format!("{id} {name}")).collect();
    let names = names.join(lang.pick("、", "; "));
    let line = |name, label, hint, value| {
        field(&Field { name, label, hint: Some(hint), value, error: error(name), kind: ("text", "text", "off") })
    };
    let drawn = (text::lot_drawn(lang), &*text::lot_drawn_hint(lang, &names));
    let witnesses = (text::lot_witnesses(lang), text::lot_witnesses_hint(lang));
    let body = html! {
        h1 { (text::lot_title(lang)) }
        p { strong { (counted.title) } }
        (error_summary(lang, &errors))
        (notice(Tone::Warn, &html! { p { (text::lot_due(lang, seats, &names)) } }))
        p { (text::lot_lead(lang)) }
        form method="post" {
            (text_area("drawn", drawn, 3, &typed.drawn, error("drawn")))
            (line("method", text::lot_method(lang), text::lot_method_hint(lang), &typed.method))
            (line("when", text::lot_when(lang), text::lot_when_hint(lang), &typed.when))
            (text_area("witnesses", witnesses, 3, &typed.witnesses, error("witnesses")))
            button .btn { (console_poll::s_sign(lang)) }
        }
        p { a .btn.second href=(poll_path(&counted.id)) { (common::back(lang)) } }
    };
    show(Page::new(reader, text::lot_title(lang)), lang, &body)
}

/// The lines of a form; empty ones say nothing.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// The draw as it was typed, for as many seats as the tie leaves; `now`: it lies between the close and this.
fn read_draw(
    form: &Drawing,
    motion: Id,
    (tied, seats): (&[(Id, String)], u64),
    (place, closes, now): (Place, u64, u64),
) -> Result<Draw, Wrong> {
    let drawn = |line: &str| line.split_whitespace().next()?.parse::<Id>().ok();
    let drawn: Vec<Id> = lines(&form.drawn).map(drawn).collect::<Option<_>>().unwrap_or_default();
    let apart: BTreeSet<_> = drawn.iter().collect();
    if drawn.len() as u64 != seats
        || apart.len() != drawn.len()
        || !drawn.iter().all(|id| tied.iter().any(|(one, _)| one == id))
    {
        return Err(("drawn", text::lot_bad_drawn));
    }
    let method = form.method.trim();
    if !(1..=500).contains(&method.chars().count()) {
        return Err(("method", text::lot_bad_method));
    }
    let when = form.when.trim().split_once(' ').and_then(|(day, hour)| read_time(day, hour, place));
    let drawn_at = when.filter(|at| (closes..=now).contains(at)).ok_or(("when", text::lot_bad_when as Sentence))?;
    let witness = |line: &str| {
        let (name, role) = line.split_once(['，', ','])?;
        let (name, role) = (name.trim(), role.trim());
        (!name.is_empty() && !role.is_empty()).then(|| Witness { name: name.to_owned(), role: role.to_owned() })
    };
    let witnesses: Option<Vec<Witness>> = lines(&form.witnesses).map(witness).collect();
    let witnesses = witnesses.filter(|named| (2..=20).contains(&named.len()));
    let witnesses = witnesses.ok_or(("witnesses", text::lot_bad_witnesses as Sentence))?;
    Ok(Draw { motion, drawn, drawn_at, method: method.to_owned(), witnesses })
}

async fn lot(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path((id, motion)): Path<(String, String)>,
    Form(form): Form<Drawing>,
) -> Result<Response, Problem> {
    let counted = Counted::find(&app, &staff, &id).await?;
    let (motion, tied, seats) = counted.tie(&motion)?;
    let place = app.estate().compound(&staff.compound).await?.ok_or(Problem::NOT_FOUND)?.place;
    let wrong = match read_draw(&form, motion, (&tied, seats), (place, counted.closes, app.now())) {
        Ok(draw) => match app.estate().propose_lot(&staff, &counted.id, draw, app.now(), &mut app.fresh()?).await {
            Ok(act) => {
                app.notify();
                return Ok(Redirect::to(&acts::path(&act)).into_response());
            }
            Err(ReportError::Text | ReportError::Lot(_)) => ("drawn", text::lot_bad as Sentence),
            Err(err) => return Err(err.into()),
        },
        Err(wrong) => wrong,
    };
    let page = lot_page(&reader, &counted, (&tied, seats), &form, Some(wrong));
    Ok(refused("bad_lot", wrong.1, page))
}

#[derive(Deserialize, Default)]
struct Import {
    system: String,
    content: String,
}

async fn official_form(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let counted = Counted::find(&app, &staff, &id).await?;
    let place = app.estate().compound(&staff.compound).await?.ok_or(Problem::NOT_FOUND)?.place;
    let why = super::place::channel_notice(reader.lang, place.asks());
    Ok(official_page(&reader, &counted, &why, &Import::default(), None))
}

fn official_page(
    reader: &Reader,
    counted: &Counted,
    why: &Markup,
    typed: &Import,
    error: Option<(&'static str, &str)>,
) -> Response {
    let lang = reader.lang;
    let errors: Vec<_> = error.into_iter().collect();
    let of = |name: &str| error.filter(|(field, _)| *field == name).map(|(_, say)| say);
    let ids: Vec<&str> = counted.motions.iter().map(|motion| motion.id.as_str()).collect();
    let body = html! {
        h1 { (text::official_title(lang)) }
        p { strong { (counted.title) } }
        (why)
        (error_summary(lang, &errors))
        p { (text::official_lead(lang)) }
        form method="post" action={ (poll_path(&counted.id)) "/official" } {
            (field(&Field {
                name: "system", label: text::official_system(lang), hint: Some(text::official_system_hint(lang)),
                value: &typed.system, error: of("system"), kind: ("text", "text", "off"),
            }))
            p { (text::official_motions(lang, &ids.join(lang.pick("、", ", ")))) }
            (text_area("content", (text::official_content(lang), text::official_form(lang)), 12, &typed.content, of("content")))
            button .btn { (text::official_go(lang)) }
        }
        h2 { (text::official_file_title(lang)) }
        p { (text::official_file_lead(lang)) }
        form method="post" action={ (poll_path(&counted.id)) "/official/file" } enctype="multipart/form-data" {
            div .field {
                label for="file-system" { (text::official_system(lang)) }
                input #file-system name="system" type="text" value=(typed.system) autocomplete="off";
            }
            div .field {
                label for="file" { (text::official_file_label(lang)) }
                @if let Some(error) = of("file") { p .error #file-error { (error) } }
                input #file name="file" type="file" accept=".csv,.json,text/csv,application/json" aria-invalid=[of("file").map(|_| "true")];
            }
            button .btn.second { (text::official_go(lang)) }
        }
        p { a .btn.second href=(poll_path(&counted.id)) { (common::back(lang)) } }
    };
    show(Page::new(reader, text::official_title(lang)), lang, &body)
}

async fn official(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
    Form(form): Form<Import>,
) -> Result<Response, Problem> {
    let counted = Counted::find(&app, &staff, &id).await?;
    // Forms send CR LF; kept and hashed is what was pasted, with line feeds alone.
    let bytes = form.content.replace("\r\n", "\n").into_bytes();
    import(&app, (&reader, &staff), &counted, &form, ("content", bytes)).await
}

/// The same with the file itself, which is kept and hashed as it is.
async fn official_upload(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let counted = Counted::find(&app, &staff, &id).await?;
    let mut form = form.map_err(|_| Problem::MALFORMED)?;
    let refuse = |err: axum::extract::multipart::MultipartError| match err.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TOO_LARGE,
        _ => Problem::MALFORMED,
    };
    let (mut typed, mut bytes) = (Import::default(), Vec::new());
    while let Some(field) = form.next_field().await.map_err(refuse)? {
        match field.name() {
            Some("system") => typed.system = field.text().await.map_err(refuse)?,
            Some("file") => bytes = field.bytes().await.map_err(refuse)?.to_vec(),
            _ => {}
        }
    }
    import(&app, (&reader, &staff), &counted, &typed, ("file", bytes)).await
}

/// Puts an official result up for signing, or gives the form back with what is wrong in which field.
async fn import(
    app: &App,
    (reader, staff): (&Reader, &StaffMember),
    counted: &Counted,
    form: &Import,
    (source, bytes): (&'static str, Vec<u8>),
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let place = app.estate().compound(&staff.compound).await?.ok_or(Problem::NOT_FOUND)?.place;
    let why = super::place::channel_notice(lang, place.asks());
    let named = (form.system.trim(), "official-result");
    let proposed = app.estate().propose_official(staff, &counted.id, named, bytes, app.now(), &mut app.fresh()?).await;
    match proposed {
        Ok(act) => {
            app.notify();
            Ok(Redirect::to(&acts::path(&act)).into_response())
        }
        Err(ReportError::File(err)) => {
            let say = text::official_bad(lang, &err.to_string());
            let page = official_page(reader, counted, &why, form, Some((source, &say)));
            Ok(refused("bad_file", text::official_title, page))
        }
        Err(ReportError::Text) => {
            let page = official_page(reader, counted, &why, form, Some(("system", text::official_bad_text(lang))));
            Ok(refused("bad_text", text::official_bad_text, page))
        }
        Err(err) => Err(err.into()),
    }
}

impl From<ReportError> for Problem {
    fn from(err: ReportError) -> Self {
        let (status, say): (_, Sentence) = match err {
            ReportError::NotOfficer => (StatusCode::FORBIDDEN, common::not_officer),
            ReportError::NoSuchPoll => return Self::NOT_FOUND,
            ReportError::NoResult => (StatusCode::CONFLICT, text::beside_no_result),
            ReportError::NoTie => (StatusCode::CONFLICT, text::beside_no_tie),
            ReportError::Lot(_) => (StatusCode::UNPROCESSABLE_ENTITY, text::lot_bad),
            ReportError::File(_) | ReportError::Text => (StatusCode::UNPROCESSABLE_ENTITY, text::official_bad_text),
            ReportError::Count => (StatusCode::INTERNAL_SERVER_ERROR, console_poll::count_failed),
            ReportError::Database(err) => return err.into(),
        };
        Self::new(status, err.code(), say)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_of_a_draw_is_said_at_its_field() {
        type Change = fn(&mut Drawing);
        let tied: Vec<(Id, String)> = ["c5", "c6", "c7"].map(|id| (id.parse().expect("an id"), id.to_owned())).into();
        let right = || Drawing {
            drawn: "c6 袁淑芬\n\nc5\n".to_owned(),
            method: "纸条".to_owned(),
            when: "2026-12-07 10:00".to_owned(),
            witnesses: "王芳，业主\n李明, 居委会 ".to_owned(),
        };
        let place = Place::china();
        let at = read_time("2026-12-07", "10:00", place).expect("a time");
        let read = |form: &Drawing, closes, now| {
            let read = read_draw(form, "m1".parse().expect("an id"), (&tied, 2), (place, closes, now));
            read.map_err(|(field, _)| field)
        };
        let draw = read(&right(), at, at).expect("a draw");
        assert_eq!(draw.drawn.iter().map(Id::as_str).collect::<Vec<_>>(), ["c6", "c5"], "in the order drawn");
        assert_eq!((draw.witnesses[1].name.as_str(), draw.witnesses[1].role.as_str()), ("李明", "居委会"));
        assert_eq!(read(&right(), at + 1, at + 2).err(), Some("when"), "before the close");
        assert_eq!(read(&right(), at - 2, at - 1).err(), Some("when"), "later than now");

        let faults: [(&str, &str, Change); 9] = [
            ("one too few", "drawn", |form| "c5".clone_into(&mut form.drawn)),
            ("one too many", "drawn", |form| "c5\nc6\nc7".clone_into(&mut form.drawn)),
            ("one twice", "drawn", |form| "c5\nc5".clone_into(&mut form.drawn)),
            ("one who is not tied", "drawn", |form| "c5\nc1".clone_into(&mut form.drawn)),
            ("a name alone", "drawn", |form| "袁淑芬\nc5".clone_into(&mut form.drawn)),
            ("no way of drawing", "method", |form| " ".clone_into(&mut form.method)),
            ("no such day", "when", |form| "2026-02-30 10:00".clone_into(&mut form.when)),
            ("one witness", "witnesses", |form| "王芳，业主".clone_into(&mut form.witnesses)),
            ("a witness without a role", "witnesses", |form| "王芳，业主\n李明".clone_into(&mut form.witnesses)),
        ];
        for (why, field, change) in faults {
            let mut form = right();
            change(&mut form);
            assert_eq!(read(&form, at, at).err(), Some(field), "{why}");
        }
    }
}
