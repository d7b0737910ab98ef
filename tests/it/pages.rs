//! Reports as pages of the server itself.

use serde_json::json;

use crate::support::{INSTALLATION, World};

#[test]
fn the_whole_report_is_a_page_for_whoever_has_its_address() {
    let world = World::new();
    let app = world.app_with(&[("FOLIOLENS_PUBLIC_URL", "https://reports.example.org/")]);
    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop ana/nothing"));
    app.wait_until_idle();
    let comment = world.reports().concat();
    let (_, rest) = comment.split_once("(https://reports.example.org/reports/").expect("a link");
    let path = format!("/reports/{}", rest.split(')').next().expect("its end"));
    let (status, page) = app.get(&path);
    assert_eq!(status, 200);
    assert!(page.starts_with("<!doctype html>") && page.contains("ana/shop") && page.contains("README"), "{page}");
    for wrong in ["/reports/1/", "/reports/1/00000000000000000000000000000000", "/reports/x/y"] {
        assert!(matches!(app.get(wrong).0, 404 | 400), "{wrong}");
    }
    assert_eq!(app.get(&path.replace("/1/", "/2/")).0, 404, "the address of one is no other's");
    app.deliver("installation", "d-2", &json!({"action": "deleted", "installation": {"id": INSTALLATION}}));
    app.wait_until_idle();
    assert_eq!(app.get(&path).0, 404, "it ends with the report");
}

#[test]
fn without_an_address_there_is_no_page() {
    let world = World::new();
    let app = world.app();
    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
    app.wait_until_idle();
    assert!(!world.reports().concat().contains("as a page"));
    assert_eq!(app.get("/reports/1/00000000000000000000000000000000").0, 404);
}
