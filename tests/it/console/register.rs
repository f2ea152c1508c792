//! Correcting the register by hand, finding people, and a preview that a restart forgets.

use std::sync::Arc;

use axum::{Extension, http::StatusCode};
use ballot::store::polls::PollState;
use heyi::{app::App, config::Flags, import::ReaderProgram, notify::Outbox};
use heyi_tests::estate::{TestDevice, register};

use super::{Site, reader_program};

#[tokio::test]
async fn a_representative_is_found_chosen_signed_by_two_and_shown() {
    let site = Site::new().await;
    site.estate.apply(register()).await;
    let found = site.get("/c/roll/correct?text=%E6%9D%8E%E7%A7%80%E8%8B%B1").await;
    assert_eq!(found.count("main .panel"), 1, "{}", found.text("main"));
    assert!(site.get("/c/roll").await.count("a[href='/c/roll/correct']") == 1, "from the roll's page");
    let page = "/c/roll/correct/representative?label=%7C1%7C1%7C102";
    assert_eq!(found.count(&format!("a[href='{page}']")), 1, "{}", found.body);
    let form = site.get(page).await;
    assert_eq!(form.count("input[type=radio][name=person]"), 3, "two owners, and nobody");
    assert_eq!(form.count("input[type=radio][value=''][checked]"), 1, "nobody so far");
    let people = form.values("input[name=person]");
    for (what, body) in [
        ("nothing chosen", "label=%7C1%7C1%7C102"),
        ("what is there already", "label=%7C1%7C1%7C102&person="),
        ("somebody else", "label=%7C1%7C1%7C102&person=00000000-0000-4000-8000-000000000000"),
    ] {
        let refused = site.post("/c/roll/correct/representative", body).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
        assert_eq!(refused.count("[role=alert] a[href='#person']"), 1, "{what}");
    }
    let proposed =
        site.post("/c/roll/correct/representative", &format!("label=%7C1%7C1%7C102&person={}", people[1])).await;
    assert_eq!(proposed.status, StatusCode::SEE_OTHER, "{}", proposed.text("main"));
    let act = site.get(&proposed.location).await.text("main");
    assert!(
        act.contains("李秀英") && act.contains("1 号楼 1 单元 102 室"),
        "the second officer sees what it is: {act}"
    );
    let waiting =
        site.post("/c/roll/correct/representative", &format!("label=%7C1%7C1%7C102&person={}", people[0])).await;
    assert_eq!(waiting.status, StatusCode::CONFLICT, "one change at a time");
    site.carry(&proposed.location).await;
    let form = site.get(page).await;
    assert_eq!(form.count(&format!("input[value='{}'][checked]", people[1])), 1);
    assert!(site.get("/c/roll/units").await.text("main").contains("代表 李秀英"));
    let letters = site.estate.letters().await;
    let (li, _) = site.estate.enrol(&letters["李秀英"], TestDevice::new()).await.expect("enrolled");
    let me = site.get_as(Some(&li.token), "/me").await.text("main");
    assert!(me.contains("登记的代表：李秀英"), "{me}");
}

#[tokio::test]
async fn contacts_are_corrected_and_what_is_none_is_said() {
    let site = Site::new().await;
    site.estate.apply(register()).await;
    let found = site.get("/c/roll/correct?text=%E7%8E%8B%E8%8A%B3").await;
    let path = found.hrefs("/contacts/").remove(0);
    let form = site.get(&path).await;
    assert_eq!(form.values("#phones"), ["10000000103"]);
    for body in
        ["phones=12&emails=", "phones=&emails=wang", "phones=wang%40example.cn&emails=", "phones=10000000103&emails="]
    {
        let refused = site.post(&path, body).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(refused.count("[role=alert]"), 1, "{body}");
    }
    let kept = site.post(&path, "phones=12&emails=wang%40example.cn").await;
    assert_eq!(kept.values("#emails"), ["wang@example.cn"], "what was typed stands there still");
    let proposed = site.post(&path, "phones=10000000103+10000000113&emails=Wang%40Example.cn").await;
    assert_eq!(proposed.status, StatusCode::SEE_OTHER, "{}", proposed.text("main"));
    assert!(site.get(&proposed.location).await.text("main").contains("wang@example.cn"));
    site.carry(&proposed.location).await;
    assert_eq!(site.get(&path).await.values("#emails"), ["wang@example.cn"]);
    assert!(site.get("/c/roll/history").await.text("main").contains("手工更正"));
}

#[tokio::test]
async fn whom_to_bar_is_found_by_name_or_unit() {
    let site = Site::new().await;
    site.estate.apply(register()).await;
    let poll = site.estate.publish().await;
    let row = site.estate.estate.poll(&site.estate.compound, &poll).await.expect("read").expect("a poll");
    assert_eq!(row.state, PollState::Live);
    let mut site = site;
    site.estate.sign_officers_in().await;
    let path = format!("/c/polls/{poll}/bar");
    assert_eq!(site.get(&path).await.count("main .panel"), 0, "nobody before somebody is asked for");
    let none = site.get(&format!("{path}?text=999")).await;
    assert!(none.text("main").contains("没有找到"));
    assert_eq!(site.get(&format!("{path}?text=%25")).await.count("main .panel"), 0, "a percent sign is a percent sign");
    let by_unit = site.get(&format!("{path}?text=102")).await.text("main");
    for name in ["张伟明", "李秀英"] {
        assert!(by_unit.contains(name), "{name}: {by_unit}");
    }
    let by_name = site.get(&format!("{path}?text=%E7%8E%8B")).await;
    let chosen = by_name.hrefs("/bar?holder=").remove(0);
    let form = site.get(&chosen).await;
    assert!(form.text("main").contains("王芳") && form.count("textarea") == 1, "{}", form.text("main"));
    let (holder, person) = (&form.values("input[name=holder]")[0], &form.values("input[name=person]")[0]);
    let refused = site.post(&path, &format!("holder={holder}&person={person}&ground=")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text("main").contains("王芳"), "whom it is about stays on the page");
    let put_up = site.post(&path, &format!("holder={holder}&person={person}&ground=%E5%B7%B2%E8%BF%87%E6%88%B7")).await;
    assert_eq!(put_up.status, StatusCode::SEE_OTHER, "{}", put_up.text("main"));
    site.carry(&put_up.location).await;
    let again = site.get(&format!("{path}?text=%E7%8E%8B")).await.text("main");
    assert!(again.contains("已经取消"), "{again}");
    assert_eq!(site.get(&format!("{path}?holder=99&person=1")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_preview_is_gone_after_a_restart_and_nothing_half_done_stays() {
    let Some(program) = reader_program() else {
        println!("skipped: heyi is not built");
        return;
    };
    let mut site = Site::new().await;
    let csv = "楼栋,单元,房号,类型,专有面积,产权人,证件尾号\n1,1,0101,住宅,89.53,张伟明,0017\n";
    let uploaded = site.upload("/c/roll/upload", "名册.csv", csv.as_bytes()).await;
    assert_eq!(site.get(&uploaded.location).await.status, StatusCode::OK);
    let flags = Flags::given([("public-url", "http://localhost:8080".to_owned())]);
    let config = flags.load(|_| None).expect("good settings");
    let clock = site.estate.clock.clone();
    let app = App::new(config, site.estate.estate.clone(), Arc::new(move || clock.now()), Outbox::Shown);
    site.router = app.router().layer(Extension(ReaderProgram(program)));
    for answer in [
        site.get(&uploaded.location).await,
        site.post(&format!("{}/propose", uploaded.location), "confirmed=yes").await,
    ] {
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(answer.text("main").contains("预览"), "it says what is gone: {}", answer.text("main"));
    }
    assert!(site.estate.estate.open_acts(&site.estate.compound).await.expect("read").is_empty());
    let (number, register) = site.estate.estate.register(&site.estate.compound).await.expect("read");
    assert_eq!((number, register.units.len()), (0, 0));
    let again = site.upload("/c/roll/upload", "名册.csv", csv.as_bytes()).await;
    assert_eq!(site.get(&again.location).await.status, StatusCode::OK, "uploading again is all it takes");
}

impl super::Answer {
    /// The values of inputs, in their order.
    fn values(&self, selector: &str) -> Vec<String> {
        let selector = scraper::Selector::parse(selector).expect("a selector");
        let page = self.page();
        page.select(&selector).map(|input| input.value().attr("value").unwrap_or_default().to_owned()).collect()
    }

    /// The addresses of links that have this in them.
    fn hrefs(&self, part: &str) -> Vec<String> {
        let selector = scraper::Selector::parse("a[href]").expect("a selector");
        let page = self.page();
        let links = page.select(&selector).filter_map(|link| link.value().attr("href"));
        links.filter(|href| href.contains(part)).map(str::to_owned).collect()
    }
}
