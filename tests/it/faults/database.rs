//! A database that is locked, and a disk that is full.

use std::time::Duration;

use sqlx::{Connection, SqliteConnection};

use crate::support::{App, Database, Repository, World, library};

#[test]
fn a_locked_database_is_waited_for() {
    let world = World::new();
    let app = world.app();
    let path = world.database.clone();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut held = runtime.block_on(async { SqliteConnection::connect(&path).await.expect("opened") });
    runtime.block_on(async { sqlx::query("BEGIN EXCLUSIVE").execute(&mut held).await.expect("locked") });
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop")));
        std::thread::sleep(Duration::from_secs(2));
        runtime.block_on(async { sqlx::query("COMMIT").execute(&mut held).await.expect("unlocked") });
        assert_eq!(asked.join().expect("an answer"), 202);
    });
    one_report(&app, &world);
}

#[test]
fn a_database_that_is_locked_during_a_review_costs_nothing() {
    // For less than a writer waits, and for more, so that the lease ends meanwhile.
    std::thread::scope(|scope| {
        for seconds in [3, 13] {
            scope.spawn(move || {
                let world = World::new();
                world.candidate.import(&Repository::many_commits());
                let app = world.app();
                assert_eq!(app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop")), 202);
                app.wait("the placeholder", || !world.reports().is_empty());
                let runtime = tokio::runtime::Runtime::new().expect("a runtime");
                runtime.block_on(async {
                    let mut held = SqliteConnection::connect(&world.database).await.expect("opened");
                    sqlx::query("BEGIN EXCLUSIVE").execute(&mut held).await.expect("locked");
                    tokio::time::sleep(Duration::from_secs(seconds)).await;
                    sqlx::query("COMMIT").execute(&mut held).await.expect("unlocked");
                });
                assert!(!world.reports().concat().contains("How to dispute"), "nothing is posted before it is stored");
                one_report(&app, &world);
                assert_eq!(world.number("SELECT count(*) FROM reports"), 1);
            });
        }
    });
}

#[test]
fn a_table_that_is_locked_during_a_review_costs_nothing() {
    if !Database::all().contains(&Database::Postgres) {
        return;
    }
    let world = World::on(Database::Postgres);
    let app = world.app();
    assert_eq!(app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop")), 202);
    app.wait("the placeholder", || !world.reports().is_empty());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let mut held = sqlx::PgConnection::connect(&world.database).await.expect("opened");
        sqlx::query("BEGIN").execute(&mut held).await.expect("begun");
        sqlx::query("LOCK TABLE jobs, reports IN ACCESS EXCLUSIVE MODE").execute(&mut held).await.expect("locked");
        tokio::time::sleep(Duration::from_secs(7)).await;
        sqlx::query("COMMIT").execute(&mut held).await.expect("unlocked");
    });
    one_report(&app, &world);
}

#[test]
fn what_fails_after_a_review_was_counted_has_it_counted_no_second_time() {
    let world = World::new();
    let app = world.app_with(&[("FOLIOLENS_REVIEWS_PER_PERSON", "1")]);
    world.change("CREATE TRIGGER no BEFORE UPDATE OF progress ON jobs BEGIN SELECT RAISE(ABORT, 'no'); END");
    assert_eq!(app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop")), 202);
    app.wait("an attempt that could note nothing", || app.log().contains("the attempt failed"));
    world.change("DROP TRIGGER no");
    one_report(&app, &world);
    assert_eq!(world.number("SELECT count(*) FROM audit WHERE action = 'review'"), 1);
}

#[test]
fn a_full_disk_takes_in_nothing_and_loses_nothing() {
    let world = World::new();
    // The tables are made while there is room.
    assert!(world.app().terminate());
    let app = world.app_on_a_disk_of(256, &[("FOLIOLENS_WORKERS", "0")]);
    let asked = |number: u64| {
        let mut asked = world.comment("rita", "/review ana/shop");
        asked["issue"]["number"] = (1_000 + number).into();
        asked["comment"]["id"] = (1_000 + number).into();
        asked
    };
    let deliver = |app: &App, number: u64| app.deliver("issue_comment", &format!("d-{number}"), &asked(number));
    let mut taken = Vec::new();
    let mut refused = None;
    for number in 0..3_000 {
        match deliver(&app, number) {
            202 => taken.push(number),
            503 => {
                refused = Some(number);
                break;
            }
            status => panic!("{status}"),
        }
    }
    let refused = refused.expect("the disk was full at some time");
    assert_eq!(app.get("/healthz").0, 200, "it lives");
    taken.extend((3_000..3_200).filter(|number| deliver(&app, *number) == 202));
    // The same process goes on as soon as there is room.
    app.may_write();
    for number in 4_000..4_008 {
        assert_eq!(deliver(&app, number), 202, "{}", app.log());
        taken.push(number);
    }
    app.kill();
    let app = world.app_with(&[("FOLIOLENS_WORKERS", "0")]);
    let waiting = |count: usize| app.get("/readyz").1.contains(&format!("queue {count} waiting"));
    // Each is a review, and the reaction to its comment.
    assert!(waiting(2 * taken.len()), "{} were taken: {}", taken.len(), app.get("/readyz").1);
    assert_eq!(deliver(&app, refused), 202);
    assert!(waiting(2 * taken.len() + 2), "{}", app.get("/readyz").1);
    world.may_leave_jobs();
}

/// Has no room on the disk of the database as long as a file says so.
const FULL: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int is_full(int file) {
    char link[64], path[4096];
    const char *says = getenv("FULL");
    if (!says || access(says, F_OK) != 0) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    if (!strstr(path, "app.db")) return 0;
    errno = ENOSPC;
    return 1;
}

ssize_t write(int file, const void *bytes, size_t count) {
    static ssize_t (*next)(int, const void *, size_t);
    if (!next) next = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    return is_full(file) ? -1 : next(file, bytes, count);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) {
    static ssize_t (*next)(int, const void *, size_t, off64_t);
    if (!next) next = (ssize_t (*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
    return is_full(file) ? -1 : next(file, bytes, count, at);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) {
    return pwrite64(file, bytes, count, at);
}
"#;

#[test]
fn a_disk_that_is_full_during_a_review_costs_time_alone() {
    let (world, folder) = (World::new(), tempfile::tempdir().expect("a folder"));
    world.candidate.import(&Repository::many_commits());
    let (library, flag) = (library(folder.path(), FULL), folder.path().join("full"));
    let (library, file) = (library.display().to_string(), flag.display().to_string());
    let app = world.app_with(&[("LD_PRELOAD", &library), ("FULL", &file)]);
    assert_eq!(app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop")), 202);
    app.wait("the placeholder", || world.reports().concat().contains("Reviewing"));
    std::fs::write(&flag, "").expect("written");
    app.wait("the full disk", || app.log().contains("database or disk is full"));
    assert!(!world.reports().concat().contains("How to dispute"), "what can not be stored is not posted");
    assert_eq!(
        app.deliver("issue_comment", "d-2", &world.comment("rita", "/review help")),
        503,
        "GitHub sends it again"
    );
    std::fs::remove_file(&flag).expect("there");
    one_report(&app, &world);
    assert_eq!(world.number("SELECT count(*) FROM reports"), 1);
}

#[test]
fn a_clone_for_which_there_is_no_room_ends_in_one_polite_sentence() {
    if !Database::all().contains(&Database::Postgres) {
        return;
    }
    let world = World::on(Database::Postgres);
    world.candidate.write("large.bin", &noise()).commit("Add something large");
    // Shut in, the process that clones has a limit of its own instead.
    let app = world.app_on_a_disk_of(256, &[("FOLIOLENS_SANDBOX", "off")]);
    assert_eq!(app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop")), 202);
    app.wait("the end", || world.reports().iter().any(|body| body.contains("says nothing about the repository")));
    app.wait_until_idle();
    assert_eq!(world.reports().len(), 1, "{:?}", world.reports());
    let log = app.log();
    assert!(log.contains("the temporary folder can not be written; make room"), "{log}");
    assert!(log.contains("(file too large)") && !log.contains("did not answer as a git host should"), "{log}");
    assert_eq!(world.left_behind(), Vec::<String>::new());
}

fn one_report(app: &App, world: &World) {
    app.wait("the report", || world.reports().iter().any(|body| body.contains("How to dispute")));
    app.wait_until_idle();
    assert_eq!(world.reports().len(), 1);
}

/// A megabyte that no compression makes smaller.
fn noise() -> String {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(33 + u8::try_from((state >> 33) % 90).expect("small"))
    };
    (0..1 << 20).map(|_| next()).collect()
}
