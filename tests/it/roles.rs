//! A server and its workers as processes of their own.

use crate::support::{Database, World};

#[test]
fn a_worker_on_another_machine_does_what_the_server_took_in() {
    if !Database::all().contains(&Database::Postgres) {
        return;
    }
    let world = World::on(Database::Postgres);
    let server = world.app_with(&[("FOLIOLENS_WORKERS", "0")]);
    for number in 0..3 {
        let id = format!("d-{number}");
        assert_eq!(server.deliver("issue_comment", &id, &world.comment("rita", "/review ana/shop")), 202);
    }
    std::thread::sleep(std::time::Duration::from_millis(600));
    assert!(world.reports().is_empty(), "a server with no workers takes in, and no more");
    let machines = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound").to_string();
    let workers = [world.worker_with(&[("FOLIOLENS_METRICS_LISTEN", &machines)]), world.worker()];
    for (page, says) in [("healthz", "ok"), ("readyz", "database ok"), ("metrics", "foliolens_queue_waiting")] {
        let look = || reqwest::blocking::get(format!("http://{machines}/{page}")).and_then(|page| page.text());
        server.wait("the page of a worker", || look().is_ok_and(|text| text.contains(says)));
    }
    server.wait("the report", || world.reports().iter().any(|body| body.contains("How to dispute")));
    server.wait_until_idle();
    assert_eq!(world.reports().len(), 1);
    for worker in workers {
        server.wait("the worker", || worker.log().contains("working"));
        assert!(worker.terminate(), "ended well");
    }
    assert!(server.terminate());
}

#[test]
fn a_worker_apart_from_its_server_is_refused_on_sqlite() {
    let (is_good, said) = World::new().worker().ended();
    assert!(!is_good);
    assert_eq!(said.lines().count(), 1, "one sentence: {said}");
    assert!(said.contains("SQLite") && said.contains("PostgreSQL"), "{said}");
}
