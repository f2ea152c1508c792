//! Writing a motion, and writing it anew.

use std::collections::BTreeSet;

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use ballot::store::place::Matter;
use deliberation::{
    motion::{Cost, TextError},
    rights::Action,
    store::{Field as Wrong, MotionView, NewMotion, UseError},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::words;
use crate::{
    app::App,
    pages::matters::{Looking, by, life},
    problem::{Form, Path, Problem},
    session::Someone,
    text::{Lang, motion as text},
    view::{Field, Page, Reader, error_summary, field, radio_card},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/motions/new", get(new).post(draft)).route("/motions/{id}/revise", get(old).post(revise))
}

/// What was typed.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    kind: String,
    title: String,
    text: String,
    least: String,
    most: String,
    why: String,
}

impl Typed {
    fn of(motion: &MotionView) -> Self {
        let Some(current) = motion.versions.last() else { return Self::default() };
        let (least, most) = match current.version.cost() {
            Cost::Nothing => (0, 0),
            Cost::Fixed { cents } => (cents, cents),
            Cost::Range { least, most } => (least, most),
        };
        let plain = |cents: u64| {
            if cents.is_multiple_of(100) {
                (cents / 100).to_string()
            } else {
                format!("{}.{:02}", cents / 100, cents % 100)
            }
        };
        Self {
            kind: code(motion.row.kind),
            title: current.version.title().to_owned(),
            text: current.version.text().to_owned(),
            least: plain(least),
            most: plain(most),
            why: String::new(),
        }
    }

    /// # Errors
    /// The field that is not as it must be.
    fn read(&self) -> Result<NewMotion, UseError> {
        let wrong = UseError::Text(TextError::Cost);
        let (Some(least), Some(most)) = (cents(&self.least), cents(&self.most)) else { return Err(wrong) };
        let cost = match (least, most) {
            (0, 0) => Cost::Nothing,
            (least, most) if least == most => Cost::Fixed { cents: least },
            (least, most) => Cost::Range { least, most },
        };
        let kind = Matter::ALL.into_iter().find(|kind| code(*kind) == self.kind);
        Ok(NewMotion {
            kind: kind.ok_or(UseError::Field(Wrong::Scope))?,
            title: self.title.clone(),
            text: self.text.clone(),
            cost,
            attachments: BTreeSet::new(),
        })
    }
}

/// The word of a kind in forms.
fn code(kind: Matter) -> String {
    serde_json::to_value(kind).ok().and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Yuan with at most two decimals, in hundredths; nothing typed is nothing.
fn cents(typed: &str) -> Option<u64> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Some(0);
    }
    let (whole, part) = typed.split_once('.').unwrap_or((typed, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(part) || 2 < part.len() {
        return None;
    }
    let part: u64 = format!("{part:0<2}").parse().ok()?;
    whole.parse::<u64>().ok()?.checked_mul(100)?.checked_add(part)
}

type Refused = Option<(&'static str, Problem)>;

fn page(reader: &Reader, (title, action): (&str, &str), is_new: bool, typed: &Typed, refused: Refused) -> Response {
    let lang = reader.lang;
    let error = refused.map(|(field, problem)| (field, (problem.say)(lang)));
    let body = html! {
        h1 { (title) }
        (error_summary(lang, error.as_slice()))
        form method="post" action=(action) { (fields(lang, is_new, typed, error)) button .btn { (text::save(lang)) } }
        p { a .btn.second href="/motions" { (text::back(lang)) } }
    };
    let page = Page::new(reader, title).show(body);
    match refused {
        Some((_, problem)) => problem.on(page),
        None => page,
    }
}

fn fields(lang: Lang, is_new: bool, typed: &Typed, error: Option<(&str, &'static str)>) -> Markup {
    let wrong = |name: &str| error.filter(|(field, _)| *field == name).map(|(_, say)| say);
    let line = |name, label, hint, value, mode| {
        field(&Field { name, label, hint, value, error: wrong(name), kind: ("text", mode, "off") })
    };
    html! {
        @if is_new {
            fieldset #kind {
                legend { (text::kind_field(lang)) }
                @for kind in Matter::ALL.into_iter().filter(|kind| *kind != Matter::Election) {
                    @let (label, hint) = crate::pages::console::matter(lang, kind);
                    (radio_card("kind", &code(kind), label, Some(hint), typed.kind == code(kind)))
                }
            }
        } @else {
            input type="hidden" name="kind" value=(typed.kind);
        }
        (line("title", text::title_field(lang), Some(text::title_hint(lang)), &typed.title, "text"))
        div .field {
            label for="text" { (text::text_field(lang)) }
            p .hint #text-hint { (text::text_hint(lang)) }
            @if let Some(error) = wrong("text") { p .error #text-error { (error) } }
            textarea #text name="text" rows="10" maxlength="8000" aria-describedby="text-hint"
                aria-invalid=[wrong("text").map(|_| "true")] { "\n" (typed.text) }
        }
        (line("least", text::cost_least(lang), Some(text::cost_hint(lang)), &typed.least, "decimal"))
        (line("most", text::cost_most(lang), None, &typed.most, "decimal"))
        @if !is_new { (line("why", text::why_field(lang), Some(text::why_hint(lang)), &typed.why, "text")) }
    }
}

/// The field that an error is about.
fn field_of(error: &UseError) -> &'static str {
    match error {
        UseError::Text(TextError::Title) => "title",
        UseError::Text(TextError::Cost) => "least",
        UseError::Field(Wrong::Reason) => "why",
        UseError::Field(Wrong::Scope) => "kind",
        _ => "text",
    }
}

async fn new(State(app): State<App>, reader: Reader, Someone(viewer): Someone) -> Result<Response, Problem> {
    let by = by(&viewer);
    if !life(&app).may(&by, Action::SubmitMotion, app.now()).await? {
        return Err(Problem::NOT_FOUND);
    }
    let title = text::new(reader.lang);
    Ok(page(&reader, (title, "/motions/new"), true, &Typed::default(), None))
}

async fn draft(
    State(app): State<App>,
    reader: Reader,
    Someone(viewer): Someone,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let by = by(&viewer);
    let made = match typed.read() {
        Ok(new) => life(&app).draft_motion(&by, &new, app.now(), &mut app.fresh()?).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(id) => Ok(Redirect::to(&super::path(&id)).into_response()),
        Err(error) => {
            let refused = Some((field_of(&error), refusal(error)?));
            Ok(page(&reader, (text::new(reader.lang), "/motions/new"), true, &typed, refused))
        }
    }
}

fn refusal(error: UseError) -> Result<Problem, Problem> {
    match error {
        UseError::Field(Wrong::Scope) => {
            Ok(Problem::new(axum::http::StatusCode::UNPROCESSABLE_ENTITY, "kind", text::e_kind))
        }
        error => words::refusal(error),
    }
}

async fn old(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let motion = super::find(&app, &Looking::of(&reader, Some(&someone))?, &id).await?;
    let action = format!("{}/revise", super::path(&motion.row.id));
    Ok(page(&reader, (text::revise(reader.lang), &action), false, &Typed::of(&motion), None))
}

async fn revise(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let motion = super::find(&app, &Looking::of(&reader, Some(&someone))?, &id).await?;
    let path = super::path(&motion.row.id);
    let by = by(&someone.0);
    let made = match typed.read() {
        Ok(new) => life(&app).revise_motion(&by, &motion.row.id, &new, &typed.why, app.now()).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(_) => Ok(Redirect::to(&path).into_response()),
        Err(error) => {
            let refused = Some((field_of(&error), refusal(error)?));
            Ok(page(&reader, (text::revise(reader.lang), &format!("{path}/revise")), false, &typed, refused))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_has_at_most_two_decimals() {
        for (typed, expected) in [
            ("", Some(0)),
            ("0", Some(0)),
            ("80000", Some(8_000_000)),
            (" 12.5 ", Some(1250)),
            ("12.05", Some(1205)),
            ("12.345", None),
            ("-1", None),
            ("1e3", None),
            ("八万", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(cents(typed), expected, "{typed}");
        }
    }
}
