//! What the lists cost the database: as many queries however long they are, and none that reads a whole table.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{Method, StatusCode},
};
use ballot::store::{session::Token, staff::Role};
use deliberation::store::Deliberation;
use heyi_tests::{
    crowd::{Crowd, LISTS, fill},
    databases::{Kind, TestDatabase},
    estate::{TestEstate, register},
};
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};

use super::{Site, from_browser};

/// Tables that grow with the years; what an estate has a few dozen of may be read whole.
const GROWING: &[&str] = &[
    "matter",
    "submitter",
    "step",
    "remark",
    "statement",
    "reaction",
    "motion",
    "motion_version",
    "notice",
    "notice_board",
    "decision",
    "agenda_item",
    "task",
    "news",
    "event",
    "search_entry",
    "attachment",
    "act",
    "outbox",
    "register_version",
    "ownership",
    "register_unit",
    "person",
];

/// How many clients have asked.
static CLIENTS: AtomicU32 = AtomicU32::new(1);

/// What was asked of a database since it was last looked at.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<Statement>>>);

impl Heard {
    fn take(&self) -> Vec<Statement> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A site, people there by their roles, and what it asks of its database.
type Crowded = (Site, BTreeMap<&'static str, Token>, Heard);

/// With so many matters, and the rest in proportion.
async fn crowded(matters: u64) -> Crowded {
    let heard = Heard::default();
    let database = TestDatabase::new(Kind::Sqlite).await;
    let mut open = database.open().await;
    let listener = heard.clone();
    open.listen(move |statement| listener.0.lock().unwrap_or_else(PoisonError::into_inner).push(statement.clone()));
    let estate = TestEstate::over(&database, open).await;
    estate.apply(register()).await;
    let letters = estate.letters().await;
    let site = Site::serve(estate, database, letters, Router::new());
    let owner = site.owner("王芳").await;
    let subject = site.estate.viewer(&owner.token, site.estate.now()).await.expect("signed in").subject().to_string();
    let clerk = site.estate.appoint(Role::Clerk, "10000000201").await.token;
    fill(&site.estate.database, &site.estate.compound, &subject, &Crowd::of(matters)).await.expect("it is filled");
    let life = Deliberation::new(site.estate.estate.clone());
    life.reindex(&site.estate.compound).await.expect("all can be found");
    let officer = site.estate.officers[0].token.clone();
    (site, [("owner", owner.token), ("officer", officer), ("clerk", clerk)].into(), heard)
}

/// What a page asks of the database, if it is there for this person.
async fn asked((site, people, heard): &Crowded, path: &str, role: &str) -> Option<Vec<Statement>> {
    let mut fewest: Option<Vec<Statement>> = None;
    // The first time may find nothing kept yet.
    for _ in 0..3 {
        heard.take();
        // From another place each time, so that nobody is slowed down.
        let number = CLIENTS.fetch_add(1, Ordering::Relaxed);
        let client = ConnectInfo(SocketAddr::from((Ipv4Addr::from_bits(number), 1)));
        let request = from_browser(Method::GET, path, Some(&people[role])).extension(client);
        let answer = site.send(request.body(Body::empty()).expect("a request")).await;
        let asked = heard.take();
        assert!(!answer.status.is_server_error(), "{path}");
        if answer.status != StatusCode::OK {
            return None;
        }
        if fewest.as_ref().is_none_or(|known| asked.len() < known.len()) {
            fewest = Some(asked);
        }
    }
    fewest
}

#[tokio::test]
async fn a_list_asks_no_more_the_longer_it_is_and_reads_no_table_whole() {
    let (few, many) = (crowded(60).await, crowded(600).await);
    let mut wrong = Vec::new();
    let mut seen = 0;
    for path in LISTS {
        for role in ["owner", "officer", "clerk"] {
            let (Some(of_few), Some(of_many)) = (asked(&few, path, role).await, asked(&many, path, role).await) else {
                continue;
            };
            seen += 1;
            if of_few.len() < of_many.len() {
                wrong.push(format!("{path} for {role} asks {} times, and {} of more", of_few.len(), of_many.len()));
            }
            wrong.extend(scans(&many.0, &of_many).await.into_iter().map(|scan| format!("{path} for {role}: {scan}")));
        }
    }
    let whole = Statement::from_string(DbBackend::Sqlite, "SELECT target FROM remark WHERE body = 'x'");
    assert_eq!(scans(&many.0, &[whole]).await.len(), 1, "reading a table whole is noticed");
    assert!(LISTS.len() * 2 < seen, "{seen} lists were seen");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Which of the statements read a growing table from end to end.
async fn scans(site: &Site, asked: &[Statement]) -> Vec<String> {
    let mut found = Vec::new();
    // Being one of an empty list is written as `? = ?`, which is tested once, before anything is read.
    let reads = |statement: &&Statement| statement.sql.starts_with("SELECT") && !statement.sql.contains("WHERE ? = ?");
    for statement in asked.iter().filter(reads) {
        let plan = Statement {
            sql: format!("EXPLAIN QUERY PLAN {}", statement.sql),
            values: statement.values.clone(),
            db_backend: DbBackend::Sqlite,
        };
        for row in site.estate.database.reader().query_all_raw(plan).await.expect("a plan") {
            let step: String = row.try_get("", "detail").expect("a step");
            let words: Vec<&str> = step.split_whitespace().collect();
            if let ["SCAN", table, ..] = words.as_slice()
                && GROWING.contains(table)
            {
                found.push(format!("{step} — {}", statement.sql));
            }
        }
    }
    found
}
