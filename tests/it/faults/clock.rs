//! A clock that is set, under a running server: by a library of ours between it and the system's.

use std::collections::BTreeSet;

use crate::support::{Database, World, library};

/// Answers what the system's clock says, and so many seconds as a file says.
const CLOCK: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static long set_by(void) {
    const char *path = getenv("CLOCK_SET_BY");
    FILE *file = path ? fopen(path, "r") : NULL;
    long seconds = 0;
    if (file) {
        if (fscanf(file, "%ld", &seconds) != 1) seconds = 0;
        fclose(file);
    }
    return seconds;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
    int answer = real(clock, now);
    if (answer == 0 && clock == CLOCK_REALTIME) now->tv_sec += set_by();
    return answer;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    int (*real)(struct timeval *, void *) = dlsym(RTLD_NEXT, "gettimeofday");
    int answer = real(now, zone);
    if (answer == 0) now->tv_sec += set_by();
    return answer;
}
"#;

#[test]
fn a_clock_that_is_set_during_a_review_costs_no_report_and_makes_no_second() {
    let all = Database::all().into_iter().flat_map(|database| [-30_i64, -6, 6, 30].map(|hours| (database, hours)));
    for (database, hours) in all {
        let world = World::on(database);
        let folder = tempfile::tempdir().expect("a folder");
        let (library, set_by) = (library(folder.path(), CLOCK), folder.path().join("set-by"));
        let (library, file) = (library.display().to_string(), set_by.display().to_string());
        let app = world.app_with(&[("LD_PRELOAD", &library), ("CLOCK_SET_BY", &file), ("FOLIOLENS_WORKERS", "2")]);
        app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
        app.wait("the placeholder", || !world.reports().is_empty());
        std::fs::write(&set_by, (hours * 3600).to_string()).expect("written");
        app.wait("the report", || world.reports().concat().contains("How to dispute"));
        app.wait_until_idle();
        // And what comes after it.
        let mut later = world.comment("rita", "/review ana/shop");
        later["issue"]["number"] = 4.into();
        later["comment"]["id"] = 12.into();
        assert_eq!(app.deliver("issue_comment", "d-2", &later), 202);
        app.wait("the next", || world.reports().iter().filter(|one| one.contains("How to dispute")).count() == 2);
        app.wait_until_idle();
        assert_eq!(world.reports().len(), 2, "{database:?}: {hours} hours");
        // The log has the server's own time.
        let hour = |line: &str| line.split("timestamp\":\"").nth(1).and_then(|rest| rest.get(..13).map(str::to_owned));
        let hours_seen: BTreeSet<String> = app.log().lines().filter_map(hour).collect();
        assert!(hours_seen.len() > 1, "the clock was set: {hours_seen:?}");
        let refused = world.github.with(|state| state.log.iter().filter(|(.., status)| *status == 401).count());
        assert!(
            (1..=3).contains(&refused),
            "it takes no token of another time, and is asked by its own clock: {refused}"
        );
    }
}
