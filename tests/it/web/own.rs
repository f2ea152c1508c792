//! What is stored about somebody is what they can take away.

use std::collections::BTreeSet;

use axum::http::{StatusCode, header};
use ballot::store::ids::Subject;
use deliberation::store::Deliberation;
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};

use super::Site;

/// Tables that name people and are in no export, with why.
const EXCEPT: &[(&str, &str)] = &[
    ("register_version", "what holds of a register is in person, unit and ownership"),
    ("one_time_code", "it is deleted after two days, and its owner has it"),
    ("outbox", "it is deleted after two days, and its owner has received it"),
];

impl Site {
    /// The tables with a row in which somebody's id stands in any column.
    async fn tables_naming(&self, id: &str) -> BTreeSet<String> {
        let db = self.estate.estate.reader();
        let rows = async |sql: String| db.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.unwrap();
        let mut found = BTreeSet::new();
        for table in rows("SELECT name FROM sqlite_master WHERE type = 'table'".to_owned()).await {
            let table: String = table.try_get("", "name").unwrap();
            let columns = rows(format!("SELECT name FROM pragma_table_info('{table}')")).await;
            let columns: Vec<String> = columns.iter().map(|row| row.try_get("", "name").unwrap()).collect();
            let holds = columns.iter().map(|column| format!("instr(CAST(\"{column}\" AS TEXT), '{id}') > 0"));
            let sql =
                format!("SELECT 1 AS one FROM \"{table}\" WHERE {} LIMIT 1", holds.collect::<Vec<_>>().join(" OR "));
            if !columns.is_empty() && !rows(sql).await.is_empty() {
                found.insert(table);
            }
        }
        found
    }

    /// Checks that whatever names somebody is in what they can take away.
    async fn check_own_data(&self, subject: &Subject) {
        let id = subject.to_string();
        let id = id.split_once(':').expect("a kind").1;
        let life = Deliberation::new(self.estate.estate.clone());
        let mut exported: BTreeSet<String> = BTreeSet::new();
        for rows in self.estate.estate.own_data(subject).await.unwrap() {
            exported.insert(rows.table.to_owned());
        }
        for rows in life.own_data(subject).await.unwrap() {
            exported.insert(rows.table.to_owned());
        }
        let stored = self.tables_naming(id).await;
        assert!(!stored.is_empty(), "{subject} is known");
        let missing: Vec<_> = stored
            .iter()
            .filter(|table| !exported.contains(*table) && EXCEPT.iter().all(|(except, _)| except != table))
            .collect();
        assert!(missing.is_empty(), "{subject} stands in {missing:?}, which the export leaves out");
    }

    /// The same for everybody whom the register or an office knows.
    pub(super) async fn check_everybodys_data(&self) {
        let sql = "SELECT 'person:' || id AS id FROM person UNION SELECT 'staff:' || id AS id FROM staff";
        let rows =
            self.estate.estate.reader().query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.unwrap();
        assert!(!rows.is_empty());
        for row in rows {
            let subject: String = row.try_get("", "id").unwrap();
            self.check_own_data(&subject.parse().expect("a subject")).await;
        }
    }
}

#[tokio::test]
async fn people_see_and_take_away_what_is_stored_about_them_and_nothing_of_others() {
    let mut site = Site::new().await;
    let mut owner = site.owner("王芳").await;
    let poll = site.estate.publish().await;
    let viewer = site.estate.sign_in(&mut owner).await;
    let holder = site.estate.estate.my_poll(&viewer, &poll).await.expect("a poll").remove(0);
    site.estate.cast(&poll, &owner, &holder, ballot::statement::Choice::For).await.expect("stored");
    site.estate.sign_officers_in().await;
    site.check_everybodys_data().await;

    let me = site.get("/me", Some(&owner.token)).await;
    assert_eq!(me.count("a[href='/me/data']"), 1, "one finds it on one's own page");
    let page = site.get("/me/data", Some(&owner.token)).await;
    assert_eq!(page.count("a[href='/me/data.json']"), 1);
    assert_eq!(page.count("section.panel"), 4, "who one is, signing in, voting, the log: {}", page.body);
    let file = site.get("/me/data.json", Some(&owner.token)).await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(file.header(header::CONTENT_DISPOSITION).starts_with("attachment"));
    assert_eq!(file.header(header::CACHE_CONTROL), "no-store");
    let export: serde_json::Value = serde_json::from_str(&file.body).expect("JSON");
    assert_eq!((&export["format"], &export["subject"]), (&"own-data/1".into(), &viewer.subject().to_string().into()));
    assert_eq!(export["tables"]["person"][0]["name"], "王芳");
    assert_eq!(export["tables"]["poll_unit"].as_array().expect("rows").len(), 2, "both homes");
    for secret in ["token_sha256", "code_sha256", "张伟明", "10000000001", "payload"] {
        assert!(!file.body.contains(secret), "{secret} in {}", file.body);
    }
    let officers = site.get("/me/data.json", Some(&site.estate.officers[0].token)).await;
    assert!(!officers.body.contains("王芳") && officers.body.contains("act_signature"), "{}", officers.body);
}
