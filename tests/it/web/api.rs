//! The JSON API: its document, and that it says what the pages and the record say, and no more.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use ballot::{
    id::PollId,
    statement::Choice,
    store::{session::Token, staff::Role},
};
use heyi_tests::estate::{DAY, NOW, TestEstate, fresh};
use serde_json::{Value, json};

use super::{
    Answer, Site, from_script,
    layers::{CHANGES, PAGES},
};

/// An id that nothing has.
const NOWHERE: &str = "00000000-0000-4000-8000-000000000000";

/// What is read by whoever is signed in alone.
const OWN: [&str; 2] = ["/api/v1/doers", "/api/v1/surveys/{number}/answers"];

pub(super) fn parsed(answer: &Answer) -> Value {
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/json", "{}", answer.body);
    serde_json::from_str(&answer.body).expect("JSON")
}

impl Site {
    pub(super) async fn read(&self, path: &str, session: Option<&Token>) -> Value {
        let answer = self.get(&format!("/api/v1{path}"), session).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        parsed(&answer)
    }

    pub(super) async fn change(&self, method: Method, path: &str, session: Option<&Token>, body: &Value) -> Answer {
        let mut request = from_script(&format!("/api/v1{path}"), session)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .expect("a request");
        *request.method_mut() = method;
        self.send(request).await
    }
}

/// Every method of every path of the document.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().expect("paths");
    assert!(!paths.is_empty());
    paths
        .iter()
        .flat_map(|(path, item)| {
            let item = item.as_object().expect("methods");
            item.iter().map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
        })
        .collect()
}

/// A path with ids that nothing has.
fn nowhere(path: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{number}" | "{task}" => "1",
        part if part.starts_with('{') => NOWHERE,
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// Everything that a document refers to in itself.
fn references(value: &Value) -> Vec<&str> {
    match value {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str);
            own.into_iter().chain(members.values().flat_map(references)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn the_document_is_whole_in_itself() {
    let site = Site::new().await;
    let document = site.read("/openapi.json", None).await;
    assert!(document["openapi"].as_str().expect("a version").starts_with("3.1."));
    assert_eq!(document["components"]["securitySchemes"]["session"]["name"], "__Host-id");
    for reference in references(&document) {
        let pointer = reference.strip_prefix('#').expect("into itself");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    let mut ids = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        assert!(ids.insert(operation["operationId"].as_str().expect("an id")), "{method} {path}");
        assert!(operation["responses"].get("default").is_some(), "{method} {path}");
        let declared = operation["parameters"].as_array().into_iter().flatten();
        let declared: BTreeSet<_> =
            declared.filter(|one| one["in"] == "path").filter_map(|one| one["name"].as_str()).collect();
        let named: BTreeSet<_> = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        assert_eq!(declared, named, "{method} {path}");
        let needs_session = method != "get" || OWN.contains(&path);
        let is_said = operation.get("security").is_some();
        assert_eq!(is_said, needs_session, "{method} {path}: changes and what is one's own need a session");
    }
}

#[tokio::test]
async fn the_document_lists_what_is_served_and_nothing_else() {
    let site = Site::new().await;
    let document = site.read("/openapi.json", None).await;
    let mut methods: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (path, method, _) in operations(&document) {
        methods.entry(path).or_default().insert(method.to_uppercase());
    }
    for (path, documented) in &methods {
        let request = Request::builder().method(Method::PATCH).uri(nowhere(path)).body(Body::empty());
        let answer = site.send(request.expect("a request")).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"));
        let allowed = answer.header(header::ALLOW).split(',').filter(|method| *method != "HEAD");
        assert_eq!(allowed.map(str::to_owned).collect::<BTreeSet<_>>(), *documented, "{path}");
    }
    let pages = PAGES.iter().map(|(path, _)| path.split('?').next().unwrap_or_default());
    let walked: BTreeSet<_> = pages.filter(|path| path.starts_with("/api/")).map(str::to_owned).collect();
    let read = methods.iter().filter(|(_, methods)| methods.contains("GET")).map(|(path, _)| nowhere(path));
    assert_eq!(walked, read.collect(), "every route that is read stands in the table of pages");
    let walked: BTreeSet<_> =
        CHANGES.iter().filter(|path| path.starts_with("/api/")).map(|path| (*path).to_owned()).collect();
    let changed = methods.iter().filter(|(_, methods)| methods.iter().any(|method| method != "GET"));
    assert_eq!(walked, changed.map(|(path, _)| nowhere(path)).collect(), "and every other in that of changes");
    let answer = site.get("/api/v1/nothing", None).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::NOT_FOUND, "not_found"), "even to a browser");
}

/// A running poll that an owner has voted in.
async fn voted_on(site: &mut Site) -> PollId {
    let mut owner = site.owner("王芳").await;
    let poll = site.estate.publish().await;
    let viewer = site.estate.sign_in(&mut owner).await;
    let holder = site.estate.estate.my_poll(&viewer, &poll).await.expect("a poll").remove(0);
    site.estate.cast(&poll, &owner, &holder, Choice::For).await.expect("stored");
    poll
}

async fn close(site: &mut Site, poll: &PollId) {
    site.estate.clock.set(NOW + 31 * DAY);
    site.estate.sign_officers_in().await;
    let by = site.estate.officer(0).await;
    let act = site.estate.estate.propose_result(&by, poll, site.estate.now(), &mut fresh()).await.expect("put up");
    site.estate.carry(&act).await;
}

#[tokio::test]
async fn a_poll_is_what_its_record_says() {
    let mut site = Site::new().await;
    let poll = voted_on(&mut site).await;
    let before = site.read(&format!("/polls/{poll}"), None).await;
    assert_eq!((&before["phase"], &before["has_result"]), (&json!("open"), &json!(false)));
    assert_eq!(before["turnout"]["holders_voted"], 1);
    for word in ["\"for\":", "tally", "choice"] {
        assert!(!before.to_string().contains(word), "nothing of how: {word}");
    }
    let none = site.get(&format!("/api/v1/polls/{poll}/result"), None).await;
    assert_eq!((none.status, none.code().as_str()), (StatusCode::NOT_FOUND, "not_found"));
    close(&mut site, &poll).await;

    let log = site.estate.estate.logs().log(&poll).await.expect("the log opens");
    let (manifest, sheet) =
        log.read(|state, _| (state.manifest().clone(), state.result().expect("a result").1.clone()));
    let shown = site.read(&format!("/polls/{poll}"), None).await;
    assert_eq!(shown["closes"], manifest.closes);
    assert_eq!(shown["roll"]["area"], manifest.roll.area);
    assert_eq!(shown["motions"][0]["text_sha256"], manifest.motions[0].text_sha256.to_string());
    assert_eq!(shown["turnout"]["all"]["area"], manifest.roll.area);
    let list = site.read("/polls", None).await;
    assert_eq!((&list["items"][0]["id"], &list["next"]), (&json!(poll.as_str()), &Value::Null));
    let rest = site.read(&format!("/polls?after={poll}"), None).await;
    assert_eq!(rest["items"], json!([]));

    let result = site.read(&format!("/polls/{poll}/result"), None).await;
    assert_eq!((&result["is_checked"], &result["size"]), (&json!(true), &json!(log.head().size)));
    let (motion, record) = (&result["motions"][0], &sheet.results[0]);
    assert_eq!((&motion["outcome"], &motion["passed"]), (&json!(record.outcome), &json!(record.passed)));
    let voted = record.tally.for_.expect("a choice");
    assert_eq!(motion["figures"]["for"], json!({ "units": voted.units, "area": voted.area }));
    let steps = &record.rounds.last().expect("a round").quorum_steps;
    let measures: BTreeSet<_> = steps.iter().map(|step| step.measure.clone()).collect();
    assert_eq!(measures.len(), 2, "heads and area");
    for (shown, step) in motion["quorum"].as_array().expect("conditions").iter().zip(steps) {
        assert_eq!((&shown["have"], &shown["ratio"]), (&json!(step.have), &json!(step.ratio)));
        let page = site.get(&format!("/polls/{poll}/result?lang=en"), None).await;
        let said = shown["words"]["en"].as_str().expect("words");
        assert!(page.page().root_element().text().collect::<String>().contains(said), "the page says it too: {said}");
    }
    // Of the public answers one may be kept; none says who asked.
    let answer = site.get(&format!("/api/v1/polls/{poll}"), None).await;
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-cache");
}

/// A site with two owners and a clerk, who acknowledges matters.
struct Scene {
    site: Site,
    owner: Token,
    other: Token,
    clerk: Token,
}

impl Scene {
    async fn new() -> Self {
        let site = Site::new().await;
        let (owner, other) = (site.owner("王芳").await.token, site.owner("李秀英").await.token);
        let clerk = site.estate.appoint(Role::Clerk, "10000000201").await.token;
        Self { site, owner, other, clerk }
    }

    /// Raised by the owner; gives its path below `/api/v1`.
    async fn raised(&self) -> String {
        let body = json!({ "title": "Bench", "text": "A bench by the gate.", "building": "1" });
        let answer = self.site.change(Method::POST, "/matters", Some(&self.owner), &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        let id = parsed(&answer)["id"].as_str().expect("an id").to_owned();
        assert_eq!(answer.header(header::LOCATION), format!("/api/v1/matters/{id}"));
        format!("/matters/{id}")
    }

    async fn acknowledged(&self) -> String {
        let path = self.raised().await;
        let done = self.site.post_form(&format!("{path}/acknowledge"), Some(&self.clerk), "").await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        path
    }
}

#[tokio::test]
async fn a_matter_is_what_its_page_says_and_names_no_neighbour() {
    let scene = Scene::new().await;
    let (site, path) = (&scene.site, scene.raised().await);
    for (who, status) in [(None, 404), (Some(&scene.other), 404), (Some(&scene.owner), 200), (Some(&scene.clerk), 200)]
    {
        assert_eq!(site.get(&format!("/api/v1{path}"), who).await.status, status, "before it is acknowledged");
        let board = site.read("/matters", who).await;
        assert_eq!(board["items"][0]["number"], 1, "its number is public");
        let handles = who.is_some_and(|who| who.reveal() == scene.clerk.reveal());
        assert_eq!(board["items"][0]["matter"].is_null(), !handles, "its title is not");
    }
    let own = site.read("/matters?show=mine", Some(&scene.owner)).await;
    assert_eq!(own["items"][0]["matter"]["title"], "Bench");
    let done = site.post_form(&format!("{path}/acknowledge"), Some(&scene.clerk), "").await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);

    let matter = site.read(&path, None).await;
    let page = site.get(&path, None).await;
    assert_eq!((&matter["title"], &matter["building"]), (&json!("Bench"), &json!("1")));
    assert!(page.body.contains(matter["text"].as_str().expect("a text")));
    assert_eq!(matter["steps"].as_array().expect("steps").len(), page.count(".timeline li"));
    assert_eq!(matter["steps"][0]["by"], "submitter");
    assert!(!matter.to_string().contains("王芳"), "{matter}");
    assert_eq!(site.read("/promises", None).await["acknowledged"], json!({ "kept": 1, "of": 1, "percent": 100 }));
    let found = site.read("/search?q=gate", None).await;
    assert_eq!((&found["items"][0]["kind"], &found["items"][0]["page"]), (&json!("matter"), &json!(path)));
}

#[tokio::test]
async fn what_is_said_through_it_stands_on_the_page() {
    let scene = Scene::new().await;
    let (site, path) = (&scene.site, scene.acknowledged().await);
    let say =
        async |body: Value| site.change(Method::POST, &format!("{path}/remarks"), Some(&scene.other), &body).await;
    let answer = say(json!({ "side": "question", "text": "Which gate?" })).await;
    assert_eq!((answer.status, &parsed(&answer)["number"]), (StatusCode::CREATED, &json!(1)), "{}", answer.body);
    assert!(site.get(&path, None).await.body.contains("Which gate?"));
    let said = site.read(&format!("{path}/remarks"), Some(&scene.other)).await;
    let first = &said["items"][0];
    assert_eq!(
        (&first["voice"], &first["is_own"], &first["side"]),
        (&json!("owner"), &json!(true), &json!("question"))
    );
    assert_eq!(site.read(&format!("{path}/remarks?after=1"), None).await["items"], json!([]));
    for (body, code, field) in [
        (json!({ "text": "" }), "bad_comment", json!("text")),
        (json!({}), "bad_comment", json!("text")),
        (json!({ "text": "So?", "parent": 9 }), "bad_comment", json!("parent")),
        (json!({ "text": "So?", "parent": u64::MAX }), "bad_comment", json!("parent")),
        (json!({ "text": "So?", "side": "sideways" }), "malformed", Value::Null),
        (json!({ "text": "So?", "more": 1 }), "malformed", Value::Null),
    ] {
        let answer = say(body.clone()).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, code), "{body}");
        let document: Value = serde_json::from_str(&answer.body).expect("JSON");
        assert_eq!(document["field"], field, "{body}: {document}");
    }
}

#[tokio::test]
async fn a_matter_that_is_raised_wrong_is_refused_as_its_form_refuses_it() {
    let scene = Scene::new().await;
    for (body, code, field) in [
        (json!({ "title": "", "text": "x" }), "title", "title"),
        (json!({ "title": "x".repeat(101), "text": "x" }), "title", "title"),
        (json!({ "title": "x", "text": "" }), "text", "text"),
        (json!({ "title": "x", "text": "x", "building": "none" }), "building", "building"),
    ] {
        let answer = scene.site.change(Method::POST, "/matters", Some(&scene.owner), &body).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, code), "{body}");
        let document: Value = serde_json::from_str(&answer.body).expect("JSON");
        assert_eq!(document["field"], field, "{document}");
        let form = format!(
            "kind=wish&title={}&text={}&building={}",
            body["title"].as_str().unwrap_or_default(),
            body["text"].as_str().unwrap_or_default(),
            body["building"].as_str().unwrap_or_default()
        );
        let page = scene.site.post_form("/matters/new", Some(&scene.owner), &form).await;
        assert_eq!(page.status, answer.status);
        assert!(page.body.contains(document["title"].as_str().expect("a title")), "the same words: {document}");
    }
    let body = json!({ "title": "x", "text": "x" });
    let nobody = scene.site.change(Method::POST, "/matters", None, &body).await;
    assert_eq!((nobody.status, nobody.code().as_str()), (StatusCode::UNAUTHORIZED, "signed_out"));
    let office = scene.site.change(Method::POST, "/matters", Some(&scene.clerk), &body).await;
    assert_eq!(office.status, StatusCode::UNPROCESSABLE_ENTITY, "an office raises none for itself");
    let text = from_script("/api/v1/matters", Some(&scene.owner)).body(Body::from("x")).expect("a request");
    assert_eq!(scene.site.send(text).await.code(), "media_type");
}

#[tokio::test]
async fn a_motion_is_supported_once_and_in_its_last_version() {
    let scene = Scene::new().await;
    let site = &scene.site;
    let plan = "kind=use_fund&title=Lift&text=Mend+the+lift.&least=1200&most=1500.5";
    let made = site.post_form("/motions/new", Some(&scene.other), plan).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let path = made.header(header::LOCATION).to_owned();
    assert_eq!(
        site.get(&format!("/api/v1{path}"), None).await.status,
        StatusCode::NOT_FOUND,
        "a draft is its author's"
    );
    assert_eq!(site.read("/motions", None).await["items"], json!([]));
    assert_eq!(site.read("/motions", Some(&scene.other)).await["items"][0]["is_public"], false);
    site.post_form(&format!("{path}/submit"), Some(&scene.other), "").await;
    let support = async |version: u64| {
        let body = json!({ "version": version });
        site.change(Method::POST, &format!("{path}/support"), Some(&scene.owner), &body).await
    };
    let other = support(2).await;
    assert_eq!((other.status, other.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "version"));
    let answer = support(1).await;
    assert_eq!((answer.status, &parsed(&answer)["heads"]), (StatusCode::OK, &json!(1)), "{}", answer.body);
    assert_eq!(parsed(&support(1).await)["heads"], 1, "once");
    let motion = site.read(&path, None).await;
    let version = &motion["versions"][0];
    assert_eq!((&motion["title"], &version["title"]), (&json!("Lift"), &json!("Lift")));
    assert_eq!((&version["cost_least"], &version["cost_most"]), (&json!(120_000), &json!(150_050)));
    assert_eq!(motion["support"]["heads"], 1);
    assert!(!motion.to_string().contains("李秀英"));
    let said =
        site.change(Method::POST, &format!("{path}/remarks"), Some(&scene.owner), &json!({ "text": "Yes." })).await;
    assert_eq!(said.status, StatusCode::CREATED, "{}", said.body);
    assert_eq!(site.read(&format!("{path}/remarks"), None).await["items"][0]["text"], "Yes.");
}

#[tokio::test]
async fn people_react_to_what_is_shown() {
    let scene = Scene::new().await;
    let (site, path) = (&scene.site, scene.acknowledged().await);
    let officer = site.estate.officers[0].token.clone();
    let moderator = site.estate.viewer(&scene.other, site.estate.now()).await.expect("signed in").subject();
    let form = format!("who={moderator}&role=moderator&building=&until=2028-06-30");
    assert_eq!(site.post_form("/c/posts/new", Some(&officer), &form).await.status, StatusCode::SEE_OTHER);
    site.post_form(&format!("{path}/opinion/say"), Some(&scene.owner), "text=Wider").await;
    let react = async |who: &Token, reaction: &str| {
        let body = json!({ "reaction": reaction });
        site.change(Method::PUT, &format!("{path}/statements/1/reaction"), Some(who), &body).await
    };
    assert_eq!(site.read(&format!("{path}/statements"), None).await["items"], json!([]), "it waits to be looked at");
    assert_eq!(react(&scene.owner, "agree").await.code(), "statement_gone");
    site.post_form(&format!("{path}/opinion/1/accept"), Some(&scene.other), "").await;
    for reaction in ["disagree", "agree"] {
        assert_eq!(react(&scene.owner, reaction).await.status, StatusCode::NO_CONTENT);
    }
    let all = site.read(&format!("{path}/statements"), Some(&scene.owner)).await;
    let one = &all["items"][0];
    assert_eq!((&one["agree"], &one["disagree"], &one["own"]), (&json!(1), &json!(0), &json!("agree")));
    let others = site.read(&format!("{path}/statements"), None).await;
    assert_eq!((&others["items"][0]["own"], &others["items"][0]["is_own"]), (&Value::Null, &json!(false)));
    assert_eq!(react(&officer, "agree").await.code(), "statement_person");
    assert_eq!(react(&scene.owner, "perhaps").await.code(), "malformed");
}

#[tokio::test]
async fn what_is_of_another_estate_is_not_there() {
    let scene = Scene::new().await;
    let (path, officer) = (scene.acknowledged().await, scene.site.estate.officers[0].token.clone());
    let mut site = scene.site;
    let notice = "kind=general&title=Lift&text=On+Monday.&until=2028-06-30&motion=&board=1";
    let notice = site.post_form("/notices/new", Some(&officer), notice).await.header(header::LOCATION).to_owned();
    let paths = [path.clone(), format!("{path}/remarks"), format!("{path}/statements"), notice];
    let (other, officers) = TestEstate::compound(&site.estate.estate, "别处小区", "1000000001").await;
    let stranger = Some(&officers[0].token);
    for path in &paths {
        site.read(path, Some(&officer)).await;
        let answer = site.get(&format!("/api/v1{path}"), stranger).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::NOT_FOUND, "not_found"), "{path}");
    }
    let said = site.change(Method::POST, &format!("{path}/remarks"), stranger, &json!({ "text": "x" })).await;
    assert_eq!(said.status, StatusCode::NOT_FOUND);
    assert_eq!(site.read("/matters", stranger).await["items"], json!([]));

    // A poll is announced for longer than sessions last.
    let poll = voted_on(&mut site).await;
    for (estate, status) in [(&site.estate.compound, StatusCode::OK), (&other, StatusCode::NOT_FOUND)] {
        let request = Request::builder().uri(format!("/api/v1/polls/{poll}"));
        let request = request.header(header::COOKIE, format!("estate={estate}")).body(Body::empty());
        assert_eq!(site.send(request.expect("a request")).await.status, status);
    }
}
