//! Grids, buildings and homes on their pages: who looks after what, and who lives where beside the owners.

use axum::http::{StatusCode, header};
use ballot::store::session::Token;

use super::{Answer, Site};

fn location(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.header(header::LOCATION).to_owned()
}

async fn give(site: &Site, whom: &Token, role: &str, over: &str) -> Answer {
    let who = site.estate.viewer(whom, site.estate.now()).await.expect("signed in").subject();
    let officer = site.estate.officers[0].token.clone();
    let form = format!("who={who}&role={role}&building={over}&until=2028-06-30");
    site.post_form("/c/posts/new", Some(&officer), &form).await
}

fn attribute(answer: &Answer, selector: &str, name: &str) -> String {
    let page = answer.page();
    let selector = scraper::Selector::parse(selector).expect("a selector");
    page.select(&selector).next().and_then(|found| found.attr(name)).unwrap_or_default().to_owned()
}

/// The first building of the register, which has a name of its own.
async fn first_building(site: &Site, officer: &Token) -> String {
    let page = site.get("/c/posts/new?text=102", Some(officer)).await;
    assert_eq!(page.status, StatusCode::OK);
    site.estate.estate.buildings(&site.estate.compound).await.expect("they are read")[0].building.clone()
}

#[tokio::test]
async fn a_grid_has_its_buildings_and_whoever_looks_after_it() {
    let site = Site::new().await;
    let officer = site.estate.officers[0].token.clone();
    let (worker, neighbour) = (site.owner("李秀英").await.token, site.owner("王芳").await.token);
    let building = first_building(&site, &officer).await;
    let post = async |who: &Token, path: &str, form: &str| site.post_form(path, Some(who), form).await;
    let shut = post(&neighbour, "/places/grids", "name=North&parent=").await;
    assert_ne!(shut.status, StatusCode::SEE_OTHER, "a neighbour makes no grids");
    for (why, form) in [("no name", "name=&parent="), ("part of nothing", "name=North&parent=x")] {
        let answer = post(&officer, "/places/grids", form).await;
        assert_eq!((answer.status, answer.count("[role=alert]")), (StatusCode::UNPROCESSABLE_ENTITY, 1), "{why}");
    }
    assert_eq!(location(&post(&officer, "/places/grids", "name=North&parent=").await), "/places");
    let before = site.get("/places", Some(&officer)).await;
    assert!(before.body.contains("还没有编进网格的楼"), "{}", before.body);
    let grid = attribute(&before, "#grid option", "value");
    let nowhere = post(&officer, "/places/buildings", &format!("building=99&grid={grid}")).await;
    assert_eq!(nowhere.status, StatusCode::UNPROCESSABLE_ENTITY);
    location(&post(&officer, "/places/buildings", &format!("building={building}&grid={grid}")).await);
    let lacks = site.get("/places", None).await;
    assert!(lacks.body.contains("还没有网格员") && lacks.count("main form") == 0, "{}", lacks.body);
    location(&give(&site, &worker, "grid_worker", &format!("grid:{grid}")).await);
    let page = site.get("/places", None).await;
    assert!(page.body.contains("李秀英"), "{}", page.body);
    assert!(!page.body.contains("还没有网格员") && page.links("/places/building").is_empty(), "{}", page.body);
    let own = site.get("/places", Some(&worker)).await.links("/places/building");
    assert_eq!(own.len(), 1, "whoever looks after a grid opens its buildings");
    let homes = site.get(&own[0], Some(&worker)).await;
    assert!(homes.body.contains("李秀英") && !homes.links("/places/home").is_empty(), "{}", homes.body);
    for who in [&neighbour, &officer] {
        assert_eq!(site.get(&own[0], Some(who)).await.status, StatusCode::NOT_FOUND, "who lives where is not for all");
    }
    assert!(site.get("/c/posts", Some(&officer)).await.body.contains("North"), "over which grid");
}

#[tokio::test]
async fn a_tenant_is_written_down_by_one_verified_by_another_and_ended() {
    let site = Site::new().await;
    let officer = site.estate.officers[0].token.clone();
    let (worker, community) = (site.owner("李秀英").await.token, site.owner("王芳").await.token);
    let building = first_building(&site, &officer).await;
    location(&give(&site, &worker, "grid_worker", &building).await);
    location(&give(&site, &community, "community", "").await);
    let list = site.get("/places", Some(&worker)).await.links("/places/building");
    let home = site.get(&list[0], Some(&worker)).await.links("/places/home")[0].clone();
    let unit = attribute(&site.get(&home, Some(&worker)).await, "input[name=unit]", "value");
    let form = |name: &str, contact: &str, kind: &str, proof: &str, until: &str| {
        format!("unit={unit}&name={name}&contact={contact}&kind={kind}&proof={proof}&until={until}")
    };
    let send = async |who: &Token, form: &str| site.post_form("/places/home", Some(who), form).await;
    for (why, form) in [
        ("nobody", form("", "10000000888", "tenant", "Lease", "2027-06-30")),
        ("not to be reached", form("Tenant", "12", "tenant", "Lease", "2027-06-30")),
        ("owners come from the register", form("Tenant", "10000000888", "owner", "Lease", "2027-06-30")),
        ("no proof", form("Tenant", "10000000888", "tenant", "", "2027-06-30")),
        ("no end", form("Tenant", "10000000888", "tenant", "Lease", "")),
        ("an end that has passed", form("Tenant", "10000000888", "tenant", "Lease", "2020-01-01")),
    ] {
        let answer = send(&worker, &form).await;
        assert_eq!((answer.status, answer.count("[role=alert]")), (StatusCode::UNPROCESSABLE_ENTITY, 1), "{why}");
        assert_eq!(answer.count("details[open] input[name=contact]"), 1, "{why}: nothing is lost");
    }
    let new = form("Tenant", "10000000888", "tenant", "Lease", "2027-06-30");
    assert_eq!(send(&officer, &new).await.status, StatusCode::NOT_FOUND, "not by the committee");
    assert_eq!(location(&send(&worker, &new).await), home);
    let page = site.get(&home, Some(&worker)).await;
    assert!(page.body.contains("等待核实") && page.body.contains("是您登记的"), "{}", page.body);
    let end = attribute(&page, "form[action$='/end']", "action");
    let verify = end.replace("/end", "/verify");
    let unit = format!("unit={unit}");
    let own = site.post_form(&verify, Some(&worker), &unit).await;
    assert_ne!(own.status, StatusCode::SEE_OTHER, "whoever wrote it down does not verify it");
    assert_eq!(
        site.get("/places", Some(&community)).await.links("/places/home").len(),
        1,
        "it waits for the community"
    );
    assert!(location(&site.post_form(&verify, Some(&community), &unit).await).starts_with(&home));
    let twice = site.post_form(&verify, Some(&community), &unit).await;
    assert_ne!(twice.status, StatusCode::SEE_OTHER, "once");
    let page = site.get(&home, Some(&worker)).await;
    assert!(page.body.contains("已核实") && !page.body.contains("等待核实"), "{}", page.body);
    assert_eq!(site.post_form(&end, Some(&officer), &unit).await.status, StatusCode::NOT_FOUND);
    assert_eq!(location(&site.post_form(&end, Some(&worker), &unit).await), home);
    let page = site.get(&home, Some(&worker)).await;
    assert!(page.body.contains("已经结束的") && page.count("section.panel") == 0, "{}", page.body);
    assert_eq!(site.post_form(&end, Some(&worker), &unit).await.status, StatusCode::NOT_FOUND, "once");
    assert!(site.estate.estate.verify_events(&site.estate.compound).await.is_ok());
}
