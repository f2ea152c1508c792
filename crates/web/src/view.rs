//! The frame of every page, and the parts that pages are made of.

mod parts;

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Uri, header, request::Parts, uri::PathAndQuery},
    response::{IntoResponse, Response},
};
use ballot::{
    hash::Hash,
    store::{ids::CompoundId, session::token_hash},
};
use maud::{DOCTYPE, Markup, html};
use serde::Deserialize;

pub(crate) use self::parts::*;
use crate::{
    app::App,
    assets,
    text::{Lang, site as text, when},
};

/// How large people want to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Size {
    #[default]
    Standard,
    Large,
    /// 长辈版
    Elder,
}

impl Size {
    pub(crate) const ALL: [Self; 3] = [Self::Standard, Self::Large, Self::Elder];

    /// As in the cookie and as the class of the whole page.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Large => "large",
            Self::Elder => "elder",
        }
    }
}

/// What a request says of its reader, before anything is asked of the database.
#[derive(Debug)]
pub(crate) struct Glance {
    lang: Lang,
    size: Size,
    estate: Option<CompoundId>,
    path: String,
    address: String,
    /// What may be a session's token, by the cookie over TLS and by that without.
    tokens: [Option<Hash>; 2],
}

impl Glance {
    pub(crate) fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        let query = uri.query().unwrap_or_default();
        let chosen = |name: &str| from_query(query, name).or_else(|| from_cookie(headers, name));
        let lang = match chosen("lang") {
            Some("en") => Lang::En,
            Some("zh") => Lang::Zh,
            _ => from_browser(headers),
        };
        let size = chosen("size").and_then(|given| Size::ALL.into_iter().find(|size| size.as_str() == given));
        Self {
            lang,
            size: size.unwrap_or_default(),
            estate: from_cookie(headers, "estate").and_then(|id| id.parse().ok()),
            path: uri.path().to_owned(),
            tokens: SESSION_COOKIES.map(|name| from_cookie(headers, name).and_then(token_hash)),
            address: uri.path_and_query().map_or("/", PathAndQuery::as_str).to_owned(),
        }
    }
}

/// Who reads a page: language, text size, where they are; and what stands on every page.
#[derive(Debug, Clone)]
pub(crate) struct Reader {
    pub lang: Lang,
    pub size: Size,
    pub path: String,
    /// Path and query.
    address: String,
    /// The estate, if it is known.
    pub compound: Option<CompoundId>,
    /// Name at the head of the page.
    pub estate: String,
    pub phone: String,
    pub service_point: String,
    /// Until when the session lasts if nothing more comes, and how many seconds that is; nothing for who has none.
    session: Option<(u64, u64)>,
}

/// The names of the session's cookie, over TLS and without.
pub(crate) const SESSION_COOKIES: [&str; 2] = ["__Host-id", "id"];

impl Reader {
    /// The reader of a glance, with the estate as the tables know it; the settings' where they do not.
    pub(crate) async fn of(glance: Glance, app: &App) -> Self {
        let Glance { lang, size, estate, path, address, tokens: [secure, plain] } = glance;
        let (now, token) = (app.now(), if app.config().is_secure { secure } else { plain });
        let until = match token {
            // Nor is a page worse for not saying it.
            Some(token) => app.estate().keep_session(&token, now).await.unwrap_or_default(),
            None => None,
        };
        // A page without the estate's name is better than none.
        let compounds = app.estate().compounds().await.unwrap_or_default();
        let named = || compounds.iter().find(|compound| Some(&compound.id) == estate.as_ref());
        let compound = match compounds.as_slice() {
            [only] => Some(only),
            _ => named(),
        };
        let config = app.config();
        let [zh, en] = &config.service_point;
        let given = if en.is_empty() { zh } else { lang.pick(zh, en) };
        let or =
            |known: Option<&String>, given: &String| known.filter(|known| !known.is_empty()).unwrap_or(given).clone();
        Self {
            estate: or(compound.map(|compound| &compound.name), &config.estate),
            phone: or(compound.map(|compound| &compound.phone), &config.phone),
            service_point: or(compound.map(|compound| &compound.service_point), given),
            compound: compound.map(|compound| compound.id.clone()),
            lang,
            size,
            path,
            address,
            session: until.map(|until| (until, until.saturating_sub(now))),
        }
    }
}

impl Reader {
    /// The same in the largest type, whatever was chosen.
    pub(crate) fn elder(self) -> Self {
        Self { size: Size::Elder, ..self }
    }
}

impl FromRequestParts<App> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self::of(Glance::of(&parts.uri, &parts.headers), app).await)
    }
}

/// A value of a query, if it has no escapes.
pub(crate) fn from_query<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query.split('&').find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name)).map(|(_, value)| value)
}

/// A cookie's value; the last of that name counts.
pub(crate) fn from_cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(key, _)| *key == name).map(|(_, value)| value).next_back()
}

/// The first of our languages that the browser names; it lists them by preference.
fn from_browser(headers: &HeaderMap) -> Lang {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let known = |tag: &str| match tag.trim().get(..2)?.to_ascii_lowercase().as_str() {
        "zh" => Some(Lang::Zh),
        "en" => Some(Lang::En),
        _ => None,
    };
    accepted.split(',').find_map(known).unwrap_or_default()
}

/// A page on its way to be shown.
pub(crate) struct Page<'a> {
    reader: &'a Reader,
    title: &'a str,
    scripts: Vec<&'static str>,
    keep: Keep,
    is_light: bool,
}

/// Who may keep a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keep {
    /// Caches, as long as they ask whether it still holds.
    Anybody,
    /// Nobody.
    Nobody,
    /// Nobody; nor is it compressed, lest its length tell something of a code that stands in it.
    Secret,
}

impl<'a> Page<'a> {
    pub(crate) fn new(reader: &'a Reader, title: &'a str) -> Self {
        Self { reader, title, scripts: Vec::new(), keep: Keep::Nobody, is_light: false }
    }

    /// With a module of `web/`, such as `pages/vote.js`.
    pub(crate) fn script(mut self, path: &'static str) -> Self {
        self.scripts.push(path);
        self
    }

    /// The same for everybody: caches may keep it and ask whether it still holds.
    pub(crate) fn public(mut self) -> Self {
        self.keep = Keep::Anybody;
        self
    }

    /// Without the styles of tables, bars and the console: for a phone on a bad network.
    pub(crate) fn light(mut self) -> Self {
        self.is_light = true;
        self
    }

    /// With a code or other secret in it.
    pub(crate) fn secret(mut self) -> Self {
        self.keep = Keep::Secret;
        self
    }

    /// Puts the body into the frame.
    #[allow(clippy::needless_pass_by_value)] // what a page is made of is written where it is shown
    pub(crate) fn show(self, body: Markup) -> Response {
        let Self { reader, title, scripts, keep, is_light } = self;
        // What an address says is said back on public pages alone.
        let back = if keep == Keep::Anybody { &reader.address } else { &reader.path };
        let session = reader.session.filter(|_| keep != Keep::Anybody);
        // Where every byte counts the page signs in again by itself.
        let warned = session.filter(|_| !is_light);
        let markup = html! {
            (DOCTYPE)
            html lang=(reader.lang.tag()) class=(reader.size.as_str()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="format-detection" content="telephone=no";
                    title { (title) " · " (reader.estate) }
                    link rel="icon" type="image/svg+xml" href=(assets::url("styles/icon.svg"));
                    link rel="stylesheet" href=(assets::url("styles/main.css"));
                    @if !is_light { link rel="stylesheet" href=(assets::url("styles/more.css")); }
                    link rel="stylesheet" media="print" href=(assets::url("styles/print.css"));
                    @if warned.is_some() { script type="module" src=(assets::url("pages/session.js")) {} }
                    @for script in &scripts {
                        script type="module" src=(assets::url(script)) {}
                    }
                }
                body {
                    a .skip href="#main" { (text::skip(reader.lang)) }
                    (head(reader, back))
                    main #main tabindex="-1" { (body) }
                    @if let Some((_, left)) = warned { (session_note(reader.lang, left)) }
                    (foot(reader, session.map(|(until, _)| until)))
                }
            }
        };
        match keep {
            Keep::Anybody => {
                let headers = [(header::CACHE_CONTROL, "no-cache"), (header::VARY, "Cookie, Accept-Language")];
                (headers, markup).into_response()
            }
            Keep::Nobody => ([(header::CACHE_CONTROL, "no-store")], markup).into_response(),
            Keep::Secret => ([(header::CACHE_CONTROL, "no-store, no-transform")], markup).into_response(),
        }
    }
}

fn head(reader: &Reader, back: &str) -> Markup {
    let lang = reader.lang;
    let (size, size_label) = match reader.size {
        Size::Elder => (Size::Standard, text::standard_size(lang)),
        Size::Standard | Size::Large => (Size::Elder, text::elder_size(lang)),
    };
    let (other, other_label) = match lang {
        Lang::Zh => (Lang::En, "English"),
        Lang::En => (Lang::Zh, "中文"),
    };
    html! {
        header {
            a .home href="/" { (reader.estate) }
            form .prefs method="post" action="/prefs" {
                input type="hidden" name="back" value=(back);
                button name="size" value=(size.as_str()) { (size_label) }
                button name="lang" value=(other.as_str()) lang=(other.tag()) { (other_label) }
            }
        }
    }
}

/// Where a script says that the session is about to end; empty until then.
fn session_note(lang: Lang, left: u64) -> Markup {
    html! {
        div #session role="status" data-left=(left) data-soon=(text::session_soon(lang)) data-keep=(text::session_keep(lang))
            data-kept=(text::session_kept(lang)) data-ended=(text::session_ended(lang))
            data-sign-in=(text::sign_in(lang)) data-failed=(text::session_failed(lang)) {}
    }
}

/// On every page in the same place and order (WCAG 2.2, 3.2.6).
fn foot(reader: &Reader, until: Option<u64>) -> Markup {
    let lang = reader.lang;
    html! {
        footer {
            h2 { (text::need_help(lang)) }
            @if !reader.phone.is_empty() {
                p { (text::call(lang)) " " a .phone href={ "tel:" (reader.phone) } { (reader.phone) } }
            }
            @if !reader.service_point.is_empty() {
                p { (text::come(lang)) " " (reader.service_point) }
            }
            p { (text::on_the_board(lang)) }
            @if let Some(until) = until { p { (text::session_until(lang, &when(lang, until))) } }
            nav aria-label=(text::more(lang)) {
                a href="/help" { (text::help(lang)) }
                a href="/check" { (text::check(lang)) }
                a href="/about/trust" { (text::trust(lang)) }
                a href="/me" { (text::me(lang)) }
                a href="/privacy" { (text::privacy(lang)) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_visit_is_in_a_language_that_the_browser_names() {
        for (accepted, expected) in [
            ("en-GB,en;q=0.9,zh;q=0.8", Lang::En),
            ("zh-TW", Lang::Zh),
            ("fr,en;q=0.5", Lang::En),
            ("", Lang::Zh),
            ("é", Lang::Zh),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, accepted.parse().expect("a value"));
            assert_eq!(from_browser(&headers), expected, "{accepted}");
        }
    }

    #[test]
    fn cookies_are_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, "a=b; lang=en; xlang=zh".parse().expect("a value"));
        assert_eq!(from_cookie(&headers, "lang"), Some("en"));
        assert_eq!(from_cookie(&headers, "size"), None);
    }
}
