//! Pages by family: typed paths, forms, handlers and what they show.

mod acted;
mod asking;
mod audit;
mod beside;
mod check;
mod console;
mod corrected;
pub(crate) mod decisions;
mod enrol;
mod files;
mod filing;
mod health;
mod help;
mod home;
mod inspect;
mod log;
pub(crate) mod matters;
mod me;
mod mediations;
pub(crate) mod meetings;
mod mine;
pub(crate) mod motions;
pub(crate) mod notices;
pub(crate) mod older;
pub(crate) mod opinion;
mod own;
mod places;
pub(crate) mod poll;
pub(crate) mod prefs;
mod privacy;
mod proxy;
mod result;
mod rules;
pub(crate) mod search;
mod sign_in;
mod sitting;
pub(crate) mod surveys;
pub(crate) mod vote;
mod what_if;

use axum::Router;

use crate::app::App;

/// Every page; the general rate limit stands around them.
pub(crate) fn routes(app: &App) -> Router<App> {
    Router::new()
        .merge(home::routes())
        .merge(help::routes())
        .merge(prefs::routes())
        .merge(sign_in::routes(app))
        .merge(enrol::routes(app))
        .merge(sitting::routes(app))
        .merge(me::routes())
        .merge(own::routes())
        .merge(privacy::routes())
        .merge(asking::routes())
        .merge(mine::routes())
        .merge(matters::routes())
        .merge(motions::routes())
        .merge(opinion::routes())
        .merge(decisions::routes())
        .merge(places::routes())
        .merge(mediations::routes())
        .merge(meetings::routes())
        .merge(rules::routes())
        .merge(search::routes())
        .merge(notices::routes())
        .merge(surveys::routes())
        .merge(files::routes())
        .merge(console::routes())
        .merge(vote::routes())
        .merge(proxy::routes(app))
        .merge(check::routes())
        .merge(poll::routes())
        .merge(result::routes())
        .merge(filing::routes())
        .merge(audit::routes())
        .merge(inspect::routes())
        .merge(beside::routes())
        .merge(what_if::routes())
        .merge(crate::notify::routes())
}

/// What has a limit of its own, or is asked by machines of ours.
pub(crate) fn unlimited_routes() -> Router<App> {
    Router::new().merge(health::routes()).merge(vote::ballots()).merge(proxy::given()).merge(log::routes())
}

pub(crate) use motions::conclude as conclude_motions;

/// A path as a value in a query.
pub(crate) fn escape(path: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte);
    let escaped = path.bytes().map(|byte| match char::from(byte) {
        plain if is_plain(byte) => plain.to_string(),
        _ => format!("%{byte:02X}"),
    });
    escaped.collect()
}
