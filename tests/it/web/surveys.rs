//! Surveys on their pages: written and opened by two, answered, entered twice, sorted by two, and answered.

use axum::http::{Method, StatusCode, header};
use ballot::store::staff::Role as Office;
use deliberation::settings::DAY;
use heyi_tests::estate::TestPerson;
use serde_json::json;

use super::{Answer, Site, Token};

fn location(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.header(header::LOCATION).to_owned()
}

/// A site with two owners, two at the service point, and the committee.
struct Scene {
    site: Site,
    owner: TestPerson,
    other: TestPerson,
    clerks: [TestPerson; 2],
}

impl Scene {
    async fn new() -> Self {
        let site = Site::new().await;
        let (owner, other) = (site.owner("王芳").await, site.owner("李秀英").await);
        let clerks = [
            site.estate.appoint(Office::Clerk, "10000000201").await,
            site.estate.appoint(Office::Clerk, "10000000202").await,
        ];
        Self { site, owner, other, clerks }
    }

    fn officer(&self, place: usize) -> &Token {
        &self.site.estate.officers[place].token
    }

    /// So many days from today in Beijing.
    fn day(&self, days: u64) -> String {
        let at = i64::try_from(self.site.estate.now() + 8 * 3600 + days * DAY).expect("a time");
        jiff::Timestamp::from_second(at).expect("a time").to_string()[..10].to_owned()
    }

    async fn send(&self, who: &Token, path: &str, form: &str) -> Answer {
        self.site.post_form(path, Some(who), form).await
    }

    async fn see(&self, who: Option<&Token>, path: &str) -> Answer {
        self.site.get(path, who).await
    }

    /// With one question to choose from and one in people's own words.
    async fn draft(&self) -> String {
        let form = format!("title=Needs&text=Why&closes={}&promised={}", self.day(1), self.day(30));
        let edit = location(&self.send(self.officer(0), "/surveys/new", &form).await);
        let path = edit.strip_suffix("/edit").expect("it goes on with the questions").to_owned();
        for form in ["place=&prompt=First&kind=single&options=Lamp%0APath", "place=&prompt=Else&kind=open"] {
            location(&self.send(self.officer(0), &format!("{path}/questions"), form).await);
        }
        path
    }

    async fn open(&self) -> String {
        let path = self.draft().await;
        location(&self.send(self.officer(0), &format!("{path}/step/review"), "").await);
        location(&self.send(self.officer(1), &format!("{path}/step/open"), "").await);
        path
    }

    /// Some days later, with everybody signed in again.
    async fn later(&mut self, days: u64) {
        self.site.estate.clock.set(self.site.estate.now() + days * DAY);
        self.site.estate.sign_officers_in().await;
        for person in [&mut self.owner, &mut self.other].into_iter().chain(&mut self.clerks) {
            self.site.estate.sign_in(person).await;
        }
    }
}

#[tokio::test]
async fn a_survey_is_written_by_one_and_opened_by_another() {
    let scene = Box::pin(Scene::new()).await;
    let path = scene.draft().await;
    for (who, expected) in [
        (None, 404),
        (Some(&scene.owner.token), 404),
        (Some(&scene.clerks[0].token), 404),
        (Some(scene.officer(1)), 200),
    ] {
        assert_eq!(scene.see(who, &path).await.status, expected, "a draft is for those who write surveys");
    }
    assert_eq!(scene.see(Some(scene.officer(1)), &format!("{path}/edit")).await.status, 404, "of its author alone");
    let filled = scene.see(Some(scene.officer(0)), &format!("{path}/edit?q=1")).await;
    assert!(filled.body.contains(">\nLamp\nPath</textarea>"), "{}", filled.body);
    for (why, field, form) in [
        ("no kind", "kind", "place=&prompt=Kept&kind="),
        ("one option", "options", "place=&prompt=Kept&kind=single&options=a"),
        ("no text", "prompt", "place=&prompt=&kind=open&options=Kept"),
        ("more than there are", "options", "place=&prompt=Kept&kind=several&options=a%0Ab&most=3"),
        ("no scale", "options", "place=&prompt=Kept&kind=scale&most=x"),
    ] {
        let answer = scene.send(scene.officer(0), &format!("{path}/questions"), form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        assert_eq!(answer.count(&format!("[role=alert] a[href='#{field}']")), 1, "{why}: {}", answer.body);
        assert!(answer.body.contains("Kept"), "{why}");
    }
    for (why, field, form) in [
        ("no title", "title", format!("title=&text=Kept&closes={}&promised={}", scene.day(1), scene.day(9))),
        ("a day that passed", "closes", format!("title=Kept&text=a&closes=2020-01-01&promised={}", scene.day(9))),
        ("no day", "closes", "title=Kept&text=a&closes=&promised=".to_owned()),
    ] {
        for path in ["/surveys/new", &format!("{path}/edit")] {
            let answer = scene.send(scene.officer(0), path, &form).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
            assert_eq!(answer.count(&format!("[role=alert] a[href='#{field}']")), 1, "{why}");
            assert!(answer.body.contains("Kept"), "{why}");
        }
    }
    location(&scene.send(scene.officer(0), &format!("{path}/step/review"), "").await);
    let own = scene.see(Some(scene.officer(0)), &path).await;
    assert_eq!((own.count("form[action$='/open']"), own.count("form[action$='/withdraw']")), (0, 1));
    let refused = scene.send(scene.officer(0), &format!("{path}/step/open"), "").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "never by who wrote it");
    let refused = scene.send(scene.officer(1), &format!("{path}/step/return"), "").await;
    assert_eq!(refused.count("[role=alert] a[href='#return']"), 1, "with a reason: {}", refused.body);
    location(&scene.send(scene.officer(1), &format!("{path}/step/open"), "").await);
    assert!(scene.see(None, "/").await.body.contains(&path), "the first page shows it");
    for page in ["/paper", "/poster"] {
        let sheet = scene.see(None, &format!("{path}{page}")).await;
        assert_eq!(sheet.count("article.sheet .qr svg"), 1, "{page}");
    }
    assert_eq!(scene.send(&scene.owner.token, "/surveys/new", "title=a").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn people_answer_for_themselves_and_can_think_again() {
    let mut scene = Box::pin(Scene::new()).await;
    let path = scene.open().await;
    let found = scene.see(None, "/search?q=needs").await;
    assert_eq!(found.count(&format!("main li a[href='{path}']")), 1, "{}", found.body);
    let form = format!("{path}/answer");
    for (who, expected) in [
        (None, 401),
        (Some(&scene.owner.token), 200),
        (Some(scene.officer(0)), 404),
        (Some(&scene.clerks[0].token), 404),
    ] {
        assert_eq!(scene.see(who, &form).await.status, expected);
    }
    for (why, typed) in [("nothing", "q1=&q2="), ("no such option", "q1=7&q2=Kept"), ("no number", "q1=x&q2=Kept")] {
        let refused = scene.send(&scene.owner.token, &form, typed).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        assert_eq!(refused.count("[role=alert] a[href='#q1']"), 1, "{why}: {}", refused.body);
        assert_eq!(refused.body.contains(">\nKept</textarea>"), typed.contains("Kept"), "{why}");
    }
    location(&scene.send(&scene.owner.token, &form, "q1=0&q2=Light").await);
    let page = scene.see(Some(&scene.owner.token), &form).await;
    assert!(page.body.contains(">\nLight</textarea>"), "what was answered is there to change");
    location(&scene.send(&scene.owner.token, &form, "q1=1").await);
    let page = scene.see(None, &path).await;
    assert!(!page.body.contains("Light") && page.body.contains("人少，不显示"), "{}", page.body);
    assert!(scene.see(Some(&scene.owner.token), &path).await.body.contains("您已经答过"));
    scene.later(2).await;
    let late = scene.send(&scene.owner.token, &form, "q1=0").await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "it is closed");
    assert!(scene.site.estate.estate.verify_events(&scene.site.estate.compound).await.is_ok());
    scene.site.check_everybodys_data().await;
}

#[tokio::test]
async fn papers_are_entered_twice_sorted_by_two_and_every_need_is_answered() {
    let mut scene = Box::pin(Scene::new()).await;
    let path = scene.open().await;
    location(&scene.send(&scene.owner.token, &format!("{path}/answer"), "q1=0&q2=Dark+stairs").await);
    let enter = format!("{path}/enter");
    for who in [scene.officer(0), &scene.owner.token] {
        assert_eq!(scene.see(Some(who), &enter).await.status, StatusCode::NOT_FOUND, "staff at the doors do this");
    }
    for (why, field, form) in [
        ("no channel", "channel", "tenure=tenant&q2=Kept"),
        ("no tenure", "tenure", "channel=paper&q2=Kept"),
        ("no consent", "consent", "channel=interview&tenure=tenant&q2=Kept"),
        ("no such home", "home", "channel=paper&tenure=tenant&building=1&home=999&q2=Kept"),
        ("no answer", "q1", "channel=paper&tenure=tenant&building=1&home=Kept&q1=9"),
    ] {
        let refused = scene.send(&scene.clerks[0].token, &enter, form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        let field = if why == "no answer" { "home" } else { field };
        assert_eq!(refused.count(&format!("[role=alert] a[href='#{field}']")), 1, "{why}: {}", refused.body);
        assert!(refused.body.contains("Kept"), "{why}");
    }
    let paper = "channel=paper&tenure=tenant&building=1&home=101&q1=1&q2=Steps";
    let next = location(&scene.send(&scene.clerks[0].token, &enter, paper).await);
    assert!(scene.see(Some(&scene.clerks[0].token), &next).await.body.contains("已录入第 2 张"));
    let visits = scene.see(Some(&scene.clerks[0].token), &format!("{path}/visits?building=1")).await;
    assert_eq!(visits.links("/enter?channel=interview").len(), 1, "of three homes two have answered: {}", visits.body);
    let early = scene.see(Some(&scene.clerks[0].token), &format!("{path}/code")).await;
    assert_eq!(early.status, StatusCode::NOT_FOUND, "before the close nobody reads what is said");
    scene.later(2).await;

    // The only paper is drawn; who entered it does not enter it again.
    let (first, second) = (&scene.clerks[0].token, &scene.clerks[1].token);
    location(&scene.send(first, &format!("{path}/draw"), "").await);
    let drawn = format!("{path}/twice/2");
    assert_eq!(scene.send(first, &drawn, "q1=1&q2=Steps").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!scene.see(Some(second), &drawn).await.body.contains("Steps"), "the first entry is not shown");
    location(&scene.send(second, &drawn, "q1=0&q2=Steps").await);
    let list = scene.see(Some(second), &format!("{path}/twice")).await;
    assert!(list.body.contains("Lamp") && list.body.contains("Path"), "what differs is shown: {}", list.body);
    location(&scene.send(second, &format!("{drawn}/settle"), "take=first").await);

    let code = format!("{path}/code");
    assert_eq!(scene.see(Some(&scene.owner.token), &code).await.status, StatusCode::NOT_FOUND);
    let refused = scene.send(first, &code, "response=1&question=2&need=&fresh=").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "nothing is chosen");
    location(&scene.send(first, &code, "response=1&question=2&need=&fresh=Lights").await);
    location(&scene.send(first, &code, "response=2&question=2&need=&fresh=Ramp").await);
    location(&scene.send(second, &code, "response=1&question=2&need=1").await);
    location(&scene.send(second, &code, "response=2&question=2&need=1").await);
    let page = scene.see(Some(second), &code).await;
    assert_eq!(page.count("form[action$='/settle']"), 1, "{}", page.body);
    let refused = scene.send(scene.officer(0), &format!("{path}/step/code"), "").await;
    assert_eq!(refused.count("[role=alert] a[href='#code']"), 1, "one differs: {}", refused.body);
    location(&scene.send(first, &format!("{code}/settle"), "response=2&question=2&need=2").await);
    location(&scene.send(scene.officer(0), &format!("{path}/step/code"), "").await);

    let needs = format!("{path}/needs");
    assert_eq!(scene.see(Some(first), &needs).await.status, StatusCode::NOT_FOUND);
    for (why, form) in [("no kind", "answer=&reason=Kept"), ("no words", "answer=adopted&reason=")] {
        let refused = scene.send(scene.officer(0), &format!("{needs}/1"), form).await;
        assert_eq!(refused.count("[role=alert] a[href='#need-1']"), 1, "{why}: {}", refused.body);
    }
    location(&scene.send(scene.officer(0), &format!("{needs}/1"), "answer=adopted&reason=New+lamps").await);
    let refused = scene.send(scene.officer(0), &format!("{path}/plan"), "title=Kept").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "it cites no need");
    location(&scene.send(scene.officer(0), &format!("{path}/plan"), "title=Lamps&need=1&due=").await);
    location(&scene.send(scene.officer(0), &format!("{path}/step/report"), "text=Heard").await);
    let refused = scene.send(scene.officer(0), &format!("{path}/step/answer"), "").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "one need has no answer");
    location(&scene.send(scene.officer(0), &format!("{needs}/2"), "answer=no&reason=No+room").await);
    location(&scene.send(scene.officer(0), &format!("{path}/step/answer"), "").await);
    let page = scene.see(None, &format!("{path}?lang=en")).await;
    for said in ["New lamps", "No room", "Lamps", "Heard", "every need answered", "of 2 answers they sorted 1 alike"] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    assert!(!page.body.contains("Dark stairs"), "nobody's own words");
    assert!(scene.see(Some(&scene.owner.token), "/news").await.body.contains(&path), "whoever answered is told");
    assert!(!scene.see(Some(&scene.other.token), "/news").await.body.contains(&path), "and nobody else");
    assert!(scene.site.estate.estate.verify_events(&scene.site.estate.compound).await.is_ok());
    scene.site.check_everybodys_data().await;
}

#[tokio::test]
async fn a_matter_leads_to_the_survey_that_it_gave_rise_to_and_back() {
    let scene = Box::pin(Scene::new()).await;
    let form = "kind=wish&title=Bench&text=a&building=&emergency=";
    let matter = location(&scene.send(&scene.owner.token, "/matters/new", form).await);
    location(&scene.send(&scene.clerks[0].token, &format!("{matter}/acknowledge"), "").await);
    let page = scene.see(Some(scene.officer(0)), &matter).await;
    let start = page.links("/surveys/new?matter=");
    assert_eq!(start.len(), 1, "{}", page.body);
    assert!(scene.see(Some(scene.officer(0)), &start[0]).await.body.contains("Bench"));
    let id = matter.strip_prefix("/matters/").expect("a path");
    let form = format!("title=Needs&text=Why&closes={}&promised={}&matter={id}", scene.day(1), scene.day(30));
    let edit = location(&scene.send(scene.officer(0), "/surveys/new", &form).await);
    let survey = edit.strip_suffix("/edit").expect("a path");
    assert_eq!(scene.see(None, &matter).await.links(survey).len(), 0, "a draft is not for everybody");
    assert_eq!(scene.see(Some(scene.officer(1)), &matter).await.links(survey).len(), 1);
    assert_eq!(scene.see(Some(scene.officer(0)), survey).await.links(&matter).len(), 1);
}

#[tokio::test]
async fn the_api_takes_answers_and_tells_no_more_than_the_page() {
    let mut scene = Box::pin(Scene::new()).await;
    let path = scene.draft().await;
    assert_eq!(scene.site.read("/surveys", None).await["items"], json!([]), "a draft is for those who write surveys");
    assert_eq!(scene.site.read("/surveys", Some(scene.officer(0))).await["items"][0]["state"], "draft");
    location(&scene.send(scene.officer(0), &format!("{path}/step/review"), "").await);
    location(&scene.send(scene.officer(1), &format!("{path}/step/open"), "").await);
    let survey = scene.site.read(&path, Some(&scene.owner.token)).await;
    assert_eq!((&survey["questions"][0]["kind"], &survey["has_answered"]), (&json!("single"), &json!(false)));
    assert_eq!(survey["questions"][0]["options"], json!(["Lamp", "Path"]));
    let answers = format!("{path}/answers");
    let put =
        async |who: &Token, body: serde_json::Value| scene.site.change(Method::PUT, &answers, Some(who), &body).await;
    for (why, code, body) in [
        ("none", "survey_nothing", json!({ "answers": [] })),
        ("no such option", "bad_answer", json!({ "answers": [{ "question": 1, "options": [2] }] })),
        ("no such question", "bad_answer", json!({ "answers": [{ "question": 9, "text": "x" }] })),
        ("nothing said", "bad_answer", json!({ "answers": [{ "question": 1 }] })),
        ("two answers in one", "bad_answer", json!({ "answers": [{ "question": 1, "options": [0], "text": "x" }] })),
        ("another kind", "bad_answer", json!({ "answers": [{ "question": 1, "text": "Lamp" }] })),
        ("more than there is", "malformed", json!({ "answers": [{ "question": 1, "options": [0], "more": 1 }] })),
    ] {
        let answer = put(&scene.owner.token, body).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, code), "{why}");
    }
    let right = json!({ "answers": [{ "question": 1, "options": [0] }, { "question": 2, "text": "Benches" }] });
    assert_eq!(put(scene.officer(0), right.clone()).await.status, StatusCode::NOT_FOUND, "an office enters papers");
    assert_eq!(put(&scene.owner.token, right.clone()).await.status, StatusCode::NO_CONTENT);
    assert_eq!(scene.site.read(&answers, Some(&scene.owner.token)).await, right);
    assert_eq!(
        scene.site.read(&answers, Some(&scene.other.token)).await,
        json!({ "answers": [] }),
        "others' are theirs"
    );
    let results = format!("{path}/results");
    let open = scene.site.read(&results, None).await;
    assert_eq!((&open["answered"], &open["questions"]), (&json!(1), &json!(null)), "nothing before it closes");
    scene.later(2).await;
    let closed = scene.site.read(&results, None).await;
    assert_eq!(closed["questions"][0]["each"], json!([null, null]), "of so few nothing is told: {closed}");
    assert!(!closed.to_string().contains("Benches"));
}
