//! Same commit, same rules, same configuration: same bytes.

use crate::support::{Repository, run};

#[test]
fn two_runs_and_any_number_of_threads_give_the_same_bytes() {
    let repository = Repository::with_commits(30);
    let target = repository.target();
    for format in ["json", "markdown"] {
        let with = |threads: &str| run(&["review", &target, "--format", format, "--threads", threads]);
        let (code, one, _) = with("1");
        assert_eq!(code, 0);
        for threads in ["1", "2", "8"] {
            assert!(with(threads).1 == one, "{format} with {threads} threads");
        }
    }
}
