//! The wizard's pages about one motion: its matter, question, candidates, proposal and cost.

use std::collections::BTreeSet;

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use ballot::{
    alternatives,
    id::Id,
    rule::{
        RuleBook,
        guard::{self, Warning},
    },
    statement::{Answers, Candidate},
    store::{
        place::{Matter, Place},
        polls::{Draft, DraftMotion, TITLE_MOST},
        staff::StaffMember,
    },
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    super::poll::language,
    draft::{Asking, Editing, STEPS, Then, refused},
    poll_path, show, words,
};
use crate::{
    app::App,
    markdown::{self, MarkdownError},
    problem::{Form, Path, Problem},
    session::Officer,
    text::{Lang, console as common, console_poll as text},
    view::{Field, Page, Reader, Tone, error_summary, field, notice, radio_card, step},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/c/polls/new", get(new).post(create))
        .route("/c/polls/{id}/motions", post(add))
        .route("/c/polls/{id}/motions/{motion}/alternative", post(alternative))
        .route("/c/polls/{id}/motions/{motion}/matter", get(matter).post(save_matter))
        .route("/c/polls/{id}/motions/{motion}/title", get(title).post(save_title))
        .route("/c/polls/{id}/motions/{motion}/text", get(text_).post(save_text))
        .route("/c/polls/{id}/motions/{motion}/candidates", get(candidates).post(save_candidates))
        .route("/c/polls/{id}/motions/{motion}/remove", get(confirm_remove).post(remove))
}

/// A draft with the place of one of its motions.
pub(super) struct Motion {
    pub editing: Editing,
    place: usize,
}

impl Motion {
    pub(super) async fn find(app: &App, staff: &StaffMember, (id, motion): &(String, String)) -> Result<Self, Problem> {
        let editing = Editing::find(app, staff, id).await?;
        let place = editing.draft.motions.iter().position(|known| known.id.as_str() == motion);
        Ok(Self { place: place.ok_or(Problem::NOT_FOUND)?, editing })
    }

    pub(super) fn get(&self) -> &DraftMotion {
        &self.editing.draft.motions[self.place]
    }

    pub(super) fn get_mut(&mut self) -> &mut DraftMotion {
        &mut self.editing.draft.motions[self.place]
    }

    /// The address of one of its pages.
    pub(super) fn path(&self, page: &str) -> String {
        format!("{}/{}", self.editing.path(), self.relative(page))
    }

    fn relative(&self, page: &str) -> String {
        format!("motions/{}/{page}", self.get().id)
    }

    pub(super) async fn save(
        &self,
        app: &App,
        staff: &StaffMember,
        then: Option<Then>,
        page: &str,
    ) -> Result<Response, Problem> {
        let next = format!("/{}", self.relative(page));
        self.editing.save(app, staff, then, &next).await
    }
}

#[derive(Deserialize)]
struct Chosen {
    matter: Option<Matter>,
    then: Option<Then>,
}

async fn new(State(app): State<App>, reader: Reader, Officer { staff, .. }: Officer) -> Result<Response, Problem> {
    let place = app.estate().compound(&staff.compound).await?.map_or_else(Place::china, |compound| compound.place);
    Ok(new_page(&reader, place, None))
}

fn new_page(reader: &Reader, place: Place, error: Option<&str>) -> Response {
    let lang = reader.lang;
    let errors: Vec<_> = error.map(|error| ("matter", error)).into_iter().collect();
    let body = html! {
        (step(lang, 1, STEPS))
        h1 { (text::new_title(lang)) }
        (error_summary(lang, &errors))
        p { (text::new_lead(lang)) }
        (super::place::whose(lang, place))
        form method="post" action="/c/polls/new" {
            (matters(lang, place, None))
            div .choices {
                button .btn { (text::save_next(lang)) }
                a .btn.second href="/c/polls" { (common::back(lang)) }
            }
        }
    };
    show(Page::new(reader, text::new_title(lang)), lang, &body)
}

/// Every kind of matter as a card, with what it takes to pass.
fn matters(lang: Lang, place: Place, chosen: Option<Matter>) -> Markup {
    html! {
        fieldset #matter {
            legend { (text::matter_title(lang)) }
            @for matter in Matter::ALL {
                @let (label, hint) = words::matter(lang, matter);
                @let word = word(matter);
                (radio_card("matter", &word, label, Some(hint), chosen == Some(matter)))
            }
        }
        details {
            summary { (text::thresholds_title(lang)) }
            @for matter in [Matter::UseFund, Matter::RaiseFund, Matter::Election] {
                h3 { (words::matter(lang, matter).0) }
                (thresholds(lang, place, matter))
            }
        }
    }
}

/// The word of a matter in forms, as in drafts.
fn word(matter: Matter) -> String {
    let value = serde_json::to_value(matter).ok();
    value.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}

/// What it takes to pass a matter, in words, with the article.
fn thresholds(lang: Lang, place: Place, matter: Matter) -> Markup {
    let Ok(rule) = RuleBook::of_site().resolve(&place.rule(matter, None)) else { return html! {} };
    html! {
        ul { @for line in words::thresholds(lang, &rule) { li { (line) } } }
        p .muted { (text::rule_from(lang)) " " (rule.title) " " (rule.cite.join("、")) }
    }
}

async fn create(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Form(form): Form<Chosen>,
) -> Result<Response, Problem> {
    let Some(matter) = form.matter else {
        let place = app.estate().compound(&staff.compound).await?.map_or_else(Place::china, |compound| compound.place);
        let page = new_page(&reader, place, Some(text::no_matter(reader.lang)));
        return Ok(refused("no_matter", text::no_matter, page));
    };
    let draft = Draft {
        title: String::new(),
        motions: vec![blank(&[], matter)?],
        scope: BTreeSet::new(),
        posted: app.now(),
        opens: 0,
        closes: 0,
        answers: Answers::Inspectors,
        special: false,
        left_out: String::new(),
        test: false,
    };
    let id = app.estate().create_draft(&staff, &draft, app.now(), &mut app.fresh()?).await?;
    Ok(Redirect::to(&format!("{}/motions/m1/title", poll_path(&id))).into_response())
}

/// A motion with nothing in it yet, under the first number that is free.
fn blank(taken: &[Id], matter: Matter) -> Result<DraftMotion, Problem> {
    let mut ids = (1..=100).filter_map(|number| format!("m{number}").parse::<Id>().ok());
    let id = ids.find(|id| !taken.contains(id)).ok_or(Problem::MALFORMED)?;
    Ok(DraftMotion {
        id,
        matter,
        title: String::new(),
        text: String::new(),
        attachments: BTreeSet::new(),
        has_abstain: !matter.is_election(),
        seats: matter.is_election().then_some(5),
        candidates: Vec::new(),
        rule: None,
    })
}

async fn add(
    State(app): State<App>,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let mut editing = Editing::find(&app, &staff, &id).await?;
    let taken: Vec<Id> = editing.draft.motions.iter().map(|motion| motion.id.clone()).collect();
    let motion = blank(&taken, Matter::Other)?;
    let next = format!("/motions/{}/matter", motion.id);
    editing.draft.motions.push(motion);
    editing.save(&app, &staff, None, &next).await
}

/// One more way to do the same thing, of which one prevails: both get ids that say so.
async fn alternative(
    State(app): State<App>,
    Officer { staff, .. }: Officer,
    Path(path): Path<(String, String)>,
) -> Result<Response, Problem> {
    let mut motion = Motion::find(&app, &staff, &path).await?;
    let matter = motion.get().matter;
    if matter.is_election() {
        return Err(Problem::NOT_FOUND);
    }
    let places: Vec<_> = motion.editing.draft.motions.iter().map(|known| alternatives::place(&known.id)).collect();
    let next_group = places.iter().flatten().map(|(group, _)| group + 1).max().unwrap_or(1);
    let group = alternatives::place(&motion.get().id).map_or(next_group, |(group, _)| group);
    if alternatives::place(&motion.get().id).is_none() {
        motion.get_mut().id = alternatives::id(group, 1);
    }
    let motions = &mut motion.editing.draft.motions;
    let own = |known: &DraftMotion| alternatives::place(&known.id).filter(|(number, _)| *number == group);
    let number = motions.iter().filter_map(own).map(|(_, number)| number + 1).max().unwrap_or(2);
    let last = motions.iter().rposition(|known| own(known).is_some()).unwrap_or(0);
    let added = DraftMotion { id: alternatives::id(group, number), ..blank(&[], matter)? };
    let next = format!("/motions/{}/title", added.id);
    motions.insert(last + 1, added);
    motion.editing.save(&app, &staff, None, &next).await
}

async fn matter(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(path): Path<(String, String)>,
) -> Result<Response, Problem> {
    let motion = Motion::find(&app, &staff, &path).await?;
    let (lang, place) = (reader.lang, motion.editing.place);
    let form = matters(lang, place, Some(motion.get().matter));
    let asking = Asking { at: 1, title: text::matter_title(lang), errors: &[], back: &motion.editing.path() };
    Ok(asking.page(&reader, &form))
}

async fn save_matter(
    State(app): State<App>,
    Officer { staff, .. }: Officer,
    Path(path): Path<(String, String)>,
    Form(form): Form<Chosen>,
) -> Result<Response, Problem> {
    let mut motion = Motion::find(&app, &staff, &path).await?;
    let matter = form.matter.ok_or(Problem::MALFORMED)?;
    let edited = motion.get_mut();
    if edited.matter.is_election() != matter.is_election() {
        edited.seats = matter.is_election().then_some(5);
        edited.candidates.clear();
    }
    if edited.matter != matter {
        // By-laws build on the rule of the matter that they were chosen for.
        edited.rule = None;
    }
    edited.matter = matter;
    motion.save(&app, &staff, form.then, "title").await
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
    Path(path): Path<(String, String)>,
) -> Result<Response, Problem> {
    let motion = Motion::find(&app, &staff, &path).await?;
    Ok(title_page(&reader, &motion, &motion.get().title, None))
}

fn title_page(reader: &Reader, motion: &Motion, typed: &str, error: Option<&str>) -> Response {
    let (lang, matter, place) = (reader.lang, motion.get().matter, motion.editing.place);
    let errors: Vec<_> = error.map(|error| ("title", error.to_owned())).into_iter().collect();
    let hint = if matter.is_election() { text::title_election_hint(lang) } else { text::title_hint(lang) };
    let warning = match matter {
        Matter::UseFund => Some(text::fund_warning_use(lang)),
        Matter::RaiseFund => Some(text::fund_warning_raise(lang)),
        Matter::HomeIntoBusiness => Some(text::business_warning(lang)),
        Matter::AssemblyRules
        | Matter::Covenant
        | Matter::Election
        | Matter::ReplaceMember
        | Matter::Manager
        | Matter::Rebuild
        | Matter::CommonParts
        | Matter::Other => None,
    };
    let form = html! {
        @if let Some(warning) = warning { (notice(Tone::Warn, &html! { p { (warning) } })) }
        (field(&Field {
            name: "title", label: text::title_label(lang), hint: Some(hint), value: typed, error, kind: ("text", "text", "off"),
        }))
        details open {
            summary { (text::thresholds_title(lang)) }
            (thresholds(lang, place, matter))
        }
    };
    Asking { at: 2, title: text::s_title(lang), errors: &errors, back: &motion.path("matter") }.page(reader, &form)
}

async fn save_title(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(path): Path<(String, String)>,
    Form(form): Form<Title>,
) -> Result<Response, Problem> {
    let mut motion = Motion::find(&app, &staff, &path).await?;
    let title = form.title.trim();
    if title.is_empty() || TITLE_MOST < title.chars().count() {
        let page = title_page(&reader, &motion, title, Some(text::c_bad_motion_title(reader.lang)));
        return Ok(refused("bad_motion_title", text::c_bad_motion_title, page));
    }
    title.clone_into(&mut motion.get_mut().title);
    // A poll of one motion is called like it, until somebody gives it another name.
    if motion.editing.draft.title.is_empty() {
        title.clone_into(&mut motion.editing.draft.title);
    }
    let next = if motion.get().matter.is_election() { "candidates" } else { "text" };
    motion.save(&app, &staff, form.then, next).await
}

/// What stands between the proposal and its cost in a motion's text.
const COST: &str = "\n\n## 费用和来源\n\n";

/// The proposal and its cost.
fn split(text: &str) -> (&str, &str) {
    text.rsplit_once(COST).unwrap_or((text, ""))
}

#[derive(Deserialize)]
struct Proposal {
    text: String,
    cost: String,
    abstain: Option<String>,
    then: Option<Then>,
}

async fn text_(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(path): Path<(String, String)>,
) -> Result<Response, Problem> {
    let motion = Motion::find(&app, &staff, &path).await?;
    let (proposal, cost) = split(&motion.get().text);
    text_page(&reader, &motion, (proposal, cost), &[]).await
}

async fn text_page(
    reader: &Reader,
    motion: &Motion,
    (proposal, cost): (&str, &str),
    errors: &[(&'static str, String)],
) -> Result<Response, Problem> {
    let (lang, shown) = (reader.lang, &motion.get().text);
    let rendered = markdown::show(shown).await?;
    let is_election = motion.get().matter.is_election();
    let area = |name: &'static str, label, hint, rows, value| {
        let error = errors.iter().find(|(field, _)| *field == name).map(|(_, say)| say.as_str());
        text_area(name, (label, hint), rows, value, error)
    };
    let form = html! {
        (area("text", text::text_label(lang), text::text_hint(lang), 12, proposal))
        @if !is_election {
            (area("cost", text::cost_label(lang), text::cost_hint(lang), 4, cost))
            label .card {
                input type="checkbox" name="abstain" value="yes" checked[motion.get().has_abstain];
                span { strong { (text::abstain(lang)) } span .muted { (text::abstain_hint(lang)) } }
            }
        } @else { input type="hidden" name="cost" value=""; }
        @if !shown.is_empty() {
            details { summary { (text::text_preview(lang)) } div .panel.text { (rendered) } }
        }
    };
    let back = motion.path(if is_election { "candidates" } else { "title" });
    Ok(Asking { at: 3, title: text::s_text(lang), errors, back: &back }.page(reader, &form))
}

/// Several lines to type something in.
pub(crate) fn text_area(name: &str, (label, hint): (&str, &str), rows: u8, value: &str, error: Option<&str>) -> Markup {
    html! {
        div .field {
            label for=(name) { (label) }
            p .hint id={ (name) "-hint" } { (hint) }
            @if let Some(error) = error { p .error id={ (name) "-error" } { (error) } }
            textarea #(name) name=(name) rows=(rows) aria-describedby={ (name) "-hint" } aria-invalid=[error.map(|_| "true")] {
                // The first line feed after the tag is not the text's.
                "\n" (value)
            }
        }
    }
}

async fn save_text(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(path): Path<(String, String)>,
    Form(form): Form<Proposal>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let mut motion = Motion::find(&app, &staff, &path).await?;
    let is_election = motion.get().matter.is_election();
    // Forms send CR LF; the text is kept, hashed and signed with line feeds alone.
    let [proposal, cost] = [&form.text, &form.cost].map(|text| text.replace("\r\n", "\n").trim().to_owned());
    let whole = if is_election { proposal.clone() } else { format!("{proposal}{COST}{cost}") };
    let mut errors = Vec::new();
    match markdown::check(&whole) {
        Ok(()) if proposal.is_empty() => errors.push(("text", text::c_bad_motion_text(lang).to_owned())),
        Ok(()) => {}
        Err(MarkdownError::TooDeep) => errors.push(("text", text::text_too_deep(lang).to_owned())),
        Err(MarkdownError::TooLong) => errors.push(("text", text::text_too_long(lang).to_owned())),
    }
    if cost.is_empty() && !is_election {
        errors.push(("cost", text::cost_missing(lang).to_owned()));
    }
    if !errors.is_empty() {
        let code = match markdown::check(&whole) {
            Err(MarkdownError::TooDeep) => "too_deep",
            Err(MarkdownError::TooLong) => "too_long",
            Ok(()) => "bad_motion_text",
        };
        let page = text_page(&reader, &motion, (&proposal, &cost), &errors).await?;
        return Ok(refused(code, text::c_bad_motion_text, page));
    }
    let edited = motion.get_mut();
    (edited.text, edited.has_abstain) = (whole, form.abstain.is_some() && !is_election);
    motion.save(&app, &staff, form.then, "files").await
}

#[derive(Deserialize)]
struct Standing {
    seats: String,
    candidates: String,
    then: Option<Then>,
}

async fn candidates(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(path): Path<(String, String)>,
) -> Result<Response, Problem> {
    let motion = Motion::find(&app, &staff, &path).await?;
    let seats = motion.get().seats.map_or_else(String::new, |seats| seats.to_string());
    let names: Vec<&str> = motion.get().candidates.iter().map(|candidate| candidate.name.as_str()).collect();
    Ok(candidates_page(&reader, &motion, (&seats, &names.join("\n")), &[]))
}

fn candidates_page(
    reader: &Reader,
    motion: &Motion,
    (seats, names): (&str, &str),
    errors: &[(&'static str, String)],
) -> Response {
    let lang = reader.lang;
    let error = |name: &str| errors.iter().find(|(field, _)| *field == name).map(|(_, say)| say.as_str());
    let form = html! {
        (field(&Field {
            name: "seats", label: text::seats_label(lang), hint: Some(&super::place::seats(lang, motion.editing.place)), value: seats,
            error: error("seats"), kind: ("text", "numeric", "off"),
        }))
        (text_area("candidates", (text::candidates_label(lang), text::candidates_hint(lang)), 8, names, error("candidates")))
    };
    Asking { at: 2, title: text::s_candidates(lang), errors, back: &motion.path("title") }.page(reader, &form)
}

async fn save_candidates(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(path): Path<(String, String)>,
    Form(form): Form<Standing>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let mut motion = Motion::find(&app, &staff, &path).await?;
    if !motion.get().matter.is_election() {
        return Err(Problem::NOT_FOUND);
    }
    let names: Vec<&str> = form.candidates.lines().map(str::trim).filter(|name| !name.is_empty()).collect();
    let seats = form.seats.trim().parse::<u64>().ok();
    let place = motion.editing.place;
    let mut errors = Vec::new();
    match seats {
        None => errors.push(("seats", text::bad_seats(lang).to_owned())),
        Some(seats) => {
            let size = app.estate().size(&staff.compound).await?;
            let warnings = guard::check_election(
                place.asks(),
                size,
                seats,
                &names.iter().map(ToString::to_string).collect::<Vec<_>>(),
            );
            errors.extend(warnings.iter().map(|warning| (about(warning), warning.text(place.asks(), language(lang)))));
        }
    }
    let distinct: BTreeSet<_> = names.iter().collect();
    let is_name = |name: &&str| name.chars().count() <= TITLE_MOST && ballot::json::is_record_text(name);
    if distinct.len() != names.len() || !names.iter().all(is_name) || 200 < names.len() {
        errors.push(("candidates", text::bad_candidate(lang).to_owned()));
    }
    if !errors.is_empty() {
        let page = candidates_page(&reader, &motion, (&form.seats, &form.candidates), &errors);
        return Ok(refused("bad_candidates", text::bad_candidate, page));
    }
    let mut standing = Vec::with_capacity(names.len());
    for (name, number) in names.into_iter().zip(1..) {
        let id = format!("c{number}").parse().map_err(|_| Problem::MALFORMED)?;
        standing.push(Candidate { id, name: name.to_owned() });
    }
    let edited = motion.get_mut();
    (edited.seats, edited.candidates) = (seats, standing);
    motion.save(&app, &staff, form.then, "text").await
}

/// The field that a warning about an election belongs to.
fn about(warning: &Warning) -> &'static str {
    match warning {
        Warning::TooFewCandidates | Warning::CandidateTwice { .. } => "candidates",
        _ => "seats",
    }
}

async fn confirm_remove(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(path): Path<(String, String)>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let motion = Motion::find(&app, &staff, &path).await?;
    let title = text::remove_title(lang, super::titled(lang, &motion.get().title));
    let body = html! {
        h1 { (title) }
        p { (text::remove_lead(lang)) }
        form method="post" { button .btn.danger { (text::remove_yes(lang)) } }
        p { a .btn.second href=(motion.editing.path()) { (common::back(lang)) } }
    };
    Ok(show(Page::new(&reader, &title), lang, &body))
}

async fn remove(
    State(app): State<App>,
    Officer { staff, .. }: Officer,
    Path(path): Path<(String, String)>,
) -> Result<Response, Problem> {
    let mut motion = Motion::find(&app, &staff, &path).await?;
    motion.editing.draft.motions.remove(motion.place);
    motion.editing.save(&app, &staff, Some(Then::Overview), "").await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cost_is_a_part_of_the_signed_text_and_comes_back() {
        let whole = format!("换两部{COST}共 30 万元");
        assert_eq!(split(&whole), ("换两部", "共 30 万元"));
        assert_eq!(split("换两部"), ("换两部", ""));
    }
}
