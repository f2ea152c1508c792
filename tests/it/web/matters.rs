//! Matters on their pages: raised, seen, stepped, talked over, moderated, and told of.

use axum::http::{StatusCode, header};
use ballot::store::{ids::Subject, session::Viewer, staff::Role as Office};
use deliberation::{
    rights::{Post, Role, Scope},
    settings::DAY,
    store::{By, Deliberation},
};
use heyi_tests::estate::fresh;

use super::{Answer, Site, Token};

fn location(answer: &Answer) -> &str {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.header(header::LOCATION)
}

/// A site with two owners, a clerk, who places matters, and the committee.
struct Scene {
    site: Site,
    owner: Token,
    other: Token,
    clerk: Token,
    officer: Token,
}

impl Scene {
    async fn new() -> Self {
        let site = Site::new().await;
        let (owner, other) = (site.owner("王芳").await.token, site.owner("李秀英").await.token);
        let clerk = site.estate.appoint(Office::Clerk, "10000000201").await.token;
        let officer = site.estate.officers[0].token.clone();
        Self { site, owner, other, clerk, officer }
    }

    async fn raise(&self, session: &Token, title: &str) -> String {
        let form = format!("kind=wish&title={title}&text=bench&building=&emergency=");
        location(&self.site.post_form("/matters/new", Some(session), &form).await).to_owned()
    }

    async fn viewer(&self, session: &Token) -> Viewer {
        let token = ballot::store::session::token_hash(&session.reveal()).expect("a token");
        let found = self.site.estate.estate.session_of(&token, self.site.estate.now()).await.expect("it is read");
        found.expect("a session")
    }

    async fn subject(&self, session: &Token) -> Subject {
        self.viewer(session).await.subject()
    }

    async fn step(&self, session: &Token, path: &str, verb: &str, form: &str) -> Answer {
        self.site.post_form(&format!("{path}/{verb}"), Some(session), form).await
    }

    async fn see(&self, session: Option<&Token>, path: &str) -> Answer {
        self.site.get(path, session).await
    }

    /// Acknowledged, given to the committee, begun.
    async fn begin(&self, path: &str) {
        location(&self.step(&self.clerk, path, "acknowledge", "").await);
        let officer = self.subject(&self.officer).await;
        let to = format!("who={officer}&due=2099-12-31");
        assert_eq!(
            self.step(&self.clerk, path, "assign", &to).await.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "too far"
        );
        let day = jiff::Timestamp::from_second(i64::try_from(self.site.estate.now() + 9 * DAY).expect("a time"));
        let day = day.expect("a time").to_string();
        let to = format!("who={officer}&due={}", &day[..10]);
        location(&self.step(&self.clerk, path, "assign", &to).await);
        location(&self.step(&self.officer, path, "start", "").await);
    }
}

#[tokio::test]
async fn a_wish_goes_from_its_wall_to_an_answer_that_its_author_rates() {
    let scene = Scene::new().await;
    let path = scene.raise(&scene.owner, "Bench").await;
    for (who, expected) in
        [(None, 404), (Some(&scene.other), 404), (Some(&scene.owner), 200), (Some(&scene.clerk), 200)]
    {
        assert_eq!(scene.see(who, &path).await.status, expected, "before it is acknowledged");
    }
    let board = scene.see(None, "/matters").await;
    assert!(!board.body.contains("Bench"), "a title is public once it is acknowledged");
    scene.begin(&path).await;
    for who in [None, Some(&scene.other)] {
        let page = scene.see(who, &path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.body.contains("王芳"), "neighbours do not learn who raised it");
        assert_eq!(page.count("main form[action$='/answer']"), 0);
    }
    let page = scene.see(Some(&scene.officer), &path).await;
    assert!(page.body.contains("王芳"), "whoever answers it does");
    let without = scene.step(&scene.officer, &path, "answer", "text=Built").await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(without.count("[role=alert] a[href='#answer']"), 1, "it says what is missing");
    assert!(without.body.contains(">\nBuilt</textarea>"), "what was typed is still there");
    location(&scene.step(&scene.officer, &path, "answer", "kind=done&text=Built").await);
    assert_eq!(scene.step(&scene.other, &path, "close", "rating=1").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    location(&scene.step(&scene.owner, &path, "close", "rating=5").await);
    let page = scene.see(None, &path).await;
    assert!(page.body.contains("Built"));
    assert_eq!(page.count(".timeline li"), 6, "{}", page.body);
    let again = scene.step(&scene.owner, &path, "close", "rating=5").await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "what has ended is ended");
    assert!(scene.site.estate.estate.verify_events(&scene.site.estate.compound).await.is_ok());
    scene.site.check_everybodys_data().await;
}

#[tokio::test]
async fn everybody_whom_a_matter_concerns_is_told_once_and_nobody_else() {
    let scene = Scene::new().await;
    let path = scene.raise(&scene.owner, "Lamp").await;
    scene.begin(&path).await;
    let news = scene.see(Some(&scene.owner), "/news").await;
    assert_eq!(news.count("main li"), 3, "acknowledged, assigned, begun: {}", news.body);
    assert_eq!(news.count("main .tag.warn"), 3);
    assert_eq!(scene.see(Some(&scene.other), "/news").await.count("main li"), 0);
    assert!(scene.see(Some(&scene.owner), "/me").await.body.contains("Lamp"));
    location(&scene.site.post_form("/news/read", Some(&scene.owner), "").await);
    assert_eq!(scene.see(Some(&scene.owner), "/news").await.count("main .tag.warn"), 0);
}

#[tokio::test]
async fn a_matter_that_is_merged_carries_its_authors_along() {
    let scene = Scene::new().await;
    let compound = scene.site.estate.compound.clone();
    let other = By { compound: compound.clone(), subject: scene.subject(&scene.other).await };
    let officer = By { compound, subject: scene.subject(&scene.officer).await };
    let now = scene.site.estate.now();
    let post = Post { role: Role::Moderator, scope: Scope::Estate, from: now, until: now + 365 * DAY };
    let life = Deliberation::new(scene.site.estate.estate.clone());
    life.appoint(&officer, &other.subject, &post, now, &mut fresh()).await.expect("appointed");
    let (first, second) = (scene.raise(&scene.owner, "One").await, scene.raise(&scene.other, "Two").await);
    for path in [&first, &second] {
        location(&scene.step(&scene.clerk, path, "acknowledge", "").await);
    }
    for wrong in ["", "2", "99", "x"] {
        let answer = scene.step(&scene.other, &second, "merge", &format!("into={wrong}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    assert_eq!(scene.step(&scene.owner, &second, "merge", "into=1").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    location(&scene.step(&scene.other, &second, "merge", "into=1").await);
    let page = scene.see(Some(&scene.clerk), &first).await;
    assert!(page.body.contains("王芳") && page.body.contains("李秀英"), "both are to be answered");
    assert!(scene.see(None, &second).await.body.contains(&format!("href=\"{first}\"")));
}

#[tokio::test]
async fn what_is_hidden_keeps_its_place_its_reason_and_its_text_for_its_author() {
    let scene = Scene::new().await;
    let compound = scene.site.estate.compound.clone();
    let officer = By { compound, subject: scene.subject(&scene.officer).await };
    let moderator = scene.subject(&scene.other).await;
    let now = scene.site.estate.now();
    let post = Post { role: Role::Moderator, scope: Scope::Estate, from: now, until: now + 365 * DAY };
    let life = Deliberation::new(scene.site.estate.estate.clone());
    life.appoint(&officer, &moderator, &post, now, &mut fresh()).await.expect("appointed");
    let path = scene.raise(&scene.owner, "Gate").await;
    location(&scene.step(&scene.clerk, &path, "acknowledge", "").await);
    let nothing = scene.step(&scene.owner, &path, "say", "side=for&text=").await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(nothing.count("[role=alert] a[href='#say']"), 1);
    location(&scene.step(&scene.owner, &path, "say", "side=question&text=Why%3F").await);
    location(&scene.step(&scene.officer, &path, "say", "side=remark&text=Because&parent=1").await);
    assert_eq!(scene.see(None, &path).await.count("article .tag.ok"), 1, "the committee's answer is marked");
    let search = "/search?q=why";
    let found = format!("main li a[href='{path}?after=0#r1']");
    assert_eq!(scene.see(None, search).await.count(&found), 1, "what was said is found where it stands");
    assert_eq!(
        scene.step(&scene.owner, &path, "remarks/1/hide", "reason=insult").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        scene.step(&scene.other, &path, "remarks/1/hide", "").await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "without a reason"
    );
    location(&scene.step(&scene.other, &path, "remarks/1/hide", "reason=insult").await);
    let (others, own) = (scene.see(None, &path).await, scene.see(Some(&scene.owner), &path).await);
    assert!(!others.body.contains("Why?") && others.count("article#r1") == 1);
    assert_eq!(scene.see(Some(&scene.owner), search).await.count(&found), 0, "nobody finds what is hidden");
    assert!(own.body.contains("Why?"), "its author sees it with the reason");
    location(&scene.step(&scene.owner, &path, "remarks/1/withdraw", "").await);
    assert!(!scene.see(Some(&scene.owner), &path).await.body.contains("Why?"));
}

#[tokio::test]
async fn statements_are_looked_at_before_people_react_and_nobody_is_named() {
    let scene = Scene::new().await;
    let compound = scene.site.estate.compound.clone();
    let officer = By { compound, subject: scene.subject(&scene.officer).await };
    let now = scene.site.estate.now();
    let post = Post { role: Role::Moderator, scope: Scope::Estate, from: now, until: now + 365 * DAY };
    let life = Deliberation::new(scene.site.estate.estate.clone());
    life.appoint(&officer, &scene.subject(&scene.other).await, &post, now, &mut fresh()).await.expect("appointed");
    let path = scene.raise(&scene.owner, "Gate").await;
    let page = format!("{path}/opinion");
    assert_eq!(scene.see(Some(&scene.owner), &page).await.status, StatusCode::NOT_FOUND, "nobody has acknowledged it");
    let refused = scene.step(&scene.owner, &page, "say", "text=Wider").await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    location(&scene.step(&scene.clerk, &path, "acknowledge", "").await);

    for wrong in ["", "text=", &format!("text={}", "x".repeat(141)), "text=two%0Alines"] {
        let refused = scene.step(&scene.owner, &page, "say", wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    location(&scene.step(&scene.owner, &page, "say", "text=Wider").await);
    assert!(!scene.see(None, &page).await.body.contains("Wider"), "it waits for the moderator");
    assert!(scene.see(Some(&scene.owner), &page).await.body.contains("Wider"), "and its author sees that it does");
    let refused = |answer: Answer| assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused(scene.step(&scene.owner, &page, "1/agree", "").await);
    refused(scene.step(&scene.owner, &page, "1/accept", "").await);
    refused(scene.step(&scene.other, &page, "1", "text=Narrower").await);
    location(&scene.step(&scene.owner, &page, "1", "text=Wider+gate").await);
    let waits = format!("a[href='{page}#pending']");
    assert_eq!(scene.see(Some(&scene.other), "/matters").await.count(&waits), 1, "moderators find what waits");
    assert_eq!(scene.see(Some(&scene.owner), "/matters").await.count(&waits), 0);
    refused(scene.step(&scene.other, &page, "1/reject", "").await);
    refused(scene.step(&scene.other, &page, "1/mark_duplicate", "original=7").await);
    location(&scene.step(&scene.other, &page, "1/accept", "").await);
    assert_eq!(scene.see(Some(&scene.owner), "/news").await.count(&format!("a[href='{page}']")), 1, "they are told");

    location(&scene.step(&scene.owner, &page, "1/disagree", "").await);
    location(&scene.step(&scene.owner, &page, "1/agree", "").await);
    location(&scene.step(&scene.other, &page, "1/pass", "").await);
    refused(scene.step(&scene.officer, &page, "1/agree", "").await);
    let seen = scene.see(None, &page).await;
    assert!(seen.body.contains("1 人（50%）"), "the last reaction of each counts: {}", seen.body);
    assert!(!seen.body.contains("王芳") && !seen.body.contains("svg class=\"map\""), "no name, and no map of two");
    assert_eq!(scene.see(Some(&scene.owner), &page).await.count("form.choices"), 0, "all is said");
    let again = scene.see(Some(&scene.owner), &format!("{page}?s=1")).await;
    assert_eq!(again.count("form.choices"), 1, "and can be said otherwise");

    refused(scene.step(&scene.owner, &page, "1", "text=Narrower").await);
    assert!(scene.see(None, &page).await.body.contains("Wider gate"), "what was reacted to stays as it is");
    location(&scene.step(&scene.other, &page, "1/hide", "reason=insult").await);
    assert!(!scene.see(None, &page).await.body.contains("Wider"));
    refused(scene.step(&scene.other, &page, "1/agree", "").await);
    assert_eq!(scene.step(&scene.owner, &page, "1/close", "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(scene.step(&scene.owner, &page, "9/agree", "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn an_office_raises_matters_for_residents_alone() {
    let scene = Scene::new().await;
    let form = scene.see(Some(&scene.clerk), "/matters/new").await;
    assert_eq!(form.count("main form"), 0, "it says how instead");
    let bare = scene.site.post_form("/matters/new", Some(&scene.clerk), "title=a&text=b").await;
    assert_ne!(bare.status, StatusCode::SEE_OTHER);
    let owner = scene.subject(&scene.owner).await;
    let asked = format!("/matters/new?for={owner}");
    assert!(scene.see(Some(&scene.clerk), &asked).await.body.contains("王芳"));
    assert_eq!(scene.see(Some(&scene.other), &asked).await.status, StatusCode::NOT_FOUND, "neighbours look nobody up");
    let form = format!("kind=matter&title=Tap&text=drips&for={owner}");
    let path = location(&scene.site.post_form("/matters/new", Some(&scene.clerk), &form).await).to_owned();
    assert_eq!(scene.see(Some(&scene.owner), &path).await.status, StatusCode::OK, "it is the owner's");
    for (why, form) in [
        ("no title", "kind=wish&title=&text=b".to_owned()),
        ("a title of two lines", "kind=wish&title=a%0Ab&text=b".to_owned()),
        ("no text", "kind=wish&title=a&text=".to_owned()),
        ("a building that is not there", "kind=wish&title=a&text=b&building=99".to_owned()),
        ("too long a title", format!("kind=wish&title={}&text=b", "a".repeat(101))),
    ] {
        let answer = scene.site.post_form("/matters/new", Some(&scene.owner), &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        assert_eq!(answer.count("[role=alert] a"), 1, "{why}");
    }
}
