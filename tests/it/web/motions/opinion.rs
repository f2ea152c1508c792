//! What people think of a motion: said while it is talked over, looked at by a moderator, and read for ever.

use super::*;

impl Scene {
    /// Being talked over; 李秀英 moderates.
    async fn deliberating(&self) -> String {
        let path = self.admitted().await;
        assert_eq!(self.see(None, &format!("{path}/opinion")).await.status, StatusCode::NOT_FOUND, "not yet");
        let until = format!("until={}", self.day(8));
        location(&self.post(&self.officer(), &format!("{path}/deliberate"), &until).await);
        self.appoint(&self.li.token, "moderator").await;
        path
    }
}

#[tokio::test]
async fn people_say_what_they_think_of_a_motion_until_its_text_is_final() {
    let mut scene = Scene::new().await;
    let path = scene.deliberating().await;
    let page = format!("{path}/opinion");
    assert_eq!(scene.see(None, &path).await.count(&format!("main a[href='{page}']")), 1, "its page leads there");
    location(&scene.post(&scene.wang.token, &format!("{page}/say"), "text=One+lift+will+do").await);
    assert!(!scene.see(None, &page).await.body.contains("One lift"), "a moderator looks at it first");
    let waits = format!("a[href='{page}#pending']");
    assert_eq!(scene.see(Some(&scene.li.token), "/matters").await.count(&waits), 1, "moderators find what waits");
    location(&scene.post(&scene.li.token, &format!("{page}/1/accept"), "").await);
    let news = scene.see(Some(&scene.wang.token), "/news").await;
    assert_eq!(news.count(&format!("a[href='{page}']")), 1, "its author is told: {}", news.body);
    location(&scene.post(&scene.li.token, &format!("{page}/1/agree"), "").await);
    let office = scene.post(&scene.officer(), &format!("{page}/1/agree"), "").await;
    assert_eq!(office.status, StatusCode::UNPROCESSABLE_ENTITY, "offices have no voice");
    let seen = scene.see(None, &page).await;
    assert!(seen.body.contains("One lift will do") && seen.body.contains("1 人（100%）"), "{}", seen.body);
    assert!(!seen.body.contains("王芳") && !seen.body.contains("李秀英"), "nobody is named");

    scene.wait(9).await;
    let until = format!("until={}", scene.day(8));
    location(&scene.post(&scene.officer(), &format!("{path}/open_amendments"), &until).await);
    location(&scene.post(&scene.wang.token, &format!("{page}/1/disagree"), "").await);
    scene.wait(9).await;
    location(&scene.post(&scene.officer(), &format!("{path}/finalise"), "").await);
    for act in ["1/agree", "say"] {
        let late = scene.post(&scene.wang.token, &format!("{page}/{act}"), "text=Late").await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "{act}: the text is final");
    }
    let seen = scene.see(Some(&scene.wang.token), &page).await;
    assert!(seen.body.contains("One lift will do") && seen.count("form.choices") == 0, "it stays to be read");
    assert!(estate_is_whole(&scene).await);
}
