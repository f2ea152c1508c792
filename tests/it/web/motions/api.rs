//! The same through the API: statements, amendments, objections, and what is done about a decision.

use axum::http::Method;
use serde_json::{Value, json};

use super::{super::api::parsed, *};

impl Scene {
    async fn send(&self, who: &Token, path: &str, body: &Value) -> Answer {
        self.site.change(Method::POST, path, Some(who), body).await
    }

    /// A step that is refused, with the code of the refusal.
    async fn refused(&self, who: &Token, path: &str, body: &Value) -> String {
        let answer = self.send(who, path, body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
        answer.code()
    }

    /// Stores a photo.
    async fn store(&self, who: &Token) -> String {
        let request = super::super::from_script("/api/v1/files", Some(who));
        let request = request.header(header::CONTENT_TYPE, "application/octet-stream");
        let answer = self.site.send(request.body(PHOTO.to_vec().into()).expect("a request")).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        parsed(&answer)["sha256"].as_str().expect("a hash").to_owned()
    }
}

#[tokio::test]
async fn a_motion_is_thought_about_and_amended_through_the_api() {
    let mut scene = Scene::new().await;
    let path = scene.amending().await;
    scene.appoint(&scene.li.token, "moderator").await;
    let (statements, amendments) = (format!("{path}/statements"), format!("{path}/amendments"));
    assert_eq!(scene.refused(&scene.wang.token, &statements, &json!({ "text": "" })).await, "statement_length");
    let written = scene.send(&scene.wang.token, &statements, &json!({ "text": "One lift" })).await;
    assert_eq!((written.status, &parsed(&written)["number"]), (StatusCode::CREATED, &json!(1)));
    assert_eq!(scene.site.read(&statements, None).await["items"], json!([]), "a moderator looks at it first");
    location(&scene.post(&scene.li.token, &format!("{path}/opinion/1/accept"), "").await);
    let react = json!({ "reaction": "agree" });
    let reaction = format!("{statements}/1/reaction");
    let done = scene.site.change(Method::PUT, &reaction, Some(&scene.wang.token), &react).await;
    assert_eq!(done.status, StatusCode::NO_CONTENT, "{}", done.body);
    let map = scene.site.read(&format!("{path}/opinion"), None).await;
    assert_eq!(map, json!({ "withheld": "few_people", "map": null }), "no map of one");

    let file = |from: u64, text: &str| json!({ "version": 1, "from": from, "text": text, "reason": "Rain" });
    assert_eq!(scene.refused(&scene.wang.token, &amendments, &file(9, "x")).await, "bad_amendment");
    assert_eq!(scene.refused(&scene.wang.token, &amendments, &file(2, "By May.")).await, "bad_amendment");
    assert_eq!(scene.send(&scene.wang.token, &amendments, &file(2, "By June.")).await.status, StatusCode::CREATED);
    assert_eq!(scene.send(&scene.wang.token, &amendments, &file(1, "")).await.status, StatusCode::CREATED);
    let seen = scene.site.read(&amendments, Some(&scene.li.token)).await;
    assert_eq!(seen["items"][0]["steps"], json!(["adopt_as_proposer"]), "{seen}");
    let (one, two) = (format!("{amendments}/1/steps"), format!("{amendments}/2/steps"));
    let adopt = json!({ "step": "adopt_as_proposer" });
    assert_eq!(scene.refused(&scene.wang.token, &one, &adopt).await, "not_yours");
    let adopted = parsed(&scene.send(&scene.li.token, &one, &adopt).await);
    assert_eq!((&adopted["state"], &adopted["became"]), (&json!("adopted_by_proposer"), &json!(2)));
    scene.send(&scene.officer(), &two, &json!({ "step": "put_to_council" })).await;
    assert_eq!(scene.refused(&scene.officer(), &two, &json!({ "step": "reject" })).await, "unmet");
    let rejected = scene.send(&scene.officer(), &two, &json!({ "step": "reject", "reason": "Needed" })).await;
    assert_eq!(parsed(&rejected)["rejected"], "Needed");
    assert_eq!(scene.refused(&scene.officer(), &two, &json!({ "step": "file" })).await, "malformed");
    assert!(scene.see(None, &path).await.body.contains("By June."), "the page says the same");
    assert!(!scene.site.read(&amendments, None).await.to_string().contains("王芳"), "nobody is named");
}

#[tokio::test]
async fn an_objection_is_filed_and_decided_through_the_api() {
    let mut scene = Scene::new().await;
    let path = scene.carried().await;
    scene.appoint(&scene.li.token, "street").await;
    let objections = format!("{path}/objections");
    let new = |evidence: &[&str]| json!({ "ground": "roll", "text": "Home 201", "evidence": evidence });
    let (own, others) = (scene.store(&scene.wang.token).await, scene.store(&scene.officer()).await);
    assert_eq!(own, others, "the same picture");
    assert_eq!(scene.refused(&scene.wang.token, &objections, &new(&[&own])).await, "evidence", "another's since");
    let own = scene.store(&scene.wang.token).await;
    let filed = scene.send(&scene.wang.token, &objections, &new(&[&own])).await;
    assert_eq!(filed.status, StatusCode::CREATED, "{}", filed.body);
    let seen = async |who: Option<&Token>| scene.site.read(&objections, who).await["items"][0].clone();
    let (author, public) = (seen(Some(&scene.wang.token)).await, seen(None).await);
    assert_eq!((&author["text"], &author["is_own"]), (&json!("Home 201"), &json!(true)));
    assert_eq!((&public["text"], &public["evidence"]), (&Value::Null, &Value::Null), "its words are not for everybody");
    assert_eq!(public["ground"], "roll");
    let step = format!("{objections}/1/steps");
    assert_eq!(scene.refused(&scene.officer(), &step, &json!({ "step": "accept" })).await, "not_yours");
    for (who, body, state) in [
        (&scene.li.token, json!({ "step": "accept" }), "accepted_for_review"),
        (&scene.officer(), json!({ "step": "answer", "text": "Measured" }), "answered"),
        (&scene.li.token, json!({ "step": "uphold", "reason": "The deed" }), "upheld"),
    ] {
        let answer = scene.send(who, &step, &body).await;
        assert_eq!((answer.status, &parsed(&answer)["state"]), (StatusCode::OK, &json!(state)), "{}", answer.body);
    }
    assert_eq!(scene.site.read(&path, None).await["state"], "suspended");
    assert!(estate_is_whole(&scene).await);
}

#[tokio::test]
async fn a_decision_is_carried_out_through_the_api() {
    let mut scene = Scene::new().await;
    scene.carried().await;
    scene.wait(8).await;
    let property = scene.appoint(&scene.li.token, "property").await;
    scene.appoint(&scene.wang.token, "community").await;
    let due = scene.site.estate.now() + 20 * DAY;
    let new = |title: &str, who: &str| json!({ "title": title, "responsible": who, "due": due });
    let tasks = "/decisions/1/tasks";
    assert_eq!(scene.refused(&scene.officer(), tasks, &new("", &property)).await, "title");
    assert_eq!(scene.refused(&scene.officer(), tasks, &new("Build", "nobody")).await, "who");
    let doers = scene.site.read("/doers", Some(&scene.officer())).await;
    assert!(doers["items"].as_array().expect("people").iter().any(|doer| doer["id"] == property), "{doers}");
    let given = scene.send(&scene.officer(), tasks, &new("Build", &property)).await;
    assert_eq!((given.status, &parsed(&given)["number"]), (StatusCode::CREATED, &json!(1)), "{}", given.body);
    let step = "/decisions/1/tasks/1/steps";
    assert_eq!(scene.refused(&scene.wang.token, step, &json!({ "step": "accept" })).await, "not_yours");
    scene.send(&scene.li.token, step, &json!({ "step": "accept" })).await;
    let half = scene.send(&scene.li.token, step, &json!({ "step": "progress", "percent": 40 })).await;
    assert_eq!((&parsed(&half)["percent"], &parsed(&half)["state"]), (&json!(40), &json!("in_progress")));
    assert_eq!(scene.refused(&scene.li.token, step, &json!({ "step": "done" })).await, "unmet");
    let photo = scene.store(&scene.li.token).await;
    scene.send(&scene.li.token, step, &json!({ "step": "done", "evidence": [photo] })).await;
    assert_eq!(scene.refused(&scene.li.token, step, &json!({ "step": "verify" })).await, "not_yours");
    let verified = scene.send(&scene.wang.token, step, &json!({ "step": "verify" })).await;
    assert_eq!(parsed(&verified)["state"], "verified", "{}", verified.body);
    let decision = scene.site.read("/decisions?show=done", None).await["items"][0].clone();
    let task = &decision["tasks"][0];
    assert_eq!((&task["evidence"], &task["responsible"]["post"]), (&json!([photo]), &json!("property")));
    assert_eq!(decision["title"], "Lift");
    assert!(scene.see(None, "/decisions/1").await.body.contains("已落实"), "the page says the same");
    assert!(estate_is_whole(&scene).await);
}

#[tokio::test]
async fn a_matter_becomes_a_motion_through_the_api() {
    let scene = Scene::new().await;
    let [wang, li, officer] = [scene.wang.token.clone(), scene.li.token.clone(), scene.officer()];
    let responsible = scene.appoint(&li, "building_lead").await;
    let raised = parsed(&scene.send(&wang, "/matters", &json!({ "title": "Lamps", "text": "Dark" })).await);
    let matter = format!("/matters/{}", raised["id"].as_str().expect("an id"));
    let steps = format!("{matter}/steps");
    let offered = scene.site.read(&steps, Some(&li)).await["items"].clone();
    assert!(offered.as_array().expect("steps").contains(&json!("acknowledge")), "{offered}");
    assert_eq!(scene.refused(&wang, &steps, &json!({ "step": "acknowledge" })).await, "not_yours");
    let clock = scene.send(&li, &steps, &json!({ "step": "settle" })).await;
    assert_eq!((clock.status, clock.code().as_str()), (StatusCode::NOT_FOUND, "not_found"), "the clock's alone");
    assert_eq!(scene.refused(&li, &steps, &json!({ "step": "jump" })).await, "malformed");
    let due = scene.site.estate.now() + 20 * DAY;
    let done = async |who: &Token, path: &str, body: serde_json::Value, state: &str| {
        let answer = scene.send(who, path, &body).await;
        assert_eq!(
            (answer.status, &parsed(&answer)["state"]),
            (StatusCode::OK, &json!(state)),
            "{body}: {}",
            answer.body
        );
    };
    done(&li, &steps, json!({ "step": "acknowledge" }), "acknowledged").await;
    assert_eq!(scene.refused(&li, &steps, &json!({ "step": "assign", "due": due })).await, "unmet", "to nobody");
    done(&li, &steps, json!({ "step": "assign", "responsible": responsible, "due": due }), "assigned").await;

    let new = |least: u64, most: u64| json!({ "kind": "use_fund", "title": "Lamps", "text": "Ten.", "cost_least": least, "cost_most": most });
    assert_eq!(
        scene.refused(&li, "/motions", &json!({ "kind": "wish", "title": "x", "text": "x" })).await,
        "malformed"
    );
    assert_eq!(scene.refused(&li, "/motions", &new(9, 3)).await, "bad_text");
    let proposed = scene.send(&li, "/motions", &new(3, 9)).await;
    assert_eq!(proposed.status, StatusCode::CREATED, "{}", proposed.body);
    let motion = format!("/motions/{}", parsed(&proposed)["id"].as_str().expect("an id"));
    let of_motion = format!("{motion}/steps");
    let others = scene.send(&wang, &of_motion, &json!({ "step": "submit" })).await;
    assert_eq!(others.status, StatusCode::NOT_FOUND, "a draft is its proposer's alone");
    done(&li, &of_motion, json!({ "step": "submit" }), "submitted").await;
    assert_eq!(scene.refused(&officer, &of_motion, &json!({ "step": "admit" })).await, "not_yours");
    scene.appoint(&wang, "secretary").await;
    done(&wang, &of_motion, json!({ "step": "return", "reason": "How many?" }), "returned").await;
    done(&li, &of_motion, json!({ "step": "submit" }), "submitted").await;
    done(&wang, &of_motion, json!({ "step": "admit" }), "admitted").await;
    assert_eq!(scene.refused(&officer, &of_motion, &json!({ "step": "deliberate" })).await, "unmet", "until when?");
    done(&officer, &of_motion, json!({ "step": "deliberate", "until": due }), "deliberating").await;
    done(&officer, &steps, json!({ "step": "link", "motion": 1 }), "assigned").await;
    assert_eq!(scene.site.read(&motion, None).await["matters"], json!([raised["id"]]));
    assert!(estate_is_whole(&scene).await);
}
