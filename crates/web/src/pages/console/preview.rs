//! A draft as owners will see it: three sizes, two languages, on paper, as a notice and as a message.

use axum::{Router, extract::State, response::Response, routing::get};
use ballot::{
    rule::RuleBook,
    store::{place::Place, polls::DraftMotion},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    draft::{Editing, STEPS},
    notice::{self, Notice},
    poll::findings_list,
    show, titled, words,
};
use crate::{
    app::App,
    markdown,
    pages::vote::{Question, question, silence},
    problem::{Path, Problem},
    session::Officer,
    text::{Lang, console_poll as text, site, when},
    view::{Page, Reader, Size, Tone, notice as box_, step, summary},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/c/polls/{id}/preview", get(choose))
        .route("/c/polls/{id}/preview/{size}/{lang}", get(as_owner))
        .route("/c/polls/{id}/preview/paper", get(paper))
        .route("/c/polls/{id}/preview/notice", get(as_notice))
}

async fn choose(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let editing = Editing::find(&app, &staff, &id).await?;
    let findings = app.estate().check_draft(&staff.compound, &editing.draft, app.now()).await?;
    let path = editing.path();
    let sms = text::preview_sms_text(
        lang,
        &reader.estate,
        titled(lang, &editing.draft.title),
        &when(lang, editing.draft.closes),
    );
    let body = html! {
        (step(lang, 8, STEPS))
        h1 { (text::preview_title(lang)) }
        p { (text::preview_lead(lang)) }
        ul .links {
            @for language in [Lang::Zh, Lang::En] {
                @for size in Size::ALL {
                    li {
                        a href={ (path) "/preview/" (size.as_str()) "/" (language.as_str()) } {
                            (text::preview_as(lang, size_name(lang, size), language_name(language)))
                        }
                    }
                }
            }
            li { a href={ (path) "/preview/paper" } { (text::preview_paper(lang)) } }
            li { a href={ (path) "/preview/notice" } { (text::preview_notice(lang)) } }
        }
        h2 { (text::preview_sms(lang)) }
        p .panel { (sms) }
        (findings_list(lang, editing.place, &editing.draft, &findings))
        div .choices {
            @if !findings.iter().any(|finding| finding.is_error) { a .btn href={ (path) "/freeze" } { (text::s_sign(lang)) } }
            a .btn.second href=(path) { (text::overview(lang)) }
            a .btn.second href={ (path) "/times" } { (text::previous(lang)) }
        }
    };
    Ok(show(Page::new(&reader, text::preview_title(lang)), lang, &body))
}

fn size_name(lang: Lang, size: Size) -> &'static str {
    match size {
        Size::Standard => site::standard_size(lang),
        Size::Large => site::large_size(lang),
        Size::Elder => site::elder_size(lang),
    }
}

fn language_name(language: Lang) -> &'static str {
    language.pick("中文", "English")
}

#[derive(Deserialize)]
struct Look {
    id: String,
    size: Size,
    lang: Lang,
}

async fn as_owner(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(look): Path<Look>,
) -> Result<Response, Problem> {
    let editing = Editing::find(&app, &staff, &look.id).await?;
    let (draft, lang) = (&editing.draft, look.lang);
    // The officer's own settings stay as they are.
    let mut reader = reader;
    (reader.lang, reader.size) = (lang, look.size);
    let mut motions = Vec::with_capacity(draft.motions.len());
    for motion in &draft.motions {
        motions.push((motion, markdown::show_below(&motion.title, &motion.text).await?));
    }
    let (answers, hint) = words::answers(lang, draft.answers);
    let body = html! {
        (box_(Tone::Warn, &html! {
            p { (text::preview_banner(lang)) }
            p { a .btn.second href={ (editing.path()) "/preview" } { (text::preview_title(lang)) } }
        }))
        h1 { (titled(lang, &draft.title)) }
        p { (text::window(lang, &when(lang, draft.opens), &when(lang, draft.closes))) }
        (summary(&[(text::s_answers(lang), html! { (answers) br; span .muted { (hint) } })]))
        @for (motion, rendered) in &motions { (ballot(lang, editing.place, motion, rendered)) }
    };
    Ok(Page::new(&reader, titled(lang, &draft.title)).show(body))
}

/// A motion's text, and its question by the code of the page on which owners choose.
fn ballot(lang: Lang, place: Place, motion: &DraftMotion, rendered: &Markup) -> Markup {
    let choices = motion.choices();
    let asked = Question {
        id: motion.id.as_str(),
        title: titled(lang, &motion.title),
        choices: &choices,
        candidates: motion.standing(),
        seats: motion.seats,
        silence: silence(lang, RuleBook::of_site(), &motion.rule(place)),
    };
    html! {
        section {
            h2 { (titled(lang, &motion.title)) }
            div .text { (rendered) }
            (question(lang, &asked))
        }
    }
}

async fn paper(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let editing = Editing::find(&app, &staff, &id).await?;
    let body = html! {
        p .no-print { a .btn.second href={ (editing.path()) "/preview" } { (text::preview_title(lang)) } }
        (paper_ballot(lang, &editing))
    };
    Ok(Page::new(&reader, text::preview_paper(lang)).show(body))
}

fn paper_ballot(lang: Lang, Editing { draft, place, .. }: &Editing) -> Markup {
    let box_of = |label: &str| html! { span .tick { "☐ " (label) } };
    html! {
        article .sheet.a4 {
            p { strong { (text::sample(lang)) } }
            h1 { (text::paper_title(lang)) }
            h2 { (titled(lang, &draft.title)) }
            p { (text::window(lang, &when(lang, draft.opens), &when(lang, draft.closes))) }
            p { (text::paper_how(lang)) }
            @for motion in &draft.motions {
                section .panel {
                    h3 { (titled(lang, &motion.title)) }
                    @if let Some(silence) = silence(lang, RuleBook::of_site(), &motion.rule(*place)) { p { (silence) } }
                    @if motion.candidates.is_empty() {
                        p {
                            (box_of(text::who_for(lang))) (box_of(text::who_against(lang)))
                            @if motion.has_abstain { (box_of(text::who_abstain(lang))) }
                        }
                    } @else {
                        p { (text::ballot_each(lang, motion.seats.unwrap_or_default())) }
                        @for candidate in &motion.candidates {
                            p { strong { (candidate.name) } " " (box_of(text::who_for(lang))) (box_of(text::who_against(lang))) }
                        }
                    }
                }
            }
            (summary(&[
                (text::paper_unit(lang), html! { "____________" }),
                (text::paper_name(lang), html! { "____________" }),
                (text::paper_signature(lang), html! { "____________" }),
            ]))
            p .stub { "✂ " (text::paper_stub(lang)) " 000000" }
        }
    }
}

async fn as_notice(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let editing = Editing::find(&app, &staff, &id).await?;
    let (draft, compound) = (&editing.draft, app.estate().compound(&staff.compound).await?);
    let buildings = app.estate().buildings(&staff.compound).await?;
    let is_in = |name: &str| draft.scope.is_empty() || draft.scope.contains(name);
    let chosen = || buildings.iter().filter(|building| is_in(&building.building));
    let notice = Notice {
        poll: editing.row.id.clone(),
        compound: compound.map(|compound| compound.name).unwrap_or_default(),
        title: draft.title.clone(),
        opens: draft.opens,
        closes: draft.closes,
        motions: draft
            .motions
            .iter()
            .map(|motion| (motion.title.clone(), RuleBook::of_site().resolve(&motion.rule(editing.place)).ok()))
            .collect(),
        answers: draft.answers,
        units: chosen().map(|building| building.units).sum(),
        area: chosen().map(|building| building.area).sum(),
        holders: None,
        log_key: None,
        is_test: draft.test,
    };
    let body = html! {
        p .no-print { a .btn.second href={ (editing.path()) "/preview" } { (text::preview_title(lang)) } }
        p { strong { (text::sample(lang)) } }
        (notice::sheet(&app, &reader, &notice))
    };
    Ok(Page::new(&reader, text::preview_notice(lang)).show(body))
}
