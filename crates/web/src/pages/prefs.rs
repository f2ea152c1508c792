//! Language and text size: two cookies, set without scripts.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use serde::Deserialize;

use crate::{
    app::App,
    problem::{Form, Problem},
    text::Lang,
    view::{Size, from_query},
};

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/prefs", post(set))
}

#[derive(Deserialize)]
struct Choice {
    size: Option<Size>,
    lang: Option<Lang>,
    back: String,
}

async fn set(State(_): State<App>, Form(choice): Form<Choice>) -> Result<Response, Problem> {
    let mut response = Redirect::to(local(&choice.back).unwrap_or("/")).into_response();
    let headers = response.headers_mut();
    if let Some(size) = choice.size {
        headers.append(header::SET_COOKIE, cookie("size", size.as_str())?);
    }
    if let Some(lang) = choice.lang {
        headers.append(header::SET_COOKIE, cookie("lang", lang.as_str())?);
    }
    Ok(response)
}

/// Keeps `?size=` and `?lang=` of a link, such as one from another app's care mode.
pub(crate) fn remember(query: &str, headers: &mut HeaderMap) {
    let size = from_query(query, "size").and_then(|size| Size::ALL.into_iter().find(|known| known.as_str() == size));
    let lang = from_query(query, "lang")
        .and_then(|lang| [Lang::Zh, Lang::En].into_iter().find(|known| known.as_str() == lang));
    let chosen = [size.map(|size| cookie("size", size.as_str())), lang.map(|lang| cookie("lang", lang.as_str()))];
    for cookie in chosen.into_iter().flatten().flatten() {
        headers.append(header::SET_COOKIE, cookie);
    }
}

fn cookie(name: &str, value: &str) -> Result<HeaderValue, Problem> {
    let line = format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly");
    HeaderValue::from_str(&line).map_err(|err| Problem::internal(&err))
}

/// A path of ours to go back to: nobody is led elsewhere. Choices in its query give way to the new.
fn local(back: &str) -> Option<&str> {
    let is_ours = back.starts_with('/') && !back.starts_with("//") && !back.contains('\\');
    let is_plain = back.bytes().all(|byte| byte.is_ascii_graphic());
    let (path, query) = back.split_once('?').unwrap_or((back, ""));
    let chooses = ["size", "lang"].iter().any(|name| from_query(query, name).is_some());
    (is_ours && is_plain).then_some(if chooses { path } else { back })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_only_goes_back_to_a_page_of_ours() {
        for (back, expected) in [
            ("/check?c=7K4P-9QXM-2RTD", Some("/check?c=7K4P-9QXM-2RTD")),
            ("/help?size=elder", Some("/help")),
            ("//evil.example", None),
            ("/\\evil.example", None),
            ("https://evil.example", None),
            ("/\r\nSet-Cookie: a", None),
            ("", None),
        ] {
            assert_eq!(local(back), expected, "{back}");
        }
    }
}
