//! What is kept is said to everybody; whoever asks to be erased is answered, and erased once nothing stands against it.

use axum::http::{StatusCode, header};
use ballot::store::{ids::Subject, retention::RETENTION};
use heyi_tests::estate::register;
use serde_json::json;

use super::Site;

impl Site {
    async fn id_of(&self, name: &str) -> String {
        let found = self.estate.estate.find_people(&self.estate.compound, name).await.unwrap();
        found.first().expect("there is one").id.to_string()
    }

    /// 王芳 has sold all she owned.
    async fn sell_all_of_wang_fang(&self) {
        let mut sold = register();
        let buyer = &mut sold.persons[2];
        (buyer.identity, buyer.name, buyer.phones) =
            ("p:赵敏".to_owned(), "赵敏".to_owned(), vec!["10000000109".to_owned()]);
        self.estate.apply(sold).await;
    }
}

#[tokio::test]
async fn everybody_reads_what_is_kept_and_for_how_long() {
    let site = Site::new().await;
    let page = site.get("/privacy", None).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.count("section.panel"), 9, "every purpose");
    assert_eq!(page.count("table tbody tr"), RETENTION.len() + 2, "what the sweep goes by, files, and polls");
    assert_eq!(page.count("a[href='/me/data']"), 1);
    let english = site.get("/privacy?lang=en", None).await;
    assert!(english.body.contains("What you may ask for"), "{}", english.body);
    assert_eq!(site.get("/", None).await.count("footer a[href='/privacy']"), 1, "it is one step from every page");
}

#[tokio::test]
async fn who_asks_to_be_erased_and_is_needed_reads_why_not() {
    let site = Site::new().await;
    let owner = site.owner("王芳").await;
    let (her, officer) = (Some(&owner.token), Some(&site.estate.officers[0].token));
    let own = site.get("/me/data", her).await;
    assert_eq!(own.count("form[action='/me/erase']"), 1);
    assert!(own.body.contains("名册上还有这位业主"), "she reads at once what stands against it");
    assert_eq!(site.get("/me/data", officer).await.count("form[action='/me/erase']"), 0, "offices are not erased so");
    assert_eq!(site.post_form("/me/erase", officer, "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.post_form("/me/erase", her, "").await.header(header::LOCATION), "/me/data#erase");
    assert_eq!(site.get("/me/data", her).await.count("form[action='/me/erase']"), 0, "once");

    let path = format!("/c/privacy/{}", site.id_of("王芳").await);
    let list = site.get("/c/privacy", officer).await;
    assert!(list.links(&path) == [path.as_str()], "she is in the officers' list");
    let page = site.get(&path, officer).await;
    assert_eq!(page.count(&format!("form[action='{path}']")), 0, "nothing to sign while she owns a home");
    let refused = site.post_form(&path, officer, "").await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("名册上还有这位业主"), "{}", refused.body);
    let answer = format!("{path}/answer/erase");
    let long = site.post_form(&answer, officer, &format!("erase={}", "%E5%A5%BD".repeat(501))).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(long.count("#erase-error") == 1 && long.body.contains("好好好"), "what was typed is still there");
    let answered = site.post_form(&answer, officer, "erase=%E8%BF%98%E6%98%AF%E4%B8%9A%E4%B8%BB").await;
    assert_eq!(answered.header(header::LOCATION), "/c/privacy");
    let again = site.post_form(&answer, officer, "erase=x").await;
    assert_eq!(again.status, StatusCode::CONFLICT, "nobody waits any more");
    let own = site.get("/me/data", her).await;
    assert!(own.body.contains("还是业主"), "she reads why: {}", own.body);
    assert_eq!(own.count("form[action='/me/erase']"), 1, "and may ask again");
    site.check_everybodys_data().await;
}

#[tokio::test]
async fn who_says_that_something_is_wrong_is_answered() {
    let site = Site::new().await;
    let owner = site.owner("王芳").await;
    let (her, officer) = (Some(&owner.token), Some(&site.estate.officers[0].token));
    assert_eq!(site.get("/c", officer).await.count("main a.btn[href='/c/privacy']"), 0, "nobody waits");
    let nothing = site.post_form("/me/correct", her, "body=+").await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(nothing.count("#body-error"), 1, "{}", nothing.body);
    let said = site.post_form("/me/correct", her, "body=%E7%94%B5%E8%AF%9D%E6%8D%A2%E4%BA%86").await;
    assert_eq!(said.header(header::LOCATION), "/me/data#correct");
    assert_eq!(site.get("/c", officer).await.count("main a.btn[href='/c/privacy']"), 1, "officers are told");
    let id = site.id_of("王芳").await;
    let page = site.get(&format!("/c/privacy/{id}"), officer).await;
    assert!(page.body.contains("电话换了"), "{}", page.body);
    let mend = format!("/c/roll/correct/contacts/{id}");
    assert!(page.links(&mend) == [mend.as_str()], "one step from putting it right");
    assert_eq!(site.get(&mend, officer).await.status, StatusCode::OK);
    let path = format!("/c/privacy/{id}/answer");
    assert_eq!(site.post_form(&format!("{path}/other"), officer, "text=x").await.status, StatusCode::NOT_FOUND);
    let done = site.post_form(&format!("{path}/correct"), officer, "correct=%E6%94%B9%E5%A5%BD%E4%BA%86").await;
    assert_eq!(done.header(header::LOCATION), "/c/privacy");
    assert!(site.get("/me/data", her).await.body.contains("改好了"), "she reads the answer");
    site.check_everybodys_data().await;
}

#[tokio::test]
async fn two_officers_erase_who_has_sold_and_no_page_names_them() {
    let site = Site::new().await;
    let owner = site.owner("王芳").await;
    site.sell_all_of_wang_fang().await;
    let officer = Some(&site.estate.officers[0].token);
    let found = site.get("/c/privacy?text=%E7%8E%8B%E8%8A%B3", officer).await;
    let path = format!("/c/privacy/{}", site.id_of("王芳").await);
    assert!(found.links(&path) == [path.as_str()], "the roll names her no longer, and she is found");
    let page = site.get(&path, officer).await;
    assert_eq!(page.count(&format!("form[action='{path}']")), 1, "{}", page.body);
    let act = site.post_form(&path, officer, "").await.header(header::LOCATION).to_owned();
    let shown = site.get(&act, officer).await;
    assert!(shown.body.contains("王芳") && shown.count("#act-text") == 1, "both see whom they erase: {}", shown.body);
    assert_eq!(site.get(&path, officer).await.count(&format!("form[action='{path}']")), 0, "it waits for signatures");

    let id = act.rsplit('/').next().expect("an id").parse().expect("an act");
    let text = site.estate.act_text(&id).await;
    for officer in &site.estate.officers {
        let signature = json!({"signature": officer.device.sign(&text)});
        let signed = site.post_json(&format!("{act}/sign"), Some(&officer.token), &signature).await;
        assert_eq!(signed.status, StatusCode::OK, "{}", signed.body);
    }
    for path in [act.as_str(), "/c/acts", "/c/privacy?text=x", "/c/roll/history"] {
        let page = site.get(path, officer).await;
        assert!(page.status == StatusCode::OK && !page.body.contains("王芳"), "{path}: {}", page.body);
    }
    assert!(site.get(&act, officer).await.body.contains("已删除"), "it says that it is done");
    assert_eq!(site.get(&path, officer).await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.get("/me", Some(&owner.token)).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(site.post_form("/c/roll/undo/1", officer, "").await.status, StatusCode::CONFLICT, "no way back");
    let subject: Subject = format!("person:{}", path.rsplit('/').next().expect("an id")).parse().expect("a person");
    // What was done stays, under a number that is nobody's any more.
    for rows in site.estate.estate.own_data(&subject).await.unwrap() {
        assert!(["event", "act"].contains(&rows.table), "{rows:?}");
    }
}
