//! How fast the lists come in a community of many years: 100,000 matters, a million comments and reactions.
//!
//!     cargo run --release -p heyi-tests --example community [MATTERS [REQUESTS]]
//!
//! On SQLite, every list asked for by an owner and by an officer through all layers of the service, without a network, one
//! request at a time. docs/performance.md holds what was measured; that no list reads a whole table, and that none asks
//! more the longer it is, tests/it/web/queries.rs shows.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Instant,
};

use anyhow::{Context as _, ensure};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{Request, header},
};
use ballot::store::session::Token;
use deliberation::store::Deliberation;
use heyi::{app::App, config::Flags, notify::Outbox};
use heyi_tests::{
    crowd::{Crowd, LISTS, fill},
    databases::{Kind, TestDatabase},
    estate::{TestDevice, TestEstate, register},
    load::percentile,
};
use tower::ServiceExt as _;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<u64>().context("a number"));
    let matters = arguments.next().unwrap_or(Ok(100_000))?;
    let requests = arguments.next().unwrap_or(Ok(50))?;

    let database = TestDatabase::new(Kind::Sqlite).await;
    let estate = TestEstate::new(&database).await;
    estate.apply(register()).await;
    let letters = estate.letters().await;
    let owner = estate.enrol(&letters["王芳"], TestDevice::new()).await?.0;
    let subject = estate.viewer(&owner.token, estate.now()).await.context("signed in")?.subject().to_string();
    let crowd = Crowd::of(matters);
    let start = Instant::now();
    fill(&estate.database, &estate.compound, &subject, &crowd).await?;
    let indexed = Deliberation::new(estate.estate.clone()).reindex(&estate.compound).await?;
    println!("{crowd:?}, {indexed} texts indexed: written in {:.0?}", start.elapsed());

    let clock = estate.clock.clone();
    let config = Flags::given([]).load(|_| None)?;
    let app = App::new(config, estate.estate.clone(), Arc::new(move || clock.now()), Outbox::Sent);
    let router = app.router_with(Router::new());
    println!("{:<43} {:>10} {:>10} {:>10}", "", "fastest", "median", "slowest");
    for (role, token) in [("owner", &owner.token), ("officer", &estate.officers[0].token)] {
        for path in LISTS {
            let mut times = Vec::new();
            for number in 0..requests {
                let start = Instant::now();
                if ask(&router, path, token, number).await? {
                    times.push(start.elapsed());
                }
            }
            if !times.is_empty() {
                let [first, median, last] =
                    [0, 50, 100].map(|percent| format!("{:.1?}", percentile(&mut times, percent)));
                println!("{role:<8} {path:<34} {first:>10} {median:>10} {last:>10}");
            }
        }
    }
    Ok(())
}

/// Asks for a page, and says whether it is there for this person.
async fn ask(router: &Router, path: &str, token: &Token, number: u64) -> anyhow::Result<bool> {
    // From many places, so that nobody is slowed down.
    let client = SocketAddr::from((Ipv4Addr::from_bits(u32::try_from(number)? + 1), 1));
    let request = Request::builder()
        .uri(path)
        .header(header::ACCEPT, "text/html")
        .header(header::COOKIE, format!("id={}", token.reveal()))
        .extension(ConnectInfo(client))
        .body(Body::empty())?;
    let answer = router.clone().oneshot(request).await?;
    let is_there = answer.status().is_success();
    ensure!(is_there || answer.status().is_client_error(), "{path}: {}", answer.status());
    to_bytes(answer.into_body(), usize::MAX).await?;
    Ok(is_there)
}
