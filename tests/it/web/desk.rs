//! The paper desk: printed, entered by two who do not see each other, signed, and found by its number.

use axum::http::{StatusCode, header};
use ballot::{
    id::PollId,
    store::{
        paper::FormState,
        session::Token,
        staff::{Role, StaffMember},
    },
};
use heyi_tests::estate::{DAY, NOW, TestPerson};
use serde_json::{Value, json};

use super::{Answer, Site};

/// A picture of one pixel.
pub(super) const PHOTO: &[u8] = include_bytes!("pixel.png");

/// A poll with three clerks.
pub(super) struct Scene {
    pub(super) site: Site,
    pub(super) clerks: Vec<TestPerson>,
    pub(super) poll: PollId,
}

impl Scene {
    pub(super) async fn new() -> Self {
        let site = Site::new().await;
        let mut clerks = Vec::new();
        for phone in ["10000000901", "10000000902", "10000000903"] {
            clerks.push(site.estate.appoint(Role::Clerk, phone).await);
        }
        let poll = site.estate.publish().await;
        let mut scene = Self { site, clerks, poll };
        scene.sign_in().await;
        scene
    }

    pub(super) async fn sign_in(&mut self) {
        self.site.estate.sign_officers_in().await;
        for clerk in &mut self.clerks {
            self.site.estate.sign_in(clerk).await;
        }
    }

    pub(super) fn officer(&self) -> Token {
        self.site.estate.officers[0].token.clone()
    }

    async fn staff(&self, clerk: usize) -> StaffMember {
        let estate = &self.site.estate;
        let viewer = estate.viewer(&self.clerks[clerk].token, estate.now()).await.expect("signed in");
        viewer.staff(Role::Clerk).expect("a clerk").clone()
    }

    pub(super) fn at(&self, rest: &str) -> String {
        format!("/desk/{}{rest}", self.poll)
    }

    pub(super) async fn see(&self, clerk: usize, rest: &str) -> Answer {
        self.site.get(&self.at(rest), Some(&self.clerks[clerk].token)).await
    }

    pub(super) async fn post(&self, clerk: usize, rest: &str, form: &str) -> Answer {
        self.site.post_form(&self.at(rest), Some(&self.clerks[clerk].token), form).await
    }

    /// The numbers on the sheets of building 1.
    pub(super) async fn print(&self) -> Vec<String> {
        let answer = self.site.post_form(&self.at("/forms"), Some(&self.officer()), "building=1").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        assert_eq!(answer.count("article.sheet"), answer.count("article.sheet .qr svg"), "each with its code");
        let page = answer.page();
        let numbers = scraper::Selector::parse("article.sheet .numbered .big").expect("a selector");
        let stubs = scraper::Selector::parse("article.sheet .stub .big").expect("a selector");
        let texts = |what| -> Vec<String> { page.select(what).map(|one| one.text().collect()).collect() };
        assert_eq!(texts(&numbers), texts(&stubs), "the stub has the number of its form");
        texts(&numbers)
    }

    pub(super) async fn enter(&self, clerk: usize, form: &str, choice: &str, file: Option<&[u8]>) -> Answer {
        let fields = [
            ("form", form),
            ("whole", "valid"),
            ("lift", choice),
            ("person", "1"),
            ("day", "2026-11-18"),
            ("hour", "00:00"),
        ];
        let files: Vec<_> = file.into_iter().collect();
        self.site.post_files(&self.at("/paper"), Some(&self.clerks[clerk].token), &fields, &files).await
    }

    /// Signs what waits, as the browser does.
    pub(super) async fn sign(&self, clerk: usize) -> Vec<String> {
        let waiting: Value = serde_json::from_str(&self.see(clerk, "/sign").await.body).expect("JSON");
        let mut states = Vec::new();
        for paper in waiting["papers"].as_array().expect("a list") {
            let signature = self.clerks[clerk].device.sign(paper["text"].as_str().expect("a text"));
            let body = json!({"form": paper["form"], "signature": signature});
            let answer = self.site.post_json(&self.at("/sign"), Some(&self.clerks[clerk].token), &body).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
            let answer: Value = serde_json::from_str(&answer.body).expect("JSON");
            states.push(answer["state"].as_str().expect("a word").to_owned());
        }
        states
    }
}

#[tokio::test]
async fn a_paper_goes_from_the_printer_to_the_list_at_the_building() {
    let mut scene = Scene::new().await;
    let numbers = scene.print().await;
    assert_eq!(numbers.len(), 3, "a form for each holder with a home in building 1");
    let form = &numbers[0];
    assert_eq!(scene.print().await, numbers, "printed again, the same");

    // A scanner types the address on the form.
    let scanned = format!("https%3A%2F%2Fvote.example%2Fpolls%2F{}%2Fpapers%3Fform%3D{form}", scene.poll);
    let page = scene.see(0, &format!("/paper?form={scanned}")).await;
    assert_eq!(page.count("form#paper-entry input[type=radio][name=lift]"), 4, "three choices, and invalid");
    assert_eq!(page.count("form#paper-entry input[type=file]"), 1);
    let officers = scene.site.get(&scene.at(&format!("/paper?form={form}")), Some(&scene.officer())).await;
    assert_eq!((officers.status, officers.count("form#paper-entry")), (StatusCode::OK, 0), "an officer enters nothing");

    let received = scene.post(0, "/receive", &format!("form={form}")).await;
    assert_eq!(received.status, StatusCode::SEE_OTHER);
    let first = scene.enter(0, form, "against", Some(PHOTO)).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.body);
    assert_eq!(first.header(header::LOCATION), scene.at(&format!("/paper?done={form}&became=once")));
    let next = scene.see(0, &format!("/paper?done={form}&became=once")).await;
    assert_eq!(next.count("main form input[name=form]:not([type=hidden])"), 1, "ready for the next form");
    let own = scene.see(0, &format!("/paper?form={form}")).await;
    assert_eq!(own.count("form#paper-entry"), 0, "one clerk enters it once");

    // The second sees the scan, and nothing of what the first chose.
    let blind = scene.see(1, &format!("/paper?form={form}")).await;
    assert_eq!(blind.count("form#paper-entry input[name=lift][checked]"), 0);
    assert_eq!((blind.count("form#paper-entry input[type=file]"), blind.count("main img")), (0, 1));
    assert_eq!(scene.see(1, &format!("/scan/{form}")).await.header(header::CONTENT_TYPE), "image/jpeg");
    let officer = scene.officer();
    let barred = scene.site.get(&scene.at(&format!("/scan/{form}")), Some(&officer)).await;
    assert_eq!(barred.status, StatusCode::NOT_FOUND, "nobody else before the close");
    let second = scene.enter(1, form, "against", None).await;
    assert!(second.header(header::LOCATION).ends_with("became=agreed"), "{}", second.body);
    assert_eq!(scene.sign(2).await, Vec::<String>::new());
    assert_eq!((scene.sign(0).await, scene.sign(1).await), (vec!["waits".to_owned()], vec!["counted".to_owned()]));

    // By its number anybody finds that it is in, and nothing of whose it is or what it says.
    let list = scene.site.get(&format!("/polls/{}/papers?form={form}", scene.poll), None).await;
    assert_eq!(list.count("main a[href^='/check?c=']"), 1, "{}", list.body);
    for secret in ["against", "反对", "张伟明", "李秀英", "王芳", "102"] {
        assert!(!list.body.replace(form, "").contains(secret), "{secret}: {}", list.body);
    }
    let other = scene.site.get(&format!("/polls/{}/papers?form={}", scene.poll, numbers[1]), None).await;
    assert_eq!(other.count("main .notice.warn"), 1, "not yet");
    let status = scene.see(2, &format!("/paper?form={form}")).await;
    assert_eq!((status.count("main .code"), status.count("form#paper-entry")), (1, 0), "for the telephone");
    assert!(!status.body.contains("反对"));

    // The vote is over; the desk says that all is entered, and an inspector compares the scan.
    scene.site.estate.clock.set(NOW + 30 * DAY + 60);
    scene.sign_in().await;
    let desk = scene.see(0, "").await;
    assert_eq!(desk.count("form[action$='/end']"), 1, "{}", desk.body);
    assert_eq!(scene.post(0, "/end", "").await.status, StatusCode::SEE_OTHER);
    let officer = scene.officer();
    let by = scene.site.estate.officer(0).await;
    let now = scene.site.estate.estate.form(&by, &scene.poll, form.parse::<u64>().unwrap().try_into().unwrap()).await;
    let now = now.unwrap();
    let page = scene.site.get(&format!("/audit/{}/holders/{}", scene.poll, now.holder), Some(&officer)).await;
    let scan = format!("/audit/{}/scans/{}", scene.poll, now.scan.unwrap());
    assert_eq!(page.count(&format!("main figure img[src='{scan}']")), 1, "{}", page.body);
    assert_eq!(scene.site.get(&scan, Some(&officer)).await.status, StatusCode::OK);
    assert_eq!(scene.site.get(&scan, None).await.status, StatusCode::UNAUTHORIZED);
    assert!(scene.site.estate.estate.verify_events(&scene.site.estate.compound).await.is_ok());
    scene.site.check_everybodys_data().await;
}

#[tokio::test]
async fn papers_are_brought_to_everybody_and_the_doors_list_has_who_has_not_voted() {
    let scene = Scene::new().await;
    let all = scene.see(0, "/deliveries").await;
    assert_eq!(all.count("main table a[href*='/deliveries/to?building=']"), 2, "{}", all.body);
    let page = scene.see(0, "/deliveries/to?building=1").await;
    assert_eq!(page.count("main input[type=checkbox][name^='to.']"), 3, "{}", page.body);
    let officers = scene.site.get(&scene.at("/deliveries/to?building=1"), Some(&scene.officer())).await;
    assert_eq!((officers.status, officers.count("main input[type=checkbox]")), (StatusCode::OK, 0));
    let boxes = scraper::Selector::parse("main input[name^='to.']").expect("a selector");
    let name = page.page().select(&boxes).next().and_then(|one| one.attr("name")).expect("a home").to_owned();
    let note = async |method: &str, proof: &str| {
        let fields = [("building", "1"), (name.as_str(), "1"), ("method", method), ("proof", proof)];
        scene.site.post_files(&scene.at("/deliveries"), Some(&scene.clerks[0].token), &fields, &[]).await
    };
    for (method, proof, field) in [("hand", "", "proof"), ("posted", "楼道公告栏", "photo"), ("", "本人", "holders")]
    {
        let again = note(method, proof).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}: {}", again.body);
        assert_eq!(again.count(&format!("#{field}-error")), 1, "{field}: {}", again.body);
        assert_eq!(again.count("main input[type=checkbox][checked]"), 1, "what was ticked is kept");
    }
    let noted = note("hand", "本人签收").await;
    assert_eq!(noted.status, StatusCode::SEE_OTHER, "{}", noted.body);
    let at = noted.header(header::LOCATION).to_owned();
    let review = scene.site.get(&at, Some(&scene.clerks[0].token)).await;
    assert_eq!((review.count("form#sign"), review.count("#act-text")), (1, 1), "{}", review.body);
    let other = scene.site.get(&at, Some(&scene.clerks[1].token)).await;
    assert_eq!(other.count("form#sign"), 0, "another clerk does not sign it");
    let selector = scraper::Selector::parse("#act-text").expect("a selector");
    let text: String = review.page().select(&selector).flat_map(|one| one.text()).collect();
    let body = json!({"signature": scene.clerks[0].device.sign(&text)});
    let signed = scene.site.post_json(&format!("{at}/sign"), Some(&scene.clerks[0].token), &body).await;
    assert_eq!(signed.status, StatusCode::OK, "{}", signed.body);
    let page = scene.see(0, "/deliveries/to?building=1").await;
    assert_eq!(page.count("main input[type=checkbox][name^='to.']"), 2, "who has it is not asked for again");
    let mut late = scene.site.estate.appoint(Role::Clerk, "10000000904").await;
    scene.site.estate.sign_in(&mut late).await;
    let barred = scene.site.get(&scene.at("/deliveries/to?building=1"), Some(&late.token)).await;
    let said = (barred.count("main input[type=checkbox]"), barred.count("main .notice.warn"), barred.count("main li"));
    assert_eq!(said, (0, 1, 2), "who came after the poll was published is told so before they fill in anything");
    let doors = scene.see(0, "/deliveries/doors?building=1").await;
    assert_eq!(doors.count("main tbody tr"), 3, "nobody has voted: {}", doors.body);
    assert_eq!(scene.see(0, "/deliveries/doors?building=9").await.status, StatusCode::NOT_FOUND);
    scene.site.check_everybodys_data().await;
}

#[tokio::test]
async fn what_is_entered_wrong_comes_back_with_what_was_typed() {
    let scene = Scene::new().await;
    let form = &scene.print().await[0];
    for (why, field, answer) in [
        ("no choice", "answers", scene.enter(0, form, "", Some(PHOTO)).await),
        ("a choice that is none", "answers", scene.enter(0, form, "maybe", Some(PHOTO)).await),
        ("no scan", "scan", scene.enter(0, form, "for", None).await),
        ("a scan that is no picture", "scan", scene.enter(0, form, "for", Some(b"%PDF-1.7")).await),
    ] {
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        assert_eq!(answer.count(&format!("[role=alert] a[href='#{field}']")), 1, "{why}: {}", answer.body);
        assert_eq!(answer.count("input[name=hour][value='00:00']"), 1, "{why}: kept");
    }
    let kept = scene.enter(0, form, "for", None).await;
    assert_eq!(kept.count("input[name=lift][value=for][checked]"), 1, "the choice too");
    // A wrong last digit is always found: other digits might be another form's number.
    let (first, last) = form.split_at(form.len() - 1);
    let slip = format!("{first}{}", (last.parse::<u32>().unwrap() + 1) % 10);
    for (why, typed) in [("too short", "123"), ("a slip", &slip)] {
        let answer = scene.see(0, &format!("/paper?form={typed}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        assert_eq!(answer.count(&format!("main input[name=form][value='{typed}']")), 1, "{why}: kept");
        let answer = scene.post(0, "/receive", &format!("form={typed}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
    }
    let nothing = scene.site.post_form(&scene.at("/forms"), Some(&scene.officer()), "").await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    let by = scene.staff(0).await;
    let number = form.parse::<u64>().unwrap().try_into().unwrap();
    let state = scene.site.estate.estate.form(&by, &scene.poll, number);
    assert_eq!(state.await.unwrap().state, FormState::Printed, "nothing is half done");

    // A replaced form is void, and the new one has another number.
    let replaced = scene.post(0, "/replace", &format!("form={form}")).await;
    assert_eq!(replaced.count("article.sheet"), 1);
    assert!(!scene.print().await.contains(form));
    let void = scene.enter(0, form, "for", Some(PHOTO)).await;
    assert_eq!(void.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_desk_of_another_compound_is_not_there() {
    let scene = Scene::new().await;
    let form = scene.print().await.remove(0);
    let (_, strangers) =
        heyi_tests::estate::TestEstate::compound(&scene.site.estate.estate, "邻居小区", "1000000070").await;
    let mut stranger = strangers.into_iter().next().unwrap();
    scene.site.estate.sign_in(&mut stranger).await;
    for rest in ["", "/forms", &format!("/paper?form={form}"), &format!("/scan/{form}")] {
        let answer = scene.site.get(&scene.at(rest), Some(&stranger.token)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{rest}");
    }
    let answer = scene.site.post_form(&scene.at("/forms"), Some(&stranger.token), "building=1").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}
