//! How to vote, why to trust the count, and what to do without a network.

use axum::{Router, response::Response, routing::get};
use maud::{Markup, html};

use crate::{
    app::App,
    text::{Lang, help as text, site},
    view::{Page, Reader, Size},
};

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/help", get(help)).route("/about/trust", get(trust)).route("/offline", get(offline))
}

async fn help(reader: Reader) -> Response {
    let lang = reader.lang;
    let body = html! {
        h1 { (site::help(lang)) }
        (sections(&[
            (text::how_title(lang), &[text::how_1(lang), text::how_2(lang), text::how_3(lang)]),
            (text::change_title(lang), &[text::change(lang)]),
            (text::lost_title(lang), &[text::lost(lang)]),
            (text::paper_title(lang), &[text::paper(lang), text::assisted(lang)]),
            (text::co_owner_title(lang), &[text::co_owner(lang)]),
        ]))
        h2 { (text::size_title(lang)) }
        (sizes(&reader))
    };
    Page::new(&reader, site::help(lang)).public().show(body)
}

/// Headings with their paragraphs.
fn sections(sections: &[(&str, &[&str])]) -> Markup {
    html! {
        @for (title, paragraphs) in sections {
            h2 { (title) }
            @for paragraph in *paragraphs { p { (paragraph) } }
        }
    }
}

/// The three sizes as buttons that say which one is on.
pub(crate) fn sizes(reader: &Reader) -> Markup {
    let label = |lang: Lang, size: Size| match size {
        Size::Standard => site::standard_size(lang),
        Size::Large => site::large_size(lang),
        Size::Elder => site::elder_size(lang),
    };
    html! {
        form .choices method="post" action="/prefs" {
            input type="hidden" name="back" value=(reader.path);
            @for size in Size::ALL {
                button .btn.second name="size" value=(size.as_str()) aria-pressed=(if size == reader.size { "true" } else { "false" }) {
                    (label(reader.lang, size))
                }
            }
        }
    }
}

async fn trust(reader: Reader) -> Response {
    let lang = reader.lang;
    let body = html! {
        h1 { (site::trust(lang)) }
        p { (text::trust_lead(lang)) }
        (sections(&[
            (text::yours_title(lang), &[text::yours_1(lang), text::yours_2(lang)]),
            (text::all_title(lang), &[text::all_1(lang), text::all_2(lang)]),
            (text::nobody_title(lang), &[text::nobody_1(lang), text::nobody_2(lang)]),
            (text::cannot_title(lang), &[text::cannot(lang)]),
        ]))
        (programs(lang))
    };
    Page::new(&reader, site::trust(lang)).public().show(body)
}

/// The way to the API for whoever writes a program.
pub(super) fn programs(lang: Lang) -> Markup {
    html! {
        h2 { (text::programs_title(lang)) }
        p { (text::programs(lang)) " " a href="/api/v1/openapi.json" { (text::programs_link(lang)) } }
    }
}

/// Kept by the service worker; no names on it.
async fn offline(reader: Reader) -> Response {
    let lang = reader.lang;
    let body = html! {
        h1 { (text::offline_title(lang)) }
        p { (text::offline(lang)) }
        p { a .btn href="/receipt" { (text::offline_receipts(lang)) } }
    };
    Page::new(&reader, text::offline_title(lang)).public().show(body)
}
